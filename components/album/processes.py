"""An album on this machine: worker processes as the server has them, one for each core."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Self

from components.album.bounded import as_they_come
from components.album.find import EndedError, Found, Job, Outcome, Wanted, find_in, load_for_one_core, look_at
from components.photo.photo_file import PhotoFile
from components.workers.machine import Machine
from components.workers.plan import MOST_WORKER_MEMORY
from components.workers.pool import Workers
from components.workers.worker import Limits

# What one worker process may use, on every machine, so that the same photos succeed.
LIMITS = Limits(MOST_WORKER_MEMORY)

# For each process, one photo that it has and one that waits.
_UNDER_WAY = 2


def processes_for(machine: Machine) -> int:
    """How many processes a machine has cores and memory for, at least one."""
    return max(min(round(machine.cores), machine.memory // MOST_WORKER_MEMORY), 1)


class Processes:
    """Some worker processes, each on one core."""

    def __init__(self, count: int, wanted: Wanted) -> None:
        """Start the first one; the others start when they are needed.

        Args:
            count: How many.
            wanted: What is wanted of each photo.
        """
        self._count = count
        self._wanted = wanted
        self._workers = Workers(count, LIMITS, load_for_one_core)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="album")
        self._closing = Event()

    def outcomes(self, jobs: Iterable[Job], on_wait: Callable[[], None]) -> Iterator[Outcome]:
        """What came of each job, as soon as it is known; see `run.Place.outcomes`."""
        room = self._count * _UNDER_WAY
        for _, future in as_they_come(self._threads, self._look_at, jobs, lambda: room, on_wait):
            yield future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End all processes, whatever they do."""
        self._closing.set()
        self._threads.shutdown(cancel_futures=True)
        self._workers.close()

    def _look_at(self, job: Job) -> Outcome:
        return look_at(job, self._find)

    def _find(self, file: PhotoFile) -> Found:
        return find_in(self._workers, self._check, file, self._wanted)

    def _check(self) -> None:
        if self._closing.is_set():
            raise EndedError
