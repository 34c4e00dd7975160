import cv2
import numpy as np

from components.photo.baselines import find_with_haar
from tests import pictures


def test_the_cascade_finds_a_face_that_looks_ahead() -> None:
    boxes = find_with_haar(pictures.group(columns=3, rows=1))
    # In a picture 240 pixels high, each face is about 70 pixels wide and 205 pixels from the next.
    assert len([box for box in boxes if 60 < box[2] < 140]) >= 3
    assert all(x >= 0 and y >= 0 and x + width <= 615 and y + height <= 240 for x, y, width, height in boxes)


def test_boxes_are_in_the_pixels_of_a_large_picture() -> None:
    large = np.asarray(cv2.resize(pictures.GRACE, None, fx=6, fy=6), np.uint8)
    assert any(
        # Her nose is about here.
        x < 6 * 265 < x + width and y < 6 * 250 < y + height and 6 * 120 < width < 6 * 260
        for x, y, width, height in find_with_haar(large)
    )


def test_a_plain_picture_has_no_face() -> None:
    assert find_with_haar(pictures.noise()[:1, :1].repeat(200, 0).repeat(200, 1)) == []
