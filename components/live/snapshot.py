"""A single frame as files."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from components.live.processor import LiveSettings, TrackedFrame
from components.mesh.overlay import draw


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A frame as PNG files without numbers, mirrored if it was shown mirrored.

    Attributes:
        plain: As the camera saw it.
        meshed: With the mesh.
    """

    plain: bytes
    meshed: bytes


def take_snapshot(frame: TrackedFrame, settings: LiveSettings) -> Snapshot:
    """The frame with and without its mesh, drawn as the settings say."""
    meshed = draw(frame.image, frame.meshes, settings.style)
    return Snapshot(plain=_png(frame.image, settings.mirrored), meshed=_png(meshed, settings.mirrored))


def _png(image: NDArray[np.uint8], mirrored: bool) -> bytes:
    shown = cv2.flip(image, 1) if mirrored else image
    return cv2.imencode(".png", cv2.cvtColor(shown, cv2.COLOR_RGB2BGR))[1].tobytes()
