"""Finding faces: a picture in, faces out."""

import threading
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from components.photo.faces import KEYPOINTS, Face, clip_face
from components.photo.limits import DEFAULT_MIN_FACE_SIZE, LOWEST_CONFIDENCE, SMALLEST_FACE
from components.photo.mtcnn_cascade import Cascade, OnProgress, Stages, ignore_progress
from components.photo.mtcnn_networks import CORES

# Seconds between calls of `on_progress` while a detection waits for its turn.
_WAIT_SECONDS = 0.1


class Detector(Protocol):
    """Finds faces in pictures. Only the Learn page needs more, so another detector can take its place.

    Filtering by a higher cut-off must give the same faces as detecting with it.
    """

    def detect(
        self,
        image: NDArray[np.uint8],
        min_face_size: float = DEFAULT_MIN_FACE_SIZE,
        min_confidence: float = LOWEST_CONFIDENCE,
        on_progress: OnProgress = ignore_progress,
    ) -> list[Face]:
        """Find every face in a picture, as `FaceDetector.detect` describes it."""


class FaceDetector:
    """MTCNN, a cascade of three small convolutional networks. One instance serves all threads.

    The memory that it takes does not grow with the number of faces.
    """

    def __init__(self, cores: int = CORES) -> None:
        """Load the networks.

        Args:
            cores: How many threads run them side by side. The faces are the same with any number.
        """
        self._cascade = Cascade(cores)
        # One picture at a time: it uses all cores, and memory does not grow with the number of visitors.
        self._lock = threading.Lock()

    def detect(
        self,
        image: NDArray[np.uint8],
        min_face_size: float = DEFAULT_MIN_FACE_SIZE,
        min_confidence: float = LOWEST_CONFIDENCE,
        on_progress: OnProgress = ignore_progress,
    ) -> list[Face]:
        """Find every face in a picture.

        Args:
            image: uint8 array of shape (height, width, 3), RGB.
            min_face_size: Side of the smallest face to find, in pixels, at least 10. Larger is faster.
            min_confidence: Lowest score of O-Net that counts as a face, 0 to 1.
            on_progress: Called repeatedly with the share of the work done, 0 to 1, in the thread that called
                `detect`, also while that waits for its turn. An exception that it raises ends the detection
                and passes through. It must not call the detector.

        Returns:
            The faces, most confident first, with boxes and keypoints inside the picture. The same input
            always gives the same output.

        Raises:
            ValueError: The image or a setting is not as described.
        """
        stages = self.explain(image, min_face_size, min_confidence, on_progress)
        height, width = image.shape[:2]
        return faces_of(stages, width, height)

    def explain(
        self,
        image: NDArray[np.uint8],
        min_face_size: float = DEFAULT_MIN_FACE_SIZE,
        min_confidence: float = LOWEST_CONFIDENCE,
        on_progress: OnProgress = ignore_progress,
    ) -> Stages:
        """What each network proposed, kept and rejected on the way to the faces that `detect` finds.

        Arguments and errors as for `detect`.
        """
        _check(image, min_face_size, min_confidence)
        while not self._lock.acquire(timeout=_WAIT_SECONDS):
            # The caller may end the wait here.
            on_progress(0.0)
        try:
            return self._cascade.run(image, min_face_size, min_confidence, on_progress)
        finally:
            self._lock.release()


def faces_of(stages: Stages, width: int, height: int) -> list[Face]:
    """The faces that the cascade found, most confident first, clipped to a picture of this size."""
    faces = [
        clip_face(_face(box, confidence, keypoints), width, height)
        for box, confidence, keypoints, kept in zip(
            stages.output.boxes, stages.output.scores, stages.keypoints, stages.output.kept, strict=True
        )
        if kept
    ]
    return sorted(faces, key=lambda face: face.confidence, reverse=True)


def _check(image: NDArray[np.uint8], min_face_size: float, min_confidence: float) -> None:
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ValueError(
            f"image must be uint8 of shape (height, width, 3), not {image.dtype} of shape {image.shape}"
        )
    if not min_face_size >= SMALLEST_FACE:
        raise ValueError(f"min_face_size must be at least {SMALLEST_FACE}, not {min_face_size}")
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be between 0 and 1, not {min_confidence}")


def _face(box: NDArray[np.float64], confidence: float, keypoints: NDArray[np.float64]) -> Face:
    left, top, right, bottom = (float(edge) for edge in box)
    return Face(
        box=(left, top, right - left, bottom - top),
        confidence=float(confidence),
        keypoints={name: (float(x), float(y)) for name, (x, y) in zip(KEYPOINTS, keypoints, strict=True)},
    )
