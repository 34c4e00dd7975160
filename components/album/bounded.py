"""Work on any number of items, of which only some are under way at a time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import TypeVar

# Seconds between calls of `on_wait`.
_TICK = 0.2

Item = TypeVar("Item")
Result = TypeVar("Result")


def as_they_come(
    executor: Executor,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    at_once: Callable[[], int],
    on_wait: Callable[[], None],
) -> Iterator[tuple[Item, Future[Result]]]:
    """Each item with its finished future, in the order in which they finish.

    Unlike `Executor.map`, the next items are taken only when there is room for them, so neither items nor
    results pile up.

    Args:
        executor: Runs the function.
        function: Called with each item.
        items: Taken in this thread.
        at_once: How many items may be under way; asked before each is taken.
        on_wait: Called in this thread every now and then. What it raises ends the work, and passes through.
    """
    under_way: dict[Future[Result], Item] = {}
    for item in items:
        while len(under_way) >= at_once():
            yield from _finished(under_way, on_wait)
        under_way[executor.submit(function, item)] = item
    while under_way:
        yield from _finished(under_way, on_wait)


def _finished(
    under_way: dict[Future[Result], Item], on_wait: Callable[[], None]
) -> list[tuple[Item, Future[Result]]]:
    """What has finished; waits for a moment where nothing has."""
    on_wait()
    done = wait(under_way, _TICK, FIRST_COMPLETED).done
    return [(under_way.pop(future), future) for future in done]
