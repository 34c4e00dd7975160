"""The face detectors of worker processes. To put another one in, load it here; the lesson needs MTCNN."""

from functools import cache

from components.photo.detector import FaceDetector


@cache
def loaded_detector() -> FaceDetector:
    """The detector, loaded at the first call: a worker calls it when it starts."""
    return FaceDetector()


@cache
def detector_on_one_core() -> FaceDetector:
    """The same for a worker process that runs beside others, one for each core."""
    return FaceDetector(cores=1)
