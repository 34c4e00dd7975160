from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.album.bounded import as_they_come


def nothing() -> None:
    """For work that nobody ends."""


@given(items=st.lists(st.integers()), at_once=st.integers(1, 5), threads=st.integers(1, 3))
def test_every_item_comes_once_and_never_more_than_allowed_are_under_way(
    items: list[int], at_once: int, threads: int
) -> None:
    taken = finished = 0
    most = 0

    def source() -> Iterator[int]:
        nonlocal taken, most
        for item in items:
            taken += 1
            most = max(most, taken - finished)
            yield item

    results = []
    with ThreadPoolExecutor(threads) as executor:
        for item, future in as_they_come(executor, lambda item: item * 2, source(), lambda: at_once, nothing):
            finished += 1
            assert future.result() == item * 2
            results.append(item)
    assert sorted(results) == sorted(items)
    # One item is taken before there is room for it.
    assert most <= at_once + 1


def test_what_the_function_raises_is_in_its_future() -> None:
    with ThreadPoolExecutor(1) as executor:
        ((item, future),) = as_they_come(executor, lambda item: 1 // item, [0], lambda: 1, nothing)
    assert item == 0
    with pytest.raises(ZeroDivisionError):
        future.result()


def test_the_work_can_be_ended_while_it_waits() -> None:
    started, ended = Event(), Event()

    def work(_item: int) -> None:
        started.set()
        ended.wait(30)

    def end() -> None:
        if started.is_set():
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(KeyboardInterrupt):
            list(as_they_come(executor, work, range(10), lambda: 2, end))
        ended.set()
