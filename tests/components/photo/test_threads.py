import threading
import time
from collections.abc import Iterator

import pytest

from components.photo.threads import Threads


@pytest.fixture(params=[1, 2, 5], ids=lambda count: f"{count} threads")
def threads(request: pytest.FixtureRequest) -> Threads:
    return Threads(request.param)


def test_results_come_in_the_items_order(threads: Threads) -> None:
    def late_if_even(number: int) -> int:
        time.sleep(0.002 * (number % 2 == 0))
        return number**2

    assert threads.map(late_if_even, range(30)) == [number**2 for number in range(30)]


def test_no_items_no_results(threads: Threads) -> None:
    assert threads.map(abs, []) == []


def test_all_threads_take_part() -> None:
    together = threading.Barrier(3, timeout=30)
    assert len(Threads(3).map(lambda _: together.wait(), range(3))) == 3


def test_items_are_taken_as_they_are_needed(threads: Threads) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield number

    def waiting(_: int) -> int:
        # Each thread holds one item, and no more is made in advance.
        return taken

    results = threads.map(waiting, items())
    assert all(ahead <= number + 6 for number, ahead in enumerate(results))


def test_progress_counts_up_in_the_callers_thread(threads: Threads) -> None:
    told: list[tuple[int, threading.Thread]] = []
    threads.map(
        lambda _: time.sleep(0.001),
        range(50),
        lambda done: told.append((done, threading.current_thread())),
    )
    counts = [done for done, _ in told]
    assert counts == sorted(counts)
    assert counts[-1] <= 50
    assert {thread for _, thread in told} == {threading.current_thread()}


class Left(BaseException):
    pass


@pytest.mark.parametrize("culprit", ["function", "items", "on_done"])
def test_what_is_raised_ends_the_work_and_is_passed_on(threads: Threads, culprit: str) -> None:
    running = 0

    def function(number: int) -> None:
        nonlocal running
        running += 1
        time.sleep(0.001)
        running -= 1
        if culprit == "function" and number == 7:
            raise Left

    def items() -> Iterator[int]:
        for number in range(10_000):
            if culprit == "items" and number == 7:
                raise Left
            yield number

    def on_done(done: int) -> None:
        if culprit == "on_done" and done >= 7:
            raise Left

    with pytest.raises(Left):
        threads.map(function, items(), on_done)
    assert running == 0
    # All threads are free for the next caller.
    assert threads.map(abs, range(20)) == list(range(20))


@pytest.mark.parametrize("culprit", [0, 1])
def test_after_an_error_nobody_takes_another_item(culprit: int) -> None:
    done = []

    def function(number: int) -> None:
        time.sleep(0.01)
        if number == culprit:
            raise Left
        done.append(number)

    with pytest.raises(Left):
        Threads(2).map(function, range(1000))
    assert len(done) < 10
