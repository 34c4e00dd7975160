"""Threads that help the one which has work to do."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Lock
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def _ignore(_done: int) -> None:
    pass


class Workers:
    """Some threads, the caller's included, that run a function on many items.

    Each takes the next item when it is done with one. An executor's `map` would wake a thread for each
    item, which makes P-Net on a picture of 640×480 a tenth slower, measured, and the caller would idle.
    """

    def __init__(self, count: int) -> None:
        """Start with `count` threads in all, at least 1."""
        self._helpers = count - 1
        # A pool cannot be of none; the threads of this one start when they are needed.
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
            items: Taken one after the other, by any of the threads but by one at a time.
            on_done: Called now and then, in the caller's thread, with the number of items done. What it
                raises ends the work.

        Returns:
            The results in the order of the items.

        Raises:
            Exception: Whatever `function`, `items` or `on_done` raised. No thread is still at work then.
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
                # Whether nothing is left or something went wrong, nobody need take another item.
                ended = True

        helpers = [self._threads.submit(work, _ignore) for _ in range(self._helpers)]
        try:
            work(on_done)
        finally:
            wait(helpers)
        for helper in helpers:
            helper.result()
        return [results[index] for index in range(len(results))]
