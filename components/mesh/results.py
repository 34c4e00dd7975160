"""The landmarker's results as arrays, straight from its memory.

MediaPipe's Python makes an object of each of a mesh's 478 points, which takes a millisecond for each face in
each frame. This reads the same memory by MediaPipe's own description of it, and so relies on parts of its
binding that are not for others: MediaPipe is held to one exact version, and a test compares with its public
results.
"""

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.mesh.mediapipe_adapter import FaceLandmarker, Image, face_landmarker


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One face, as MediaPipe describes it.

    Attributes:
        points: float32 array of shape (478, 3), x and y as shares of the frame's width and height.
        expressions: Scores of the blendshapes by name.
        pose: float32 array of shape (4, 4).
    """

    points: NDArray[np.float32]
    expressions: dict[str, float]
    pose: NDArray[np.float32]


def detect_for_video(landmarker: FaceLandmarker, image: Image, timestamp_ms: int) -> list[Result]:
    """What `FaceLandmarker.detect_for_video` finds.

    Raises:
        ValueError: The timestamp does not increase.
    """
    result = face_landmarker.MpFaceLandmarkerResultC()
    landmarker._lib.MpFaceLandmarkerDetectForVideo(
        landmarker._handle, image._image_ptr, None, timestamp_ms, ctypes.byref(result)
    )
    try:
        return [_result_of_face(result, face) for face in range(result.face_landmarks_count)]
    finally:
        landmarker._lib.MpFaceLandmarkerCloseResult(ctypes.byref(result))


def _result_of_face(result: Any, face: int) -> Result:  # noqa: ANN401 - a ctypes structure
    landmarks, shapes = result.face_landmarks[face], result.face_blendshapes[face]
    # x, y and z come first in a landmark; in a category the score follows the index.
    points = _rows(landmarks.landmarks, landmarks.landmarks_count)[:, :3]
    scores = _rows(shapes.categories, shapes.categories_count)[:, 1]
    names = (shapes.categories[index].category_name.decode() for index in range(len(scores)))
    return Result(
        # A copy, as the memory is MediaPipe's.
        points=points.copy(),
        expressions=dict(zip(names, scores.tolist(), strict=True)),
        pose=np.asarray(result.facial_transformation_matrixes[face].to_numpy(), np.float32),
    )


def _rows(pointer: Any, count: int) -> NDArray[np.float32]:  # noqa: ANN401 - a ctypes pointer
    """Structures that lie one after the other, as rows of 32-bit numbers."""
    numbers = ctypes.sizeof(pointer.contents) // ctypes.sizeof(ctypes.c_float)
    first = ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float))
    return np.ctypeslib.as_array(first, (count, numbers))
