"""The cascade classifier of 2001, to compare with."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]


# Inside OpenCV's wheel.
_CASCADE = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"


def find_with_haar(image: NDArray[np.uint8]) -> list[Box]:
    """Boxes (x, y, width, height) that OpenCV's Haar cascade takes for faces, in pixels.

    Viola and Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features", 2001, with the
    settings of OpenCV's own lesson: scale factor 1.1, three neighbours.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
    """
    # Built for each call, as it is not for several threads at once; that takes some 20 milliseconds.
    classifier = cv2.CascadeClassifier(str(_CASCADE))
    grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    boxes = classifier.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=3)
    return [(float(x), float(y), float(width), float(height)) for x, y, width, height in boxes]
