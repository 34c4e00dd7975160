"""A task that runs three generations of detectors on the same photo."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.geometry import Box, scaled
from components.photo.annotate import draw_boxes
from components.photo.baselines import find_with_haar
from components.photo.image import encode_jpeg, fit_within, read_file
from components.photo.limits import DEFAULT_CONFIDENCE
from components.photo.photo_file import PhotoFile
from components.tasks.detector import loaded_detector
from components.tasks.photos import allow_for_size
from components.workers.inside import Report

# Longest side of each picture in pixels; three are side by side.
_PREVIEW_SIDE = 800

Picture = NDArray[np.uint8]
Find = Callable[[Picture], list[Box]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector found: the photo with boxes as a JPEG file, the number of faces, and the time."""

    picture: bytes
    count: int
    seconds: float


def compare_detectors(report: Report, file: PhotoFile) -> tuple[Found, Found, Found]:
    """What Haar's cascade, BlazeFace and MTCNN find in a photo, each with its usual settings.

    Raises:
        PhotoError: As `image.read_photo`.
        MeshUnavailableError: BlazeFace's model or MediaPipe cannot be loaded.
    """
    # Imports MediaPipe, which the server needs only for streams.
    from components.mesh.blazeface import BlazeFace

    allow_for_size(report, file.data)
    image = read_file(file)
    with closing(BlazeFace()) as blazeface:
        return _run(find_with_haar, image), _run(blazeface.find, image), _run(find_with_mtcnn, image)


def find_with_mtcnn(image: Picture) -> list[Box]:
    """The boxes (x, y, width, height) of MTCNN's faces from the default confidence up."""
    return [face.box for face in loaded_detector().detect(image, min_confidence=DEFAULT_CONFIDENCE)]


def _run(find: Find, image: Picture) -> Found:
    # A first use, so that loading does not count.
    find(np.zeros((64, 64, 3), np.uint8))
    start = time.perf_counter()
    boxes = find(image)
    seconds = time.perf_counter() - start
    preview = fit_within(image, _PREVIEW_SIDE)
    factor = preview.shape[1] / image.shape[1]
    drawn = draw_boxes(preview, [scaled(box, factor) for box in boxes])
    return Found(encode_jpeg(drawn, 85), len(boxes), seconds)
