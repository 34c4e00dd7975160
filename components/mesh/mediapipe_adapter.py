"""MediaPipe's tasks, imported without TensorFlow: the only place where MediaPipe enters.

Where TensorFlow is installed, MediaPipe imports it for a decorator that marks what its own documentation
leaves out: 8 seconds and 550 MB for nothing. The decorator comes from one small module of MediaPipe's,
which is here taken by an equal one that asks for nothing. TensorFlow itself is not touched, since
another thread may be importing it at this moment.
"""

import sys
from types import ModuleType, SimpleNamespace

_OPTIONAL_DEPENDENCIES = "mediapipe.tasks.python.core.optional_dependencies"

if _OPTIONAL_DEPENDENCIES not in sys.modules:
    _stand_in = ModuleType(_OPTIONAL_DEPENDENCIES)
    vars(_stand_in)["doc_controls"] = SimpleNamespace(do_not_generate_docs=lambda documented: documented)
    sys.modules[_OPTIONAL_DEPENDENCIES] = _stand_in

from mediapipe import Image, ImageFormat  # noqa: E402 - after the line that keeps TensorFlow out
from mediapipe.tasks.python import BaseOptions  # noqa: E402
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
    "RunningMode",
    "face_landmarker",
]
