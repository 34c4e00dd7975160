"""Hiding faces so that nobody can recover them.

The pixels of a hidden face are thrown away. Nothing is left of a covered face; a pixelated or blurred
one keeps only a few mean colours. An ordinary blur can be undone in part.
"""

import math
from collections.abc import Iterable
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from components.photo.faces import Face


class Hiding(StrEnum):
    """How a face is hidden."""

    BLUR = "blur"
    PIXELATE = "pixelate"
    COVER = "cover"


# MTCNN's boxes are narrow, and hair, chin and ears also show who somebody is.
_MARGIN = 0.15

# Mean colours along the longer side, and the shortest side in pixels of what each one replaces.
_BLOCKS = 6
_SMALLEST_BLOCK = 4

_COVER = (32, 38, 40)


def hide_faces(image: NDArray[np.uint8], faces: Iterable[Face], hiding: Hiding) -> NDArray[np.uint8]:
    """Hide faces in a copy of a picture.

    Args:
        image: uint8 array of shape (height, width, 3), RGB; left as it is.
        faces: Faces of that picture.
        hiding: How; a cover is the safest, since nothing of the face is left.
    """
    hidden = image.copy()
    for face in faces:
        top, bottom, left, right = hidden_area(face, image.shape[1], image.shape[0])
        area = hidden[top:bottom, left:right]
        if area.size:
            area[:] = _COVER if hiding is Hiding.COVER else _mean_colours(area, hiding)
    return hidden


def hidden_area(face: Face, width: int, height: int) -> tuple[int, int, int, int]:
    """The hidden rows and columns: first row, end row, first column, end column; the ends are exclusive."""
    x, y, box_width, box_height = face.box
    margin = _MARGIN * max(box_width, box_height)
    return (
        max(math.floor(y - margin), 0),
        min(math.ceil(y + box_height + margin), height),
        max(math.floor(x - margin), 0),
        min(math.ceil(x + box_width + margin), width),
    )


def _mean_colours(area: NDArray[np.uint8], hiding: Hiding) -> NDArray[np.uint8]:
    height, width = area.shape[:2]
    block = max(max(height, width) / _BLOCKS, _SMALLEST_BLOCK)
    blocks = (max(1, int(width / block)), max(1, int(height / block)))
    means = cv2.resize(area, blocks, interpolation=cv2.INTER_AREA)
    between = cv2.INTER_NEAREST if hiding is Hiding.PIXELATE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(means, (width, height), interpolation=between), np.uint8)
