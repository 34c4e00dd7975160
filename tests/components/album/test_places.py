"""The same rows from one process, from several, and from a Dask cluster, whatever happens to its workers."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from distributed import Client, LocalCluster, Reschedule, Worker

from components.album import cluster as module
from components.album.addresses import pictures_at
from components.album.cluster import Cluster, ClusterError, PhotoProcesses, cluster_at, local_cluster
from components.album.find import EndedError, Failed, Job, Looked, Outcome, Wanted
from components.album.journal import Journal
from components.album.made_files import Folders
from components.album.pictures import Picture, with_content
from components.album.processes import Processes, processes_for
from components.album.run import Place, look_at_album
from components.photo.photo_file import PhotoFile
from components.workers.machine import MEGABYTE, Machine
from tests import pictures
from tests.album_files import ALL, BAD, GOOD, DeadlyPicture, FailingPicture, write_album, write_zip

WANTED = Wanted(min_face_size=24, sheet=True)


@pytest.fixture(scope="module", autouse=True)
def _workers_run_no_page() -> Iterator[None]:
    """A page that a test has run stays the main module, and each process of Dask's would run it first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_album(tmp_path_factory.mktemp("album"))


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with local_cluster(workers=2) as client:
        yield client


def nothing() -> None:
    """For runs that nobody ends."""


def rows(place: Place, pictures: Iterator[Picture]) -> list[dict[str, Any]]:
    """All rows of a run; how long it took differs each time."""
    with Journal(Path(":memory:"), WANTED) as journal:
        for _ in look_at_album(pictures, place, journal, Folders(None, None)):
            pass
        photos = [{**row, "seconds": None} for row in journal.photo_rows()]
        faces = [{**row, "picture": picture} for row, picture in journal.face_pictures()]
    return [*photos, *faces]


def test_rows_are_the_same_everywhere(album: Path, client: Client) -> None:
    with Processes(1, WANTED) as place:
        from_one = rows(place, pictures_at([str(album)]))
    with Processes(2, WANTED) as place:
        from_two = rows(place, pictures_at([str(album)]))
    from_cluster = rows(Cluster(client, WANTED, nothing), pictures_at([str(album)]))
    sent = rows(Cluster(client, WANTED, nothing), map(with_content, pictures_at([str(album)])))
    assert from_two == from_one
    assert from_cluster == from_one
    assert sent == from_one
    statuses = {row["photo"].removeprefix(f"{album}/"): row["status"] for row in from_one if "status" in row}
    assert statuses == dict.fromkeys(GOOD, "ok") | dict.fromkeys(BAD, "failed")
    assert all(row["reason"] for row in from_one if row.get("status") == "failed")
    # A face for each person in the pictures.
    assert Counter(row["photo"].rpartition("/")[2] for row in from_one if "number" in row)["a.jpg"] == 3


def test_a_zip_file_gives_the_rows_of_its_folder(album: Path, tmp_path: Path) -> None:
    def without_photo(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "photo": None} for row in found]

    archive = write_zip(tmp_path / "album.zip")
    with Processes(1, WANTED) as place:
        from_folder = rows(place, pictures_at([str(album)]))
        from_zip = rows(place, map(with_content, pictures_at([str(archive)])))
    assert without_photo(from_zip) == without_photo(from_folder)


def test_two_addresses_of_one_photo_give_one_row(album: Path) -> None:
    with Processes(1, WANTED) as place:
        found = rows(place, pictures_at([str(album / "a.jpg"), str(album)]))
    assert Counter(row["photo"] for row in found if "status" in row) == {f"{album}/{name}": 1 for name in ALL}


def test_work_that_is_lost_with_a_worker_is_done_again(album: Path, client: Client) -> None:
    photo = str(album / "trip" / "c.jpg")
    pictures = [_Renamed(f"{number:03}", photo) for number in range(40)]
    processes = client.run(os.getpid)
    outcomes: list[Outcome] = []
    for outcome in Cluster(client, WANTED, nothing).outcomes(map(Job, pictures), nothing):
        outcomes.append(outcome)
        if len(outcomes) == 5:
            os.kill(next(iter(processes.values())), signal.SIGKILL)
    assert sorted(outcome.name for outcome in outcomes) == [picture.name for picture in pictures]
    assert all(isinstance(outcome, Looked) for outcome in outcomes)
    assert client.run(os.getpid) != processes


def test_a_photo_that_ends_its_worker_twice_is_passed_over(
    album: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The second one comes after the first ones under suspicion were looked at alone.
    monkeypatch.setattr(module, "_MOST_SUSPECTS", 1)
    pictures = [DeadlyPicture("first"), *pictures_at([str(album / "trip")]), DeadlyPicture("last")]
    found = list(Cluster(client, WANTED, nothing).outcomes(map(Job, pictures), nothing))
    assert sorted(outcome.name for outcome in found) == sorted(picture.name for picture in pictures)
    failed = {outcome.name: outcome.reason for outcome in found if isinstance(outcome, Failed)}
    assert set(failed) == {"first", "last", f"{album}/trip/huge.png"}
    for name in ("first", "last"):
        assert "ended, more than once" in failed[name]


def test_a_worker_that_fails_ends_the_run_with_a_sentence(client: Client) -> None:
    with pytest.raises(ClusterError, match=r"worker failed .*this is no photo's fault"):
        list(Cluster(client, WANTED, nothing).outcomes([Job(FailingPicture("a"))], nothing))


def test_waiting_for_the_first_worker_can_be_ended() -> None:
    def stop() -> None:
        raise EndedError

    with local_cluster(workers=0) as empty, pytest.raises(EndedError):
        Cluster(empty, WANTED, stop)


def test_processes_for_photos_end_with_their_worker(album: Path, client: Client) -> None:
    rows(Cluster(client, WANTED, nothing), pictures_at([str(album)]))
    workers = set(client.run(os.getpid).values())
    for_photos = {process for process, parent in parents().items() if parent in workers}
    assert for_photos
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while for_photos & set(parents()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not for_photos & set(parents())


def parents() -> dict[int, int]:
    """The parent of each process of this machine, by their numbers."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name in brackets come the state and the parent.
            found[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        # The process has just ended.
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def test_a_photo_of_a_worker_that_is_about_to_end_is_for_another_worker() -> None:
    processes = PhotoProcesses()
    worker = cast("Worker", SimpleNamespace(state=SimpleNamespace(nthreads=1)))
    processes.setup(worker)
    end = Timer(1.5, processes.teardown, [worker])
    end.start()
    crowd = PhotoFile.of("crowd.jpg", pictures.encoded(pictures.crowd(4000, 5000, 40), "JPEG"))
    with pytest.raises(Reschedule):
        processes.find(crowd, WANTED)
    end.join()


def test_workers_with_other_code_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "version", lambda _: "another")
    with pytest.raises(ClusterError, match="another version"):
        Cluster(client, WANTED, nothing)


def test_workers_outside_the_project_are_refused(tmp_path: Path) -> None:
    with LocalCluster(n_workers=0, dashboard_address=None) as cluster, Client(cluster) as empty:
        command = [sys.executable, "-m", "dask", "worker", cluster.scheduler_address]
        worker = subprocess.Popen([*command, "--no-nanny"], cwd=tmp_path, stderr=subprocess.DEVNULL)
        try:
            with pytest.raises(ClusterError, match="outside the project"):
                Cluster(empty, WANTED, nothing)
        finally:
            worker.terminate()
            worker.wait()


def test_a_worker_that_does_not_answer_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_START_SECONDS", 2.0)
    stopped = next(iter(client.run(os.getpid).values()))
    os.kill(stopped, signal.SIGSTOP)
    try:
        with pytest.raises(ClusterError, match="does not answer"):
            Cluster(client, WANTED, nothing)
    finally:
        os.kill(stopped, signal.SIGCONT)


def test_a_scheduler_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 1.0)
    with pytest.raises(ClusterError, match="No scheduler answers"), cluster_at("tcp://127.0.0.1:9"):
        pass


def test_processes_fit_the_machine() -> None:
    gigabyte = 1024 * MEGABYTE
    assert processes_for(Machine(cores=2, memory=16 * gigabyte)) == 2
    assert processes_for(Machine(cores=64, memory=8 * gigabyte)) == 9
    assert processes_for(Machine(cores=0.5, memory=gigabyte // 2)) == 1


class _Renamed:
    """A photo under another name."""

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self._path = path

    def read(self) -> bytes:
        return Path(self._path).read_bytes()
