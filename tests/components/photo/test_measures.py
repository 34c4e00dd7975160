import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.photo.detector import FaceDetector
from components.photo.faces import Face
from components.photo.measures import eye_distance, roll, sharpness
from tests import pictures


def face_with_eyes(left: tuple[float, float], right: tuple[float, float]) -> Face:
    return Face((0, 0, 100, 100), 0.9, {"left_eye": left, "right_eye": right})


def test_eye_distance_is_in_pixels() -> None:
    assert eye_distance(face_with_eyes((10, 20), (40, 60))) == 50


@pytest.mark.parametrize(
    ("right", "degrees"), [((60, 20), 0), ((60, 70), 45), ((60, -30), -45), ((10, 70), 90)]
)
def test_roll_is_towards_the_persons_left_shoulder(right: tuple[float, float], degrees: float) -> None:
    # The eye at the picture's right is the person's left one: where it is lower, the head leans to that side.
    assert roll(face_with_eyes((10, 20), right)) == pytest.approx(degrees)


def test_roll_follows_a_turn_of_the_picture(detector: FaceDetector) -> None:
    (straight,) = detector.detect(pictures.GRACE, min_confidence=0.9)
    height, width = pictures.GRACE.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -15, 1)
    (leaning,) = detector.detect(
        np.asarray(cv2.warpAffine(pictures.GRACE, turn, (width, height)), np.uint8), min_confidence=0.9
    )
    assert roll(leaning) - roll(straight) == pytest.approx(15, abs=3)


def test_what_is_blurred_is_less_sharp() -> None:
    face = Face((160, 140, 180, 220), 0.9, {})
    blurred = [
        sharpness(np.asarray(cv2.GaussianBlur(pictures.GRACE, (0, 0), sigma)), face) for sigma in (1, 3, 8)
    ]
    assert sharpness(pictures.GRACE, face) > blurred[0] > blurred[1] > blurred[2]
    assert sharpness(np.full((600, 512, 3), 90, np.uint8), face) == 0


@pytest.mark.parametrize("share", [2, 4, 8])
def test_a_small_copy_of_a_face_is_no_sharper_than_the_large_one(share: int) -> None:
    # Measured without a common size, the copies would count as 2 to 6 times as sharp.
    height, width = pictures.GRACE.shape[:2]
    small = cv2.resize(pictures.GRACE, (width // share, height // share), interpolation=cv2.INTER_AREA)
    large_face = Face((160, 140, 180, 220), 0.9, {})
    small_face = Face((160 / share, 140 / share, 180 / share, 220 / share), 0.9, {})
    assert sharpness(np.asarray(small, np.uint8), small_face) <= sharpness(pictures.GRACE, large_face) * 1.05


@given(x=st.floats(0, 30), y=st.floats(0, 30), width=st.floats(0, 300), height=st.floats(0, 300))
def test_sharpness_is_known_of_any_box(x: float, y: float, width: float, height: float) -> None:
    assert sharpness(pictures.noise(30, 30), Face((x, y, width, height), 0.9, {})) >= 0
