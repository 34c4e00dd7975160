"""Tasks that run this detector and the original `mtcnn` package on the same photo, each in a fresh process.

Only here, and where its networks are converted, is TensorFlow imported: in a process that ends afterwards.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.geometry import Box, scaled
from components.photo.annotate import draw_boxes
from components.photo.image import encode_jpeg, fit_within, read_file, read_photo
from components.photo.photo_file import PhotoFile
from components.workers.inside import Report

# The package's own lowest score of a face.
CUT_OFF = 0.8

# Seconds on one core. Importing TensorFlow takes up to 20 on a small server, and the package 40 for a crowd
# on 12 megapixels.
_SECONDS = 180.0

# Longest side of the picture that shows both, in pixels.
_PREVIEW_SIDE = 1200

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a detector found, and what it took.

    Attributes:
        boxes: (x, y, width, height) in pixels of the photo.
        seconds_to_load: Until it was ready, imports included.
        seconds: For the photo, once it was ready.
        memory: The most bytes that its process had; None where the system does not tell.
    """

    boxes: tuple[Box, ...]
    seconds_to_load: float
    seconds: float
    memory: int | None


def measure_package(report: Report, file: PhotoFile) -> Measured:
    """Find the faces in a photo with the `mtcnn` package and its own settings.

    Raises:
        PhotoError: As `image.read_photo`.
        ImportError: The package or TensorFlow is not installed.
    """

    def load() -> Callable[[Picture], list[Box]]:
        from mtcnn import MTCNN

        detector = MTCNN()

        def find(image: Picture) -> list[Box]:
            boxes = (face["box"] for face in detector.detect_faces(image))
            return [(float(x), float(y), float(width), float(height)) for x, y, width, height in boxes]

        return find

    return _measure(report, file, load)


def measure_ours(report: Report, file: PhotoFile) -> Measured:
    """Find the faces in a photo with this project's detector, in the same way.

    Raises:
        PhotoError: As `image.read_photo`.
    """

    def load() -> Callable[[Picture], list[Box]]:
        from components.photo.detector import FaceDetector

        detector = FaceDetector()
        return lambda image: [face.box for face in detector.detect(image, min_confidence=CUT_OFF)]

    return _measure(report, file, load)


def _measure(report: Report, file: PhotoFile, load: Callable[[], Callable[[Picture], list[Box]]]) -> Measured:
    report.allow(_SECONDS)
    image = read_file(file)
    start = time.perf_counter()
    find = load()
    # A first use, so that what happens only once does not count.
    find(np.zeros((64, 64, 3), np.uint8))
    ready = time.perf_counter()
    boxes = find(image)
    return Measured(tuple(boxes), ready - start, time.perf_counter() - ready, _peak_memory())


def _peak_memory() -> int | None:
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    # `getrusage` would count what the server had when it started this process.
    peak = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) * 1024


def draw_both(
    _report: Report, preview: bytes, width: int, ours: Sequence[Box], theirs: Sequence[Box]
) -> bytes:
    """A photo's preview with the boxes of both detectors, as a JPEG file.

    Args:
        preview: JPEG file.
        width: Of the photo, in pixels.
        ours: (x, y, width, height) in pixels of the photo.
        theirs: The same of the package, drawn below in wider lines.
    """
    image = fit_within(read_photo(preview), _PREVIEW_SIDE)
    factor = image.shape[1] / width
    drawn = draw_boxes(image, [scaled(box, factor) for box in ours], [scaled(box, factor) for box in theirs])
    return encode_jpeg(drawn, 88)
