"""The Haar cascade classifier of 2001, for comparison."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from components.geometry import Box, scaled
from components.photo.image import fit_within

# Inside OpenCV's wheel.
_CASCADE = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"


# Longest side of the picture that the cascade gets: it takes 50 times the picture's memory.
_SIDE = 1600


def find_with_haar(image: NDArray[np.uint8]) -> list[Box]:
    """Boxes (x, y, width, height) that OpenCV's Haar cascade takes for faces, in pixels.

    Viola and Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features", 2001, with the
    settings of OpenCV's own tutorial: scale factor 1.1, three neighbours. A picture with a side of more than
    1600 pixels is reduced first.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
    """
    # Built for each call, since it is not thread-safe; building takes about 20 milliseconds.
    classifier = cv2.CascadeClassifier(str(_CASCADE))
    reduced = fit_within(np.ascontiguousarray(image), _SIDE)
    grey = cv2.cvtColor(reduced, cv2.COLOR_RGB2GRAY)
    boxes = classifier.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=3)
    factor = image.shape[1] / reduced.shape[1]
    return [scaled((x, y, width, height), factor) for x, y, width, height in boxes]
