"""All worker processes together, with fair turns before them."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

from components.workers.inside import Report
from components.workers.turns import Turns
from components.workers.worker import Limits, OnProgress, Worker

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Workers:
    """Worker processes that all visitors share. Any thread may use them."""

    def __init__(self, count: int, limits: Limits, warm_up: Callable[[], object]) -> None:
        """Start the first worker; others start when they are needed.

        Args:
            count: How many workers there may be.
            limits: What each may use.
            warm_up: A function of a module that loads what tasks need, in each process.

        Raises:
            TaskError: No process can be started.
        """
        self._limits = limits
        self._warm_up = warm_up
        self._turns = Turns(count)
        self._lock = Lock()
        self._workers: dict[int, Worker] = {0: Worker(limits, warm_up)}

    def run(
        self,
        visitor: Hashable,
        task: Callable[Concatenate[Report, Arguments], Result],
        on_wait: Callable[[int], None],
        on_progress: OnProgress,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Run a task when it is the visitor's turn, and wait for its result.

        Args:
            visitor: For whom; visitors take turns, with one task of each at a time.
            task: A function of a module; see `Worker.run`.
            on_wait: Called while others come first, with their number.
            on_progress: Called while the task runs, with the share done. What this or `on_wait` raises ends
                the task, and passes through.
            *args: The task's arguments after its report.
            **kwargs: The same by name.

        Raises:
            TaskError: As `Worker.run` says.
            Exception: What the task raised.
        """
        with self._turns.turn(visitor, on_wait) as seat:
            return self._worker(seat).run(task, on_progress, *args, **kwargs)

    def forget(self) -> None:
        """Leave nothing of earlier tasks in memory; workers that have a task do so after it."""
        with self._lock:
            workers = list(self._workers.values())
        for worker in workers:
            worker.forget()

    def close(self) -> None:
        """End all processes, whatever they do."""
        with self._lock:
            for worker in self._workers.values():
                worker.close()

    def _worker(self, seat: int) -> Worker:
        with self._lock:
            if seat not in self._workers:
                self._workers[seat] = Worker(self._limits, self._warm_up)
            return self._workers[seat]
