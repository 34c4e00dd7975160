"""Threads that share the work on many items with the calling thread."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Lock
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def _ignore(_done: int) -> None:
    pass


class Threads:
    """A number of threads, including the caller's, that run a function on many items.

    Each thread takes the next item when it is done with one. An executor's `map` wakes a thread for each item
    while the caller idles; measured, that makes P-Net a tenth slower on a picture of 640×480.
    """

    def __init__(self, count: int) -> None:
        """Start with `count` threads in all, at least 1."""
        self._helpers = count - 1
        # A pool needs at least one thread; its threads start only when they are needed.
        self._threads = ThreadPoolExecutor(max(1, self._helpers), thread_name_prefix="mtcnn")

    def map(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        on_done: Callable[[int], None] = _ignore,
    ) -> list[Result]:
        """Run a function on each item.

        Args:
            function: Called by several threads at a time. It must not call `map` itself.
            items: Taken in order, by any of the threads, but by one thread at a time.
            on_done: Called from time to time, in the caller's thread, with the number of items done. An
                exception that it raises ends the work.

        Returns:
            The results in the order of the items.

        Raises:
            Exception: What `function`, `items` or `on_done` raised. By then, no thread is working any more.
        """
        entries = enumerate(items)
        taking = Lock()
        ended = False
        results: dict[int, Result] = {}

        def work(tell: Callable[[int], None]) -> None:
            nonlocal ended
            try:
                while True:
                    with taking:
                        entry = None if ended else next(entries, None)
                    if entry is None:
                        return
                    index, item = entry
                    results[index] = function(item)
                    tell(len(results))
            finally:
                # Nothing is left, or something went wrong: no thread takes another item.
                ended = True

        helpers = [self._threads.submit(work, _ignore) for _ in range(self._helpers)]
        try:
            work(on_done)
        finally:
            wait(helpers)
        for helper in helpers:
            helper.result()
        return [results[index] for index in range(len(results))]
