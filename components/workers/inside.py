"""What runs inside a worker process: its limits, and its reports to the server."""

import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from components.workers.allocator import trim_memory

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Seconds between reports: more often would only cost time.
_REPORT_SECONDS = 0.1

# Other processes, such as the server with its streams, come first. Measured with four crowds of 50 megapixels
# at once, a slider moves in 0.24 seconds, with 5 in 0.31; with 15 the crowds take too long.
_NICENESS = 10

# Seconds of computing that a task may take until it tells its own limit, and the most that it may tell.
FIRST_SECONDS, MOST_SECONDS = 10.0, 240.0

# OpenCV has an error of its own for what is a MemoryError everywhere else (`cv::Error::StsNoMem`).
_OPENCV_NO_MEMORY = -4

# Bytes that a process may keep after a task, beyond what it had at first, before it is replaced: some
# libraries stay in memory, such as MediaPipe's 100 megabytes.
_MOST_GROWTH = 64 * 1024 * 1024

# Where this process's reports go, once it is prepared, and how much memory it had then.
_to_server: Connection | None = None
_fresh_memory = 0


class Report(Protocol):
    """How a task tells the server how far it is. Each task gets one as its first argument."""

    def share(self, share: float) -> None:
        """Tell the share of the work done, 0 to 1."""

    def allow(self, seconds: float) -> None:
        """Set how many seconds of computing this task may still take, once its size is known."""


class _PipeReport:
    """Reports through a pipe, which the server reads while it waits for the result."""

    def __init__(self, writer: Connection, number: int) -> None:
        self._writer = writer
        self._number = number
        self._told = time.monotonic()

    def share(self, share: float) -> None:
        now = time.monotonic()
        if now - self._told >= _REPORT_SECONDS:
            self._told = now
            self._writer.send((self._number, "share", share))

    def allow(self, seconds: float) -> None:
        seconds = min(seconds, MOST_SECONDS)
        _limit_computing(seconds)
        self._writer.send((self._number, "allow", seconds))


def prepare(memory: int, to_server: Connection, warm_up: bytes) -> None:
    """Set this process's limits, and load what tasks need; runs once, when the process starts.

    Args:
        memory: How many bytes the process may use. The kernel holds it to that, on Linux only: an allocation
            beyond fails, and the task ends with an error. Elsewhere the limits of pictures have to do.
        to_server: Where the reports go.
        warm_up: The pickled function that loads what tasks need. Unpickled later, since that imports NumPy.
    """
    global _to_server, _fresh_memory
    _to_server = to_server
    # By default Pebble's handler runs only when Python does, which a decoder can delay for seconds.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # OpenBLAS reserves 100 megabytes for each core, and no task multiplies large matrices.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    if sys.platform == "linux":
        import resource

        # Private writable memory. The whole address space would count libraries several times over.
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        # A decoder that aborts leaves no file with a visitor's picture.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pickle.loads(warm_up)()  # noqa: S301 - from the server itself
    _fresh_memory = _memory()


def run_task(
    number: int,
    task: Callable[Concatenate[Report, Arguments], Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """Run a task, and return freed memory to the system afterwards.

    Args:
        number: The task's, for its reports.
        task: As for `Worker.run`.
        *args: The task's arguments after its report.
        **kwargs: The same by name.
    """
    if _to_server is None:
        raise RuntimeError("run_task needs a process that is prepared")
    _limit_computing(FIRST_SECONDS)
    try:
        return task(_PipeReport(_to_server, number), *args, **kwargs)
    except Exception as error:
        # Python says it in these words where there is no memory for a thread's stack.
        if getattr(error, "code", None) == _OPENCV_NO_MEMORY or "can't start new thread" in str(error):
            raise MemoryError from None
        raise
    finally:
        trim_memory()
        if _memory() > _fresh_memory + _MOST_GROWTH:
            _to_server.send((number, "grown", 1.0))
        _limit_computing(0)


def _limit_computing(seconds: float) -> None:
    """Let the kernel end this process when it computes for some seconds more, all of its threads together.

    Unlike a clock, this is fair to a task on a busy machine. Where there is no such timer, as on Windows, the
    server ends the task by the clock.

    `RLIMIT_CPU` would do it too, but from the process's start on, by a clock that cannot be read: with short
    tasks, it was 5 seconds ahead of `time.process_time` after 28.

    Args:
        seconds: 0 for as long as it takes.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _memory() -> int:
    """The bytes of memory that this process has; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
