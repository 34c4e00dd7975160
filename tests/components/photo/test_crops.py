import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.photo.crops import CropSettings, Shape, cut_face
from components.photo.detector import FaceDetector
from components.photo.faces import Face
from components.photo.measures import roll
from tests import pictures

# Each pixel has a value of its own, from its column and row.
ROWS, COLUMNS = np.mgrid[:100, :200]
COORDINATES = np.dstack([COLUMNS, ROWS, np.zeros_like(ROWS)]).astype(np.uint8)


def face(x: float, y: float, width: float, height: float, tilt: float = 0) -> Face:
    return Face((x, y, width, height), 0.9, {"left_eye": (x, y), "right_eye": (x + 10, y + tilt)})


def columns_and_rows(crop: pictures.Picture) -> tuple[int, int, int, int]:
    """First and last column, first and last row of `COORDINATES` in a crop."""
    return int(crop[0, 0, 0]), int(crop[0, -1, 0]), int(crop[0, 0, 1]), int(crop[-1, 0, 1])


def test_a_square_is_centred_on_the_face_with_its_margin() -> None:
    crop = cut_face(COORDINATES, face(80, 40, 20, 10), CropSettings(margin=0.5))
    assert crop.shape == (40, 40, 3)
    assert columns_and_rows(crop) == (70, 109, 25, 64)


def test_a_tight_crop_has_the_faces_proportions() -> None:
    crop = cut_face(COORDINATES, face(80, 40, 20, 10), CropSettings(margin=0, shape=Shape.TIGHT))
    assert columns_and_rows(crop) == (80, 99, 40, 49)
    crop = cut_face(COORDINATES, face(80, 40, 20, 10), CropSettings(margin=0.1, shape=Shape.TIGHT))
    assert columns_and_rows(crop) == (78, 101, 38, 51)


def test_at_the_edge_a_square_is_moved_and_a_tight_crop_is_cut_off() -> None:
    square = cut_face(COORDINATES, face(0, 0, 20, 20), CropSettings(margin=0.5))
    assert columns_and_rows(square) == (0, 39, 0, 39)
    tight = cut_face(COORDINATES, face(0, 0, 20, 20), CropSettings(margin=0.5, shape=Shape.TIGHT))
    assert columns_and_rows(tight) == (0, 29, 0, 29)


def test_an_upright_aligned_crop_is_the_plain_one() -> None:
    plain, aligned = (
        cut_face(COORDINATES, face(80, 40, 20, 10), CropSettings(0.5, Shape.SQUARE, aligned))
        for aligned in (False, True)
    )
    np.testing.assert_array_equal(plain, aligned)


@given(
    margin=st.floats(0, 100),
    shape=st.sampled_from(Shape),
    aligned=st.booleans(),
    tilt=st.floats(-10, 10),
)
def test_no_crop_is_larger_than_the_picture(margin: float, shape: Shape, aligned: bool, tilt: float) -> None:
    crop = cut_face(COORDINATES, face(80, 40, 30, 20, tilt), CropSettings(margin, shape, aligned))
    assert crop.shape[0] <= 100
    assert crop.shape[1] <= 200


@pytest.mark.parametrize("degrees", [-30, 20])
def test_an_aligned_crop_has_level_eyes(detector: FaceDetector, degrees: float) -> None:
    height, width = pictures.GRACE.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = np.asarray(cv2.warpAffine(pictures.GRACE, turn, (width, height)), np.uint8)
    leaning = detector.detect(turned)[0]
    assert abs(roll(leaning)) > 15
    aligned = cut_face(turned, leaning, CropSettings(margin=0.5, aligned=True))
    assert abs(roll(detector.detect(aligned)[0])) < 3


def test_a_crop_does_not_keep_the_picture_alive() -> None:
    for aligned in (False, True):
        assert cut_face(COORDINATES, face(80, 40, 20, 10), CropSettings(aligned=aligned)).base is None


@given(
    x=st.floats(0, 199),
    y=st.floats(0, 99),
    width=st.floats(0, 199),
    height=st.floats(0, 99),
    tilt=st.floats(-50, 50),
    margin=st.floats(0, 1),
    shape=st.sampled_from(Shape),
    aligned=st.booleans(),
)
def test_any_face_gives_a_crop(
    x: float, y: float, width: float, height: float, tilt: float, margin: float, shape: Shape, aligned: bool
) -> None:
    box = face(x, y, min(width, 200 - x), min(height, 100 - y), tilt)
    crop = cut_face(COORDINATES, box, CropSettings(margin, shape, aligned))
    assert crop.size > 0
    assert crop.dtype == np.uint8
    if shape is Shape.SQUARE:
        assert crop.shape[0] == crop.shape[1]


def test_a_picture_longer_than_opencv_turns_can_be_cut_from() -> None:
    long = np.zeros((50, 40_000, 3), np.uint8)
    crop = cut_face(long, face(39_000, 10, 20, 20, tilt=5), CropSettings(aligned=True))
    assert crop.shape == (28, 28, 3)
