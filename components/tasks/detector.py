"""The one face detector of a worker process. To put another one in, load it here."""

from functools import cache

from components.photo.detector import FaceDetector


@cache
def loaded_detector() -> FaceDetector:
    """The detector, loaded at the first call: a worker calls it when it starts."""
    return FaceDetector()
