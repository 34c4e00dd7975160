import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from components.photo.crops import cut_square
from components.photo.faces import Face

GRADIENT = np.dstack([*np.meshgrid(np.arange(200), np.arange(100)), np.zeros((100, 200))]).astype(np.uint8)


def face(x: float, y: float, width: float, height: float) -> Face:
    return Face((x, y, width, height), 0.9, {})


def test_the_face_is_in_the_middle_of_its_crop() -> None:
    crop = cut_square(GRADIENT, face(90, 40, 20, 20), margin=0.5)
    assert crop.shape == (40, 40, 3)
    assert crop[0, 0, :2].tolist() == [80, 30]


def test_at_the_edge_the_crop_moves_inside() -> None:
    crop = cut_square(GRADIENT, face(0, 0, 20, 10), margin=0.5)
    assert crop.shape == (40, 40, 3)
    assert crop[0, 0, :2].tolist() == [0, 0]


def test_a_crop_does_not_keep_the_picture_in_memory() -> None:
    assert cut_square(GRADIENT, face(90, 40, 20, 20)).base is None


@given(
    x=st.floats(0, 199),
    y=st.floats(0, 99),
    width=st.floats(0, 200),
    height=st.floats(0, 100),
    margin=st.floats(0, 3),
)
def test_a_crop_is_always_a_square_inside_the_picture(
    x: float, y: float, width: float, height: float, margin: float
) -> None:
    crop = cut_square(GRADIENT, face(x, y, min(width, 200 - x), min(height, 100 - y)), margin)
    assert crop.shape[0] == crop.shape[1] >= 1
