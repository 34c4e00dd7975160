from contextlib import closing

import numpy as np
import pytest
from numpy.typing import NDArray

from components.geometry import Box
from components.mesh.blazeface import BlazeFace
from tests import pictures


def find_with_blazeface(image: NDArray[np.uint8], min_confidence: float = 0.5) -> list[Box]:
    with closing(BlazeFace(min_confidence)) as detector:
        return detector.find(image)


def test_a_face_that_fills_the_picture_is_found() -> None:
    ((x, y, width, height),) = find_with_blazeface(pictures.GRACE)
    # Its nose is about here.
    assert x < 265 < x + width
    assert y < 250 < y + height
    assert 120 < width < 260


def test_a_face_in_a_crowd_is_too_small_for_it() -> None:
    assert find_with_blazeface(pictures.crowd(1500, 2000, face_side=60)) == []


def test_what_it_is_not_sure_of_can_be_left_out() -> None:
    assert find_with_blazeface(pictures.GRACE, min_confidence=0.999) == []


@pytest.mark.parametrize("size", [(1, 1), (40, 900), (30_000, 20), (20, 30_000)])
def test_any_picture_can_be_looked_at(size: tuple[int, int]) -> None:
    assert find_with_blazeface(np.zeros((*size, 3), np.uint8)) == []


def test_one_detector_takes_pictures_one_after_the_other() -> None:
    with closing(BlazeFace()) as detector:
        first = detector.find(pictures.GRACE)
        assert detector.find(np.zeros((300, 200, 3), np.uint8)) == []
        assert detector.find(pictures.GRACE) == first != []
