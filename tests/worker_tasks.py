"""Tasks for tests of worker processes, some of which misbehave."""

import ctypes
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np

from components.workers.inside import Report


def prepare_nothing() -> None:
    """For workers whose tasks need nothing."""


def fail_to_prepare() -> None:
    """For workers that cannot start."""
    raise RuntimeError("This worker cannot be prepared.")


def echo(_report: Report, value: object) -> object:
    return value


def process_id(_report: Report) -> int:
    return os.getpid()


def imported(_report: Report, libraries: set[str]) -> set[str]:
    """Which of some libraries the process has imported."""
    return libraries & set(sys.modules)


def fill(_report: Report, size: int, value: int) -> bytes:
    """A result of a size in bytes, so large that sending it takes a moment."""
    return bytes([value]) * size


def sleep(_report: Report, seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def run_for_good(report: Report, seconds: float) -> None:
    """Run without end, after asking for some seconds."""
    report.allow(seconds)
    while True:
        pass


def run_in_threads(report: Report, seconds: float) -> None:
    """Compute without end in native code of another thread, while this one waits."""
    report.allow(seconds)
    matrix = np.ones((2000, 2000), np.float32)

    def compute() -> None:
        while True:
            matrix @ matrix

    thread = threading.Thread(target=compute)
    thread.start()
    thread.join()


def sleep_allowed(report: Report, seconds: float, duration: float) -> float:
    report.allow(seconds)
    time.sleep(duration)
    return duration


def stay_in_a_library(report: Report, seconds: float) -> None:
    """Stay in native code, where Python handles no signal, as a decoder may for minutes."""
    report.allow(seconds)
    # PyDLL keeps Python's lock, and so stops all threads of this process.
    ctypes.PyDLL(None).sleep(60)


def count_to_ten(report: Report) -> int:
    for number in range(10):
        report.share(number / 10)
        time.sleep(0.12)
    return 10


def die(_report: Report) -> None:
    os.kill(os.getpid(), 9)


def abort(_report: Report) -> None:
    """End the process as a native decoder does that finds itself in a wrong state."""
    os.abort()


def die_once(_report: Report, marker: str) -> str:
    """Die at the first try, which a file remembers."""
    try:
        Path(marker).touch(exist_ok=False)
    except FileExistsError:
        return "done"
    os.kill(os.getpid(), 9)
    return "not reached"


def take_memory(_report: Report, megabytes: int) -> int:
    return int(np.ones((megabytes, 1024, 1024), np.uint8).nbytes)


_kept: list[np.ndarray] = []


def keep_memory(_report: Report, megabytes: int) -> None:
    """Keep memory after the task, as libraries do that stay imported."""
    _kept.append(np.ones((megabytes, 1024, 1024), np.uint8))


def raise_value_error(_report: Report, text: str) -> None:
    raise ValueError(text)


def raise_os_error(_report: Report) -> None:
    raise OSError("This task's own error.")


def compute_and_tell_what_is_left(_report: Report, seconds: float) -> float:
    """Compute, and return for how many seconds more the kernel lets this task compute."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        math.factorial(1000)
    return signal.getitimer(signal.ITIMER_PROF)[0]
