from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.album.bounded import as_they_come


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
        for item, future in as_they_come(executor, lambda item: item * 2, source(), lambda: at_once):
            finished += 1
            assert future.result() == item * 2
            results.append(item)
    assert sorted(results) == sorted(items)
    # One item is taken before there is room for it.
    assert most <= at_once + 1


def test_what_the_function_raises_is_in_its_future() -> None:
    with ThreadPoolExecutor(1) as executor:
        ((item, future),) = as_they_come(executor, lambda item: 1 // item, [0], lambda: 1)
    assert item == 0
    with pytest.raises(ZeroDivisionError):
        future.result()
