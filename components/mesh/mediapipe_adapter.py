"""MediaPipe, imported here and nowhere else: its public names, and what the app relies on beyond them.

Four things here rely on private parts of MediaPipe. `pyproject.toml` therefore asks for one exact version,
and each has a test that names it.

- A stand-in for one small module of MediaPipe's keeps TensorFlow out. Where TensorFlow is installed,
  MediaPipe imports it for a decorator that marks what its documentation leaves out: 8 seconds and 550 MB for
  nothing. When MediaPipe renames that module, the import takes these 8 seconds, and everything works.
- `detect_for_video` reads the landmarker's results from MediaPipe's memory. When the functions or handles
  that it calls are gone, it uses the public method, which takes a millisecond more for each face in each
  frame. When only a field of a result is renamed, frames are shown without a mesh; the test compares every
  field.
- `check_native_library` loads MediaPipe's native part as MediaPipe does. When the function is gone, no mesh
  can be made.
- The traceback is taken off an error that MediaPipe keeps, since it holds the page's run and its photos. When
  MediaPipe keeps it elsewhere, the photos of whoever opened a page with it first stay in memory until the
  server ends.
"""

import ctypes
import sys
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

STAND_IN = "mediapipe.tasks.python.core.optional_dependencies"

# TensorFlow itself stays untouched, since another thread may be importing it at this moment.
if STAND_IN not in sys.modules:
    _stand_in = ModuleType(STAND_IN)
    vars(_stand_in)["doc_controls"] = SimpleNamespace(do_not_generate_docs=lambda documented: documented)
    sys.modules[STAND_IN] = _stand_in

from mediapipe import Image, ImageFormat  # noqa: E402 - after the lines that keep TensorFlow out
from mediapipe.tasks.python import BaseOptions  # noqa: E402
from mediapipe.tasks.python.core.mediapipe_c_bindings import load_raw_library  # noqa: E402
from mediapipe.tasks.python.vision import (  # noqa: E402
    FaceDetector,
    FaceDetectorOptions,
    FaceLandmarker,
    FaceLandmarkerOptions,
    FaceLandmarkerResult,
    FaceLandmarksConnections,
    RunningMode,
    face_landmarker,
)

from components.mesh.model_file import MeshUnavailableError  # noqa: E402

# Where there is no package for microphones, MediaPipe keeps the error for later, and by its traceback all
# that was in the functions that led to this import: the page's run, with the visitor's photos.
_audio = sys.modules.get("mediapipe.tasks.python.audio.core.audio_record")
_kept: BaseException | None = getattr(_audio, "sd_error", None)
while _kept is not None:
    _kept = _kept.with_traceback(None).__context__

__all__ = [
    "BaseOptions",
    "FaceDetector",
    "FaceDetectorOptions",
    "FaceLandmarker",
    "FaceLandmarkerOptions",
    "FaceLandmarkerResult",
    "FaceLandmarksConnections",
    "Image",
    "ImageFormat",
    "Result",
    "RunningMode",
    "check_native_library",
    "detect_for_video",
    "results_of",
]


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


def check_native_library() -> None:
    """Load MediaPipe's native part, which on Linux needs system libraries that a small installation lacks.

    Raises:
        MeshUnavailableError: One of them is missing.
    """
    try:
        load_raw_library()
    except OSError as error:
        raise MeshUnavailableError(
            f"The face mesh cannot be loaded on this server ({error}); where a library is missing on Debian "
            "or Ubuntu, `apt-get install libegl1 libgles2` brings it."
        ) from error


def results_of(found: FaceLandmarkerResult) -> list[Result]:
    """The faces in a result of MediaPipe's public methods."""
    return [
        Result(
            points=np.array([(point.x, point.y, point.z) for point in points], np.float32),
            expressions={category.category_name: category.score for category in categories},
            pose=np.asarray(pose, np.float32),
        )
        for points, categories, pose in zip(
            found.face_landmarks,
            found.face_blendshapes,
            found.facial_transformation_matrixes,
            strict=True,
        )
    ]


def detect_for_video(landmarker: FaceLandmarker, image: Image, timestamp_ms: int) -> list[Result]:
    """What `FaceLandmarker.detect_for_video` finds, read as arrays straight from MediaPipe's memory.

    MediaPipe's own Python makes an object of each of a mesh's 478 points.

    Raises:
        ValueError: The timestamp does not increase.
    """
    try:
        result = face_landmarker.MpFaceLandmarkerResultC()
        detect = landmarker._lib.MpFaceLandmarkerDetectForVideo
        release = landmarker._lib.MpFaceLandmarkerCloseResult
        handle, picture = landmarker._handle, image._image_ptr
    except AttributeError:
        return results_of(landmarker.detect_for_video(image, timestamp_ms))
    detect(handle, picture, None, timestamp_ms, ctypes.byref(result))
    try:
        return [_result_of_face(result, face) for face in range(result.face_landmarks_count)]
    finally:
        release(ctypes.byref(result))


def _result_of_face(result: Any, face: int) -> Result:  # noqa: ANN401 - a ctypes structure
    landmarks, shapes = result.face_landmarks[face], result.face_blendshapes[face]
    # In a landmark x, y and z come first; in a category the score follows the index.
    points = _rows(landmarks.landmarks, landmarks.landmarks_count)[:, :3]
    scores = _rows(shapes.categories, shapes.categories_count)[:, 1]
    names = (shapes.categories[index].category_name.decode() for index in range(len(scores)))
    return Result(
        # A copy, since MediaPipe owns this memory.
        points=points.copy(),
        expressions=dict(zip(names, scores.tolist(), strict=True)),
        pose=np.asarray(result.facial_transformation_matrixes[face].to_numpy(), np.float32),
    )


def _rows(pointer: Any, count: int) -> NDArray[np.float32]:  # noqa: ANN401 - a ctypes pointer
    """Structures that lie one after the other, as rows of 32-bit numbers."""
    numbers = ctypes.sizeof(pointer.contents) // ctypes.sizeof(ctypes.c_float)
    first = ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float))
    return np.ctypeslib.as_array(first, (count, numbers))
