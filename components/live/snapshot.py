"""A single frame as files."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from components.live.processor import LiveSettings, TrackedFrame
from components.live.shown_picture import meshed_picture, turned


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
    return Snapshot(
        plain=_png(turned(frame.image, settings)),
        meshed=_png(meshed_picture(frame.image, frame.meshes, settings)),
    )


def _png(image: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()
