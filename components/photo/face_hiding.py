"""Hiding faces so that nobody can recover them.

The pixels of a hidden face are thrown away. Nothing is left of a covered face; a pixelated or blurred
one keeps only a few mean colours. An ordinary blur can be undone in part.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from components.geometry import Box, scaled
from components.photo.faces import Face


class Hiding(StrEnum):
    """How a face is hidden."""

    BLUR = "blur"
    PIXELATE = "pixelate"
    COVER = "cover"


class CoverShape(StrEnum):
    """The outline of a cover."""

    BOX = "box"
    OVAL = "oval"


@dataclass(frozen=True, slots=True)
class Cover:
    """A place that a person wants hidden, whether the detector found a face there or not.

    Attributes:
        box: (x, y, width, height) in pixels of the picture; it may reach beyond it.
        shape: The whole box, or the oval inside it.
    """

    box: Box
    shape: CoverShape


def scale_cover(cover: Cover, factor: float) -> Cover:
    """The same cover in a picture whose sides are `factor` times as long."""
    return Cover(scaled(cover.box, factor), cover.shape)


# MTCNN's boxes are narrow, and hair, chin and ears also show who somebody is.
_MARGIN = 0.15

# Mean colours along the longer side, and the shortest side in pixels of what each one replaces.
_BLOCKS = 6
_SMALLEST_BLOCK = 4

_COVER = (32, 38, 40)


def hide_faces(
    image: NDArray[np.uint8], faces: Iterable[Face], hiding: Hiding, covers: Iterable[Cover] = ()
) -> NDArray[np.uint8]:
    """Hide faces, and other places, in a copy of a picture.

    Args:
        image: uint8 array of shape (height, width, 3), RGB; left as it is.
        faces: Faces of that picture.
        hiding: How; a cover is the safest, since nothing of the face is left.
        covers: Other places to hide in the same way.
    """
    hidden = image.copy()
    height, width = image.shape[:2]
    for face in faces:
        _hide(hidden, hidden_area(face, width, height), hiding, CoverShape.BOX)
    for cover in covers:
        _hide(hidden, _pixels_of(cover.box, width, height), hiding, cover.shape)
    return hidden


def hidden_area(face: Face, width: int, height: int) -> tuple[int, int, int, int]:
    """The hidden rows and columns: first row, end row, first column, end column; the ends are exclusive."""
    x, y, box_width, box_height = face.box
    margin = _MARGIN * max(box_width, box_height)
    return _pixels_of(
        (x - margin, y - margin, box_width + 2 * margin, box_height + 2 * margin), width, height
    )


def _pixels_of(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """The rows and columns of all pixels that a box touches, as `hidden_area` gives them."""
    x, y, box_width, box_height = box
    return (
        max(math.floor(y), 0),
        max(min(math.ceil(y + box_height), height), 0),
        max(math.floor(x), 0),
        max(min(math.ceil(x + box_width), width), 0),
    )


def _hide(
    image: NDArray[np.uint8], place: tuple[int, int, int, int], hiding: Hiding, shape: CoverShape
) -> None:
    """Hide a place in the picture itself."""
    top, bottom, left, right = place
    area = image[top:bottom, left:right]
    if not area.size:
        return
    colours = np.full_like(area, _COVER) if hiding is Hiding.COVER else _mean_colours(area, hiding)
    if shape is CoverShape.OVAL:
        inside = _oval(*area.shape[:2])
        area[inside] = colours[inside]
    else:
        area[:] = colours


def _oval(height: int, width: int) -> NDArray[np.bool_]:
    """Which pixels touch the oval that fills a box of this size."""
    # The nearest point of each pixel to the middle, in half sides.
    down = np.maximum(np.abs(np.arange(height) + 0.5 - height / 2) - 0.5, 0) / (height / 2)
    across = np.maximum(np.abs(np.arange(width) + 0.5 - width / 2) - 0.5, 0) / (width / 2)
    inside: NDArray[np.bool_] = down[:, np.newaxis] ** 2 + across**2 <= 1
    return inside


def _mean_colours(area: NDArray[np.uint8], hiding: Hiding) -> NDArray[np.uint8]:
    height, width = area.shape[:2]
    block = max(max(height, width) / _BLOCKS, _SMALLEST_BLOCK)
    blocks = (max(1, int(width / block)), max(1, int(height / block)))
    means = cv2.resize(area, blocks, interpolation=cv2.INTER_AREA)
    between = cv2.INTER_NEAREST if hiding is Hiding.PIXELATE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(means, (width, height), interpolation=between), np.uint8)
