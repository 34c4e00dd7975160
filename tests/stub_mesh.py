"""Stands for a landmarker."""

import time
from typing import Any

from components.mesh.landmarker import MeshFace


class StubMesh:
    """Stands for a landmarker that finds nothing, and takes as long as a test says."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.detector_ran = True
        self.closed = False

    def __call__(self, **_: float) -> Any:  # noqa: ANN401
        return self

    def track(self, _image: object, _timestamp_ms: int) -> list[MeshFace]:
        time.sleep(self.seconds)
        return []

    def close(self) -> None:
        self.closed = True
