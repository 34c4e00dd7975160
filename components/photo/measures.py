"""Measures of a face from its box, its keypoints and its pixels."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from components.photo.faces import Face

# A face gets this side, in pixels, before its sharpness is measured, so that large and small ones compare as
# they do side by side on a page.
_SHARPNESS_SIDE = 96


def eye_distance(face: Face) -> float:
    """Pixels between the eyes."""
    return math.dist(face.keypoints["left_eye"], face.keypoints["right_eye"])


def roll(face: Face) -> float:
    """Degrees of tilt towards the person's left shoulder, from the line between the eyes."""
    (left, upper), (right, lower) = face.keypoints["left_eye"], face.keypoints["right_eye"]
    return math.degrees(math.atan2(lower - upper, right - left))


def sharpness(image: NDArray[np.uint8], face: Face) -> float:
    """Variance of the Laplacian in the face's box: the larger, the more fine detail.

    A measure of focus (Pech-Pacheco and others, "Diatom autofocusing in brightfield microscopy", 2000).
    Small faces are enlarged: otherwise the noise in their few pixels would count as detail.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
        face: A face of that picture.
    """
    x, y, width, height = face.box
    box = image[int(y) : max(math.ceil(y + height), 1), int(x) : max(math.ceil(x + width), 1)]
    if not box.size:
        return 0.0
    grey = cv2.cvtColor(np.ascontiguousarray(box), cv2.COLOR_RGB2GRAY)
    way = cv2.INTER_AREA if min(grey.shape) > _SHARPNESS_SIDE else cv2.INTER_CUBIC
    grey = cv2.resize(grey, (_SHARPNESS_SIDE, _SHARPNESS_SIDE), interpolation=way)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
