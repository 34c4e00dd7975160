"""Cutting faces out of a picture."""

import numpy as np
from numpy.typing import NDArray

from components.photo.faces import Face


def cut_square(image: NDArray[np.uint8], face: Face, margin: float = 0.2) -> NDArray[np.uint8]:
    """Cut a face out as a square, moved or made smaller where it would leave the picture.

    Args:
        image: uint8 array of shape (height, width, 3).
        face: A face of that picture.
        margin: Space on each side of the face, as a share of the box's longer side.

    Returns:
        uint8 array of shape (side, side, 3), a copy.
    """
    height, width = image.shape[:2]
    x, y, box_width, box_height = face.box
    side = min(round(max(box_width, box_height) * (1 + 2 * margin)), height, width)
    side = max(side, 1)
    left = round(min(max(x + (box_width - side) / 2, 0), width - side))
    top = round(min(max(y + (box_height - side) / 2, 0), height - side))
    # A view would keep the whole picture in memory for as long as the crop lives.
    return image[top : top + side, left : left + side].copy()
