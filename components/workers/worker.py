"""One worker process, seen from the server: it runs a task, within limits, and is replaced when it dies."""

import pickle
import signal
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Concatenate, ParamSpec, TypeVar

from loky.backend import get_context
from pebble import ProcessExpired, ProcessPool

from components.workers.inside import FIRST_SECONDS, Report, prepare, run_task
from components.workers.turns import TICK

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Called with the share done while a task runs.
OnProgress = Callable[[float], None]

# How many seconds may pass for each second that a task may compute: others use the same cores.
_PATIENCE = 4


_DIED = (
    "Opening this ended the program that does it, more than once. The file may be damaged, or need more "
    "memory than the server has; try another copy, or a smaller one."
)
_NO_MEMORY = "This needs more memory than the server has for it; make the picture smaller and try again."
_NOT_STARTED = "The server cannot open files at the moment. Wait a little, then try again."


class TaskError(Exception):
    """A task ended without a result; the text is one plain sentence for the visitor."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker process may use.

    Attributes:
        memory: Bytes, as `inside.prepare` sets them.
        slowness: How many seconds a task may take for each second that it takes on a whole core: more than 1
            where the container has less than that.
    """

    memory: int
    slowness: float = 1.0


class Worker:
    """One process that runs one task at a time.

    It is a pool of Pebble's with a single process. Several processes of one pool would share pipes and their
    locks, and one that is killed while it holds a lock would stop the others.
    """

    def __init__(self, limits: Limits, warm_up: Callable[[], object], tries: int = 2) -> None:
        """Start the process, and return before it is ready.

        Args:
            limits: What it may use.
            warm_up: A function of a module that loads what tasks need.
            tries: How often a task may bring the process down before it is refused.

        Raises:
            TaskError: No process can be started.
        """
        self._tries = tries
        self._limits = limits
        self._warm_up = warm_up
        # Starts processes without the main module, in whose place Streamlit puts the page's script.
        self._context = get_context("loky")
        self._number = 0
        self._closed = False
        # Held while the process has a task, or is replaced because it had some.
        self._busy = Lock()
        self._to_forget = False
        self._start()

    def run(
        self,
        task: Callable[Concatenate[Report, Arguments], Result],
        on_progress: OnProgress,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Run a task in the process, and wait for its result.

        Args:
            task: A function of a module, with a report as its first argument. Arguments and result are sent
                from process to process, so they should be small.
            on_progress: Called repeatedly, in this thread. An exception that it raises ends the task, by
                ending its process, and passes through.
            *args: The task's arguments after its report.
            **kwargs: The same by name.

        Raises:
            TaskError: The task took too long or too much memory, or its process died at each try.
            Exception: What the task raised.
        """
        try:
            with self._busy:
                return self._run(task, on_progress, *args, **kwargs)
        finally:
            self._forget_when_idle()

    def forget(self) -> None:
        """Leave nothing of earlier tasks in memory: replace the process, at once or after its present task.

        What a process has freed may still be there to read, until something else takes its place.
        """
        self._to_forget = True
        self._forget_when_idle()

    def _forget_when_idle(self) -> None:
        # Where the process is busy, whoever has it looks again afterwards.
        if not self._to_forget or not self._busy.acquire(blocking=False):
            return
        try:
            # Otherwise the next task tries again to start a process.
            with suppress(TaskError):
                if self._to_forget and self._used:
                    self._replace()
                self._to_forget = False
        finally:
            self._busy.release()

    def close(self) -> None:
        """End the process, whatever it does; a task that it has ends with a `TaskError`."""
        self._closed = True
        _end(self._pool)
        self._reader.close()
        self._writer.close()

    def _run(
        self,
        task: Callable[Concatenate[Report, Arguments], Result],
        on_progress: OnProgress,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        # Ended by others while it was idle.
        if not self._runs():
            self._replace()
        last_words = ""
        for _ in range(self._tries):
            try:
                return self._try(task, on_progress, *args, **kwargs)
            except _WorkerDiedError as death:
                last_words = str(death)
        raise TaskError(last_words)

    def _try(
        self,
        task: Callable[Concatenate[Report, Arguments], Result],
        on_progress: OnProgress,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        self._number += 1
        self._used = True
        future: Future[Result]
        try:
            future = self._pool.schedule(run_task, (self._number, task, *args), kwargs)
        # The pool broke since it was looked at.
        except RuntimeError:
            self._replace()
            raise _WorkerDiedError(_NOT_STARTED) from None
        begun, share, allowed = None, 0.0, FIRST_SECONDS
        patience = _PATIENCE * self._limits.slowness
        try:
            while not wait([future], TICK).done:
                # A pool that broke a moment ago takes tasks and never runs them.
                if not self._runs():
                    raise _WorkerDiedError(_NOT_STARTED)
                # While a process starts, the clock stands still.
                if begun is None and future.running():
                    begun = time.monotonic()
                share, allowed = self._read_reports(share, allowed)
                if begun is not None and time.monotonic() - begun > allowed * patience:
                    raise _too_long(allowed)
                on_progress(share)
        except BaseException:
            # Not only cancelled: Pebble could take the next task for the one that is to end.
            self._replace()
            raise
        try:
            result = future.result()
        except ProcessExpired as death:
            _, allowed = self._read_reports(share, allowed)
            self._replace()
            # The kernel's way to say that it computed for too long.
            if death.exitcode == -getattr(signal, "SIGPROF", 0):
                raise _too_long(allowed) from None
            raise _WorkerDiedError(_DIED) from None
        # The process ended before it took the task.
        except (BrokenProcessPool, CancelledError):
            self._replace()
            raise _WorkerDiedError(_NOT_STARTED) from None
        except MemoryError:
            # A fresh process has more room: this one keeps the libraries that earlier tasks needed.
            self._replace()
            raise _WorkerDiedError(_NO_MEMORY) from None

        self._read_reports(share, allowed)
        if self._grown:
            self._replace()
        return result

    def _read_reports(self, share: float, allowed: float) -> tuple[float, float]:
        """The share done and the seconds allowed, after the reports that came in."""
        while self._reader.poll():
            number, kind, value = self._reader.recv()
            # What an earlier task reported last does not count.
            if number == self._number:
                if kind == "share":
                    share = value
                elif kind == "allow":
                    allowed = value
                else:
                    self._grown = True
        return share, allowed

    def _start(self) -> None:
        # Whether the process keeps so much memory that a fresh one should take its place.
        self._grown = False
        # Whether it has had a task.
        self._used = False
        # With a pipe of its own, since a process that is killed may leave half a message in it.
        self._reader: Connection
        self._writer: Connection
        self._reader, self._writer = self._context.Pipe(duplex=False)
        self._pool = ProcessPool(
            max_workers=1,
            initializer=prepare,
            initargs=(self._limits.memory, self._writer, pickle.dumps(self._warm_up)),
            context=self._context,
        )
        # Pebble starts the process when it is asked whether it runs, or with the first task.
        if not self._runs():
            raise TaskError(_NOT_STARTED)

    def _runs(self) -> bool:
        try:
            return self._pool.active
        # The system starts no more processes.
        except BrokenProcessPool:
            return False

    def _replace(self) -> None:
        """Start anew: a process that died may have left locks taken and messages unfinished."""
        if self._closed:
            raise TaskError(_NOT_STARTED)
        pool, ends = self._pool, (self._reader, self._writer)
        self._start()

        def end() -> None:
            _end(pool)
            for connection in ends:
                connection.close()

        # It may take seconds, for which nobody should wait.
        Thread(target=end, name="end-worker", daemon=True).start()


def _too_long(allowed: float) -> TaskError:
    return TaskError(
        f"This took more than {allowed:.0f} seconds of computing and was ended; try a smaller picture or "
        "video."
    )


class _WorkerDiedError(Exception):
    """The process ended while it had the task."""


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
