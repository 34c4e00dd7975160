"""Cutting faces out of a picture."""

import math
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from components.geometry import centre
from components.photo.faces import Face
from components.photo.measures import roll


class Shape(StrEnum):
    """The outline of a crop."""

    SQUARE = "square"
    TIGHT = "tight"


@dataclass(frozen=True, slots=True)
class CropSettings:
    """How faces are cut out.

    Attributes:
        margin: Space on each side of the face, as a share of the box's longer side.
        shape: A square, or as wide and as high as the face.
        aligned: Whether the picture is turned so that the eyes are level.
    """

    margin: float = 0.2
    shape: Shape = Shape.SQUARE
    aligned: bool = False


def cut_face(image: NDArray[np.uint8], face: Face, settings: CropSettings) -> NDArray[np.uint8]:
    """Cut a face out.

    A tight crop ends at the picture's edge. A square is moved, or made smaller, to fit into the picture. An
    aligned crop repeats the edge's pixels where it leaves the picture, and is no wider or higher than that.

    Args:
        image: uint8 array of shape (height, width, 3).
        face: A face of that picture.
        settings: How to cut.

    Returns:
        uint8 array of shape (height, width, 3), a copy.
    """
    _, _, width, height = face.box
    longer = max(width, height)
    if settings.shape is Shape.SQUARE:
        width = height = longer
    width, height = (max(round(side + 2 * settings.margin * longer), 1) for side in (width, height))
    if settings.shape is Shape.SQUARE:
        width = height = min(width, *image.shape[:2])
    if settings.aligned:
        return _cut_turned(image, face, min(width, image.shape[1]), min(height, image.shape[0]))
    return _cut_upright(image, face, width, height, settings.shape)


def _cut_upright(
    image: NDArray[np.uint8], face: Face, width: int, height: int, shape: Shape
) -> NDArray[np.uint8]:
    centre_x, centre_y = centre(face.box)
    left, top = round(centre_x - width / 2), round(centre_y - height / 2)
    if shape is Shape.SQUARE:
        left = min(max(left, 0), image.shape[1] - width)
        top = min(max(top, 0), image.shape[0] - height)
    # A copy: a view would keep the whole picture in memory as long as the crop.
    return image[max(top, 0) : max(top + height, 1), max(left, 0) : max(left + width, 1)].copy()


def _cut_turned(image: NDArray[np.uint8], face: Face, width: int, height: int) -> NDArray[np.uint8]:
    centre_x, centre_y = centre(face.box)
    # Only the part that the turned crop can reach, since OpenCV turns no side above 32,767 pixels.
    reach = math.ceil(math.hypot(width, height) / 2) + 2
    left, top = max(round(centre_x) - reach, 0), max(round(centre_y) - reach, 0)
    around = image[top : round(centre_y) + reach + 1, left : round(centre_x) + reach + 1]
    pivot = (centre_x - left, centre_y - top)
    turn = np.asarray(cv2.getRotationMatrix2D(pivot, roll(face), 1.0), np.float64)
    turn[:, 2] += (width / 2 - pivot[0], height / 2 - pivot[1])
    turned = cv2.warpAffine(around, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)
