"""How fast an album is looked at, and in how much memory: `python -m tests.benchmarks.album`.

Makes an album of mixed sizes from the pictures inside a dependency, and runs the command line on it: with one
process, with two, and with a local Dask cluster of two workers. Plain loops over the `mtcnn` package, and
over `facenet_pytorch` where it is installed, take the first fifth of the photos, in the same mix. With
`--tiny`, an album of tiny photos shows what a photo costs beside looking at it, and whether memory is level.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import psutil
import pyarrow.parquet as pq
from numpy.typing import NDArray

from components.album.find import Looked, Wanted, find_faces
from components.album.journal import Journal
from components.album.pictures import StoredPicture
from components.album.tables import FACES, PHOTOS, write_table
from components.photo.detector import FaceDetector
from components.photo.image import encode_jpeg, read_photo
from components.photo.photo_file import PhotoFile
from tests import pictures

ROOT = Path(__file__).parent.parent.parent

# Height, width and side of a face, in turns: what phones, cameras and messengers give.
MIX = ((480, 640, 90), (1200, 1600, 200), (1536, 2048, 60), (2448, 3264, 300), (3000, 4000, 120))

# The plain loops, which are slow, take this part of the photos.
PLAIN_SHARE = 5

TINY_SIDE = 64
SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Measured:
    """A run: its photos, seconds from start to end, and its memory in megabytes, by the photos done."""

    photos: int
    seconds: float
    memory: tuple[tuple[int, float], ...]

    @property
    def rate(self) -> float:
        return self.photos / self.seconds

    @property
    def peak(self) -> float:
        return max(megabytes for _, megabytes in self.memory)


def make_album(folder: Path, count: int) -> list[Path]:
    """Photos that all differ, in the mix."""
    rng = np.random.default_rng(0)
    scenes = [pictures.crowd(height + 64, width + 64, side) for height, width, side in MIX]
    paths = []
    for number in range(count):
        height, width, _ = MIX[number % len(MIX)]
        top, left = rng.integers(0, 64, 2)
        image = np.ascontiguousarray(scenes[number % len(MIX)][top : top + height, left : left + width])
        brightness = rng.uniform(0.8, 1.1)
        image = np.asarray(cv2.convertScaleAbs(image, alpha=brightness), np.uint8)
        path = folder / f"{number:05}.jpg"
        path.write_bytes(encode_jpeg(image, 90))
        paths.append(path)
    return paths


def make_tiny_album(folder: Path, count: int) -> None:
    """Photos so small that looking at them takes little beside handling them."""
    data = encode_jpeg(cv2.resize(pictures.GRACE, (TINY_SIDE, TINY_SIDE)), 80)
    for number in range(count):
        part = folder / f"{number // 1000:03}"
        part.mkdir(exist_ok=True)
        (part / f"{number:06}.jpg").write_bytes(data)


def megabytes_of(process: psutil.Process) -> float:
    """The memory of a process and those that it started; what they share counts once."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_full_info().pss
        # It has just ended.
        except psutil.NoSuchProcess:
            continue
    return total / 1024**2


def run_command(folder: Path, photos: int, *options: str) -> Measured:
    """Run the command line on a folder, and measure it."""
    with tempfile.TemporaryDirectory() as out, (Path(out) / "log").open("w+") as log:
        command = [sys.executable, "-m", "components.album", str(folder), "--out", f"{out}/faces.parquet"]
        memory: list[tuple[int, float]] = []
        begun = time.perf_counter()
        with subprocess.Popen([*command, *options], cwd=ROOT, stderr=log) as process:
            watched = psutil.Process(process.pid)
            while process.poll() is None:
                memory.append((photos_done(Path(log.name), photos), megabytes_of(watched)))
                try:
                    process.wait(SAMPLE_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        seconds = time.perf_counter() - begun
        if process.returncode:
            sys.exit(f"The run failed:\n{Path(log.name).read_text()[-2000:]}")
        rows = pq.read_table(f"{out}/faces.photos.parquet").num_rows
        assert rows == photos, f"{rows} rows for {photos} photos"
    return Measured(photos, seconds, tuple(memory))


def photos_done(log: Path, photos: int) -> int:
    """How many photos a run has done, as its progress bar says last."""
    with log.open("rb") as file:
        file.seek(max(log.stat().st_size - 1000, 0))
        said = re.findall(rf"(\d+)/{photos} \[".encode(), file.read())
    return int(said[-1]) if said else 0


def load_mtcnn() -> Callable[[NDArray[np.uint8]], int]:
    from mtcnn import MTCNN

    detector = MTCNN()
    return lambda image: len(detector.detect_faces(image))


def load_facenet() -> Callable[[NDArray[np.uint8]], int]:
    from facenet_pytorch import MTCNN

    detector = MTCNN(keep_all=True)

    def find(image: NDArray[np.uint8]) -> int:
        boxes, _ = detector.detect(image)
        return 0 if boxes is None else len(boxes)

    return find


PLAIN = {"mtcnn": load_mtcnn, "facenet_pytorch": load_facenet}


def plain_loop(package: str, paths: Sequence[str]) -> None:
    """What somebody writes who has the package and a folder; says how long it took, without loading."""
    find = PLAIN[package]()
    find(pictures.GRACE)
    begun = time.perf_counter()
    for path in paths:
        find(np.asarray(cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB), np.uint8))
    print(time.perf_counter() - begun)


def run_plain_loop(package: str, paths: Sequence[Path]) -> Measured:
    """Run a plain loop in a process of its own, and measure it."""
    command = [sys.executable, "-m", "tests.benchmarks.album", "--plain", package, *map(str, paths)]
    memory: list[tuple[int, float]] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            memory.append((0, megabytes_of(watched)))
            try:
                process.wait(SAMPLE_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        assert process.stdout
        said = process.stdout.read()
    return Measured(len(paths), float(said.split()[-1]), tuple(memory))


def time_parts(paths: Sequence[Path], folder: Path) -> dict[str, float]:
    """Seconds for each part of the work on some photos, on one core."""
    cv2.setNumThreads(1)
    detector = FaceDetector(cores=1)
    parts = dict.fromkeys(("reading", "decoding", "detecting and measuring", "writing"), 0.0)
    with Journal(folder / "parts.journal", Wanted()) as journal:
        for path in paths:
            begun = time.perf_counter()
            file = PhotoFile.of(path.name, StoredPicture(path.name, str(path)).read())
            read = time.perf_counter()
            read_photo(file.data)
            decoded = time.perf_counter()
            # Decodes once more.
            found = find_faces(file, Wanted(), detector)
            detected = time.perf_counter()
            journal.note(Looked(path.name, file.id, 0.0, found), [])
            noted = time.perf_counter()
            seconds = (
                read - begun,
                decoded - read,
                (detected - decoded) - (decoded - read),
                noted - detected,
            )
            for part, more in zip(parts, seconds, strict=True):
                parts[part] += more
        begun = time.perf_counter()
        write_table(folder / "parts.parquet", FACES, journal.face_rows())
        write_table(folder / "parts.photos.parquet", PHOTOS, journal.photo_rows())
        parts["writing"] += time.perf_counter() - begun
    return parts


PLACES: dict[str, tuple[str, ...]] = {
    "1 process": ("--processes", "1"),
    "2 processes": ("--processes", "2"),
    "2 Dask workers": ("--processes", "2", "--scheduler", "local"),
}


def compare(count: int, rounds: int) -> None:
    """Print photos a second and memory of each way, in turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "album"
        folder.mkdir()
        paths = make_album(folder, count)
        plain = [package for package in PLAIN if find_spec(package)]
        runs: dict[str, list[Measured]] = {}
        for _ in range(rounds):
            for place, options in PLACES.items():
                runs.setdefault(place, []).append(run_command(folder, count, *options))
            for package in plain:
                few = paths[: count // PLAIN_SHARE]
                runs.setdefault(f"loop over {package}", []).append(run_plain_loop(package, few))
        rates = {place: median(run.rate for run in measured) for place, measured in runs.items()}
        print(f"{count} photos of 0.3 to 12 megapixels; plain loops: the first {count // PLAIN_SHARE}")
        for place, measured in runs.items():
            peak = max(run.peak for run in measured)
            faster = rates[place] / rates["loop over mtcnn"]
            print(f"{place:24} {rates[place]:7.2f} photos/s {faster:6.1f} x {peak:8.0f} MB")
        print(f"2 processes: {rates['2 processes'] / rates['1 process']:.2f} times one")
        parts = time_parts(paths[: len(MIX) * 4], Path(name))
        whole = sum(parts.values())
        for part, seconds in parts.items():
            print(f"{part:24} {seconds / len(MIX) / 4 * 1000:7.1f} ms a photo {seconds / whole:6.1%}")
        print(f"A million such photos: {1e6 / rates['1 process'] / 3600:.0f} core-hours")


def handle_tiny(count: int, places: Sequence[str]) -> None:
    """Print what each photo costs where looking at it costs little, and the memory on the way."""
    with tempfile.TemporaryDirectory() as name:
        make_tiny_album(Path(name), count)
        for place in places:
            run = run_command(Path(name), count, *PLACES[place])
            print(f"{count} tiny photos, {place}: {run.seconds / count * 1000:.2f} ms a photo")
            for tenth in range(10):
                within = [memory for done, memory in run.memory if tenth == done * 10 // count]
                if within:
                    begun = tenth * count // 10
                    print(f"  from {begun:6} on: {median(within):4.0f} MB, {max(within):4.0f} at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=300, help="photos of the mixed album; 0 for none")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--tiny", type=int, default=0, help="photos of the tiny album")
    parser.add_argument("--places", nargs="*", choices=PLACES, default=["2 processes", "2 Dask workers"])
    parser.add_argument("--plain", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.plain:
        plain_loop(chosen.plain[0], chosen.plain[1:])
        return
    if chosen.photos:
        compare(chosen.photos, chosen.rounds)
    if chosen.tiny:
        handle_tiny(chosen.tiny, chosen.places)


if __name__ == "__main__":
    main()
