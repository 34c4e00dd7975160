"""A frame as the visitor sees it. For some carriers the browser draws the same; see `mesh_drawing.js`."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from components.live.hud import Hud, draw_hud, hud_of
from components.live.processor import LiveSettings, TrackedFrame
from components.mesh.landmarker import MeshFace
from components.mesh.overlay import draw, draw_numbers


def shown_picture(frame: TrackedFrame) -> NDArray[np.uint8]:
    """The frame with meshes and numbers, mirrored if its settings say so; uint8, RGB."""
    return drawn_picture(frame.image, frame.meshes, frame.settings, hud_of(frame.report))


def drawn_picture(
    image: NDArray[np.uint8], meshes: Sequence[MeshFace], settings: LiveSettings, hud: Hud
) -> NDArray[np.uint8]:
    """A picture with what the settings say; uint8, RGB.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
        meshes: Meshes in this picture's pixels.
        settings: What is drawn, and whether the picture is mirrored.
        hud: Written if the settings say so.
    """
    shown = meshed_picture(image, meshes, settings)
    if settings.hud:
        # After mirroring, so that the text is not mirrored.
        draw_hud(shown, hud)
    return shown


def meshed_picture(
    image: NDArray[np.uint8], meshes: Sequence[MeshFace], settings: LiveSettings
) -> NDArray[np.uint8]:
    """A picture with its meshes, without the stream's numbers; arguments as for `drawn_picture`."""
    picture = turned(draw(image, meshes, settings.style), settings)
    if settings.mesh.max_faces > 1:
        draw_numbers(picture, meshes, settings.mirrored)
    return picture


def turned(image: NDArray[np.uint8], settings: LiveSettings) -> NDArray[np.uint8]:
    """The picture, mirrored if the settings say so."""
    return np.asarray(cv2.flip(image, 1), np.uint8) if settings.mirrored else image
