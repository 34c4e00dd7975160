import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.workers.turns import Turns


class Queue:
    """Visitors who take turns in threads; each turn lasts until it is told to end."""

    def __init__(self, seats: int) -> None:
        self._turns = Turns(seats)
        self.begun: list[str] = []
        self.seats: list[int] = []
        self.ahead: dict[str, list[int]] = {}
        self._ends: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def come(self, name: str, visitor: str) -> None:
        """Let a visitor ask for a turn, which gets a name; returns when it is begun or waits."""
        self._ends[name], waits = threading.Event(), threading.Event()
        self.ahead[name] = []

        def note(ahead: int) -> None:
            self.ahead[name].append(ahead)
            waits.set()

        def take() -> None:
            with self._turns.turn(visitor, note) as seat:
                self.begun.append(name)
                self.seats.append(seat)
                waits.set()
                self._ends[name].wait(10)

        thread = threading.Thread(target=take)
        self._threads.append(thread)
        thread.start()
        assert waits.wait(10)

    def end(self, name: str) -> None:
        """End a turn, and wait until others have seen that."""
        self._ends[name].set()
        time.sleep(0.05)

    def end_all(self) -> None:
        for end in self._ends.values():
            end.set()
        for thread in self._threads:
            thread.join()


def begun_in_order(seats: int, names: list[str]) -> list[str]:
    """The order in which turns begin that were asked for one after the other, each ended before the next."""
    queue = Queue(seats)
    for name in names:
        queue.come(name, name[0])
    for index in range(len(names)):
        queue.end(queue.begun[index])
    queue.end_all()
    return queue.begun


def test_a_free_seat_is_taken_at_once_and_the_lowest_first() -> None:
    queue = Queue(2)
    queue.come("a1", "a")
    queue.come("b1", "b")
    assert queue.seats == [0, 1]
    queue.end("a1")
    queue.come("c1", "c")
    assert queue.seats == [0, 1, 0]
    queue.end_all()


def test_a_visitor_has_one_turn_at_a_time() -> None:
    queue = Queue(2)
    queue.come("a1", "a")
    queue.come("a2", "a")
    assert queue.begun == ["a1"]
    queue.come("b1", "b")
    assert queue.begun == ["a1", "b1"]
    queue.end("a1")
    assert queue.begun == ["a1", "b1", "a2"]
    queue.end_all()


def test_who_comes_once_does_not_wait_for_all_that_another_brought_before() -> None:
    assert begun_in_order(1, ["a1", "a2", "a3", "a4", "b1", "c1"]) == ["a1", "b1", "c1", "a2", "a3", "a4"]


def test_visitors_alternate() -> None:
    names = ["a1", "a2", "a3", "b1", "b2", "b3"]
    assert begun_in_order(1, names) == ["a1", "b1", "a2", "b2", "a3", "b3"]


def test_who_waits_learns_how_many_come_first() -> None:
    queue = Queue(1)
    for name in ("a1", "a2", "b1", "c1"):
        queue.come(name, name[0])
    time.sleep(0.25)
    assert [queue.ahead[name][-1] for name in ("a2", "b1", "c1")] == [3, 1, 2]
    queue.end("a1")
    time.sleep(0.25)
    assert queue.ahead["c1"][-1] == 1
    queue.end_all()


def test_who_leaves_the_queue_or_fails_on_a_seat_stops_nobody() -> None:
    turns = Turns(1)

    def leave(_ahead: int) -> None:
        raise KeyboardInterrupt

    with suppress(ZeroDivisionError), turns.turn("a", leave):
        with pytest.raises(KeyboardInterrupt), turns.turn("b", leave):
            pytest.fail("There is no free seat.")
        raise ZeroDivisionError
    with turns.turn("c", leave) as seat:
        assert seat == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.lists(st.sampled_from("abc"), min_size=1, max_size=12))
def test_everybody_gets_every_turn_and_no_visitor_two_at_once(seats: int, visitors: list[str]) -> None:
    turns, lock = Turns(seats), threading.Lock()
    here: list[str] = []
    most: list[int] = []

    def ignore(_ahead: int) -> None:
        """Nobody reads it."""

    def take(visitor: str) -> Callable[[], None]:
        def turn() -> None:
            with turns.turn(visitor, ignore):
                with lock:
                    here.append(visitor)
                    most.append(max(here.count(one) for one in here))
                    assert len(here) <= seats
                time.sleep(0.001)
                with lock:
                    here.remove(visitor)

        return turn

    threads = [threading.Thread(target=take(visitor)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == [1] * len(visitors)
