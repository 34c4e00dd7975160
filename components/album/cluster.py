"""An album on a Dask cluster, whose workers open photos in processes like the server's own.

Needs the extra `cluster`. `CLUSTER.md` says how to start one.
"""

import hashlib
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from threading import Event

import dask
from distributed import Client, KilledWorker, LocalCluster, Reschedule, Worker, WorkerPlugin, get_worker
from distributed import Future as DaskFuture

from components.album.bounded import as_they_come
from components.album.find import (
    EndedError,
    Failed,
    Found,
    Job,
    Outcome,
    Wanted,
    find_in,
    load_for_one_core,
    look_at,
)
from components.album.processes import LIMITS
from components.album.run import PlaceError
from components.photo.photo_file import PhotoFile
from components.workers.pool import Workers
from components.workers.worker import TaskError

_COMPONENTS = Path(__file__).parent.parent

_PLUGIN = "visavis-photo-processes"

# For each of the cluster's threads, one photo that it has and two on the way there.
_UNDER_WAY = 3

# Seconds between looks at how many threads the cluster has, and seconds within which there must be one, and
# each must answer.
_LOOK_SECONDS, _START_SECONDS = 5.0, 60.0

# Seconds in which a scheduler must answer, and between looks at whether workers did.
_ANSWER_SECONDS, _TICK = 10.0, 0.1

_LOST = (
    "The computers that opened this ended, more than once. The file may be damaged, or need more memory than "
    "they have."
)

# A worker opens photos in processes of its own, which Dask's watched processes may not have by default.
_MAY_HAVE_CHILDREN = {"distributed.worker.daemon": False}
# When a worker ends, its photos are looked at once more, each alone.
_DEATHS_ALLOWED = {"distributed.scheduler.allowed-failures": 0}
# What Dask looks at in itself for its dashboard. Measured, that took 4 of 60 seconds of computing.
_UNWATCHED = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.interval": "2s",
    "distributed.admin.tick.interval": "500ms",
    "distributed.worker.memory.monitor-interval": "1s",
}
# Photos that are sent with their content are larger than what Dask warns of.
_LARGE_JOBS = {"distributed.admin.large-graph-warning-threshold": "200 MB"}


# Photos that wait to be looked at once more, alone. Each may be there with its content.
_MOST_SUSPECTS = 20


class ClusterError(PlaceError):
    """A cluster cannot be reached, or is lost; the text is one plain sentence."""


class PhotoProcesses(WorkerPlugin):
    """Gives each Dask worker processes in which it opens photos, one for each of its threads."""

    name = _PLUGIN

    def setup(self, worker: Worker) -> None:
        """Start the first process. Runs in the worker when it starts, or when the plugin comes."""
        # Dask sets it, and with it the processes would ask the system for memory over and over: that takes a
        # quarter of their time, measured.
        os.environ.pop("MALLOC_TRIM_THRESHOLD_", None)
        self._closing = Event()
        self._workers = Workers(worker.state.nthreads, LIMITS, load_for_one_core)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask calls it so
        """End the processes. Runs in the worker when it ends in order."""
        self._closing.set()
        self._workers.close()

    def find(self, file: PhotoFile, wanted: Wanted) -> Found:
        """Find a photo's faces. Runs in a thread of the worker.

        Raises:
            PhotoError: As `find.find_faces`.
            TaskError: As `Workers.run`.
            Reschedule: The worker is about to end, so another one must look at the photo.
        """
        try:
            return find_in(self._workers, self._check, file, wanted)
        except (TaskError, EndedError):
            if self._closing.is_set():
                raise Reschedule from None
            raise

    def _check(self) -> None:
        if self._closing.is_set():
            raise EndedError


class _IgnoreInterrupts(WorkerPlugin):
    """Leaves Ctrl-C to the process that started the cluster: a terminal sends it to all of them."""

    name = "visavis-ignore-interrupts"

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask calls it so
        """Runs in the worker when it starts."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)


class Cluster:
    """A running cluster that looks at photos."""

    def __init__(self, client: Client, wanted: Wanted, on_wait: Callable[[], None]) -> None:
        """Prepare the cluster's workers, and those that join later.

        Args:
            client: Connected to the cluster's scheduler.
            wanted: What is wanted of each photo.
            on_wait: Called now and then until workers have answered. What it raises passes through.

        Raises:
            ClusterError: The cluster has no workers, or they run other versions; or the scheduler is lost.
        """
        self._client = client
        self._wanted = wanted
        try:
            _wait_for_worker(client, on_wait)
            _check_versions(client, on_wait)
            client.register_plugin(PhotoProcesses())
        except OSError:
            raise _lost() from None
        # multiprocessing raises it where a daemonic process starts a child.
        except AssertionError:
            raise ClusterError(
                "The workers may not open photos: start them with DASK_DISTRIBUTED__WORKER__DAEMON=False."
            ) from None

    def outcomes(self, jobs: Iterable[Job], on_wait: Callable[[], None]) -> Iterator[Outcome]:
        """What came of each job, as soon as it is known; see `run.Place.outcomes`.

        Raises:
            ClusterError: The scheduler is lost, or a worker fails.
        """
        remaining = iter(jobs)
        for first in remaining:
            suspects: list[Job] = []
            yield from self._of_unsuspected(chain([first], _few(remaining, suspects)), suspects, on_wait)
            yield from self._of_suspects(suspects, on_wait)

    def _of_unsuspected(
        self, jobs: Iterable[Job], suspects: list[Job], on_wait: Callable[[], None]
    ) -> Iterator[Outcome]:
        """What came of jobs; those that lose their worker become suspects."""
        for job, future in self._as_they_come(jobs, _room(self._client), on_wait):
            try:
                yield _outcome(future)
            except KilledWorker:
                suspects.append(job)

    def _of_suspects(self, suspects: Sequence[Job], on_wait: Callable[[], None]) -> Iterator[Outcome]:
        """What comes of suspects, each alone: Dask blames all photos that a lost worker had."""
        for job, future in self._as_they_come(suspects, lambda: 1, on_wait):
            try:
                yield _outcome(future)
            except KilledWorker:
                yield Failed(job.picture.name, "", 0.0, _LOST)

    def _as_they_come(
        self, jobs: Iterable[Job], at_once: Callable[[], int], on_wait: Callable[[], None]
    ) -> Iterator[tuple[Job, Future[Outcome]]]:
        # Not pure: a job that comes again must run again.
        executor = self._client.get_executor(pure=False)
        return as_they_come(executor, _Look(self._wanted), jobs, at_once, on_wait)


def _few(jobs: Iterator[Job], suspects: Sequence[Job]) -> Iterator[Job]:
    """The jobs, until there are many suspects."""
    while len(suspects) < _MOST_SUSPECTS and (job := next(jobs, None)):
        yield job


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except KilledWorker:
        raise
    except CancelledError:
        raise _lost() from None
    # What comes of the photo is an outcome, so this is the worker's: it lacks a package, for example.
    except Exception as error:
        raise ClusterError(f"A worker failed ({' '.join(repr(error).split())}); look at its log.") from error


def _lost() -> ClusterError:
    return ClusterError("The scheduler is lost; start it, then run this again.")


class _Look:
    """Looks at a job in a Dask worker."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted

    def __call__(self, job: Job) -> Outcome:
        return look_at(job, self._find)

    def _find(self, file: PhotoFile) -> Found:
        plugin = get_worker().plugins[_PLUGIN]
        if not isinstance(plugin, PhotoProcesses):
            raise TypeError(f"{_PLUGIN} is another plugin: {plugin}")
        return plugin.find(file, self._wanted)


@contextmanager
def cluster_at(address: str) -> Iterator[Client]:
    """A connection to a scheduler, for the length of a `with` block.

    Args:
        address: Such as `tcp://10.0.0.1:8786`.

    Raises:
        ClusterError: Nothing answers there.
    """
    try:
        client = Client(address, timeout=_ANSWER_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"No scheduler answers at {address} ({error}).") from None
    # It logs a stack trace when the scheduler is lost, which the run says in a sentence.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    with dask.config.set(_LARGE_JOBS), client:
        yield client


@contextmanager
def local_cluster(workers: int) -> Iterator[Client]:
    """A cluster on this machine, for the length of a `with` block.

    Args:
        workers: How many worker processes it has.
    """
    with (
        dask.config.set({**_MAY_HAVE_CHILDREN, **_DEATHS_ALLOWED, **_LARGE_JOBS, **_UNWATCHED}),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.ERROR
        ) as cluster,
        Client(cluster) as client,
    ):
        client.register_plugin(_IgnoreInterrupts())
        yield client


def _wait_for_worker(client: Client, on_wait: Callable[[], None]) -> None:
    """Wait until the cluster has a worker."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        on_wait()
        with suppress(TimeoutError):
            client.wait_for_workers(1, timeout=1)
            return
    raise ClusterError("The scheduler has no workers; start some in the project's folder, then try again.")


def _check_versions(client: Client, on_wait: Callable[[], None]) -> None:
    """Check that all workers run this code, with this version of Dask; others may give other rows."""
    # A worker that does not find this code cannot even say so when it is sent a function from here.
    for worker, imported in _ask_workers(client, on_wait, import_module, __name__).items():
        if imported.status == "error":
            why = imported.exception()
            raise ClusterError(
                f"{worker} runs outside the project ({why}); start it in the project's folder."
            )
    versions = _ask_workers(client, on_wait, _version)
    others = sorted(worker for worker, told in versions.items() if told.result() != _version())
    if others:
        raise ClusterError(
            f"{', '.join(others)} runs another version of the project or of Dask; make them equal."
        )


def _ask_workers(
    client: Client, on_wait: Callable[[], None], function: Callable[..., object], *args: object
) -> dict[str, DaskFuture[object]]:
    """Call a function in each worker, and return the finished futures by the workers' addresses."""
    # Not by `client.run`, which waits for good where a worker is no more.
    asked = {
        worker: client.submit(function, *args, pure=False, workers=[worker], allow_other_workers=False)
        for worker in client.nthreads()
    }
    # A worker may have others' photos before it.
    deadline = time.monotonic() + _START_SECONDS
    while not all(future.done() for future in asked.values()) and time.monotonic() < deadline:
        on_wait()
        time.sleep(_TICK)
    if silent := [worker for worker, future in asked.items() if not future.done()]:
        raise ClusterError(f"{', '.join(silent)} does not answer; end it, and start another.")
    return asked


def _version() -> str:
    """Identifies what decides about the rows: this project's code and networks, and Dask."""
    files = sorted(path for path in _COMPONENTS.rglob("*") if path.suffix in (".py", ".tflite"))
    digest = hashlib.sha256(version("distributed").encode())
    for path in files:
        digest.update(path.relative_to(_COMPONENTS).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _room(client: Client) -> Callable[[], int]:
    """How many jobs may be under way, by the number of threads that the cluster has at the time."""
    looked, room = float("-inf"), 0

    def at_once() -> int:
        nonlocal looked, room
        if time.monotonic() - looked > _LOOK_SECONDS:
            looked = time.monotonic()
            try:
                room = max(sum(client.nthreads().values()), 1) * _UNDER_WAY
            except (OSError, TimeoutError):
                raise _lost() from None
        return room

    return at_once
