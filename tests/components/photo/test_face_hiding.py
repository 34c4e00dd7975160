import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.photo.face_hiding import Hiding, hidden_area, hide_faces
from components.photo.faces import Face
from tests import pictures

FACE = Face((160, 140, 180, 220), 0.9, {})
AREA = np.s_[107:393, 127:373]


def area_of(image: pictures.Picture, face: Face) -> tuple[slice, slice]:
    top, bottom, left, right = hidden_area(face, image.shape[1], image.shape[0])
    return np.s_[top:bottom, left:right]


def test_the_area_goes_beyond_the_box() -> None:
    assert area_of(pictures.GRACE, FACE) == AREA


@pytest.mark.parametrize("hiding", Hiding)
def test_only_the_face_changes(hiding: Hiding) -> None:
    before = pictures.GRACE.copy()
    hidden = hide_faces(pictures.GRACE, [FACE], hiding)
    np.testing.assert_array_equal(pictures.GRACE, before)
    assert (hidden[AREA] != before[AREA]).any(axis=2).mean() > 0.9
    hidden[AREA] = before[AREA]
    np.testing.assert_array_equal(hidden, before)


def test_a_cover_says_nothing_of_what_is_below_it() -> None:
    other = pictures.GRACE.copy()
    other[AREA] = np.random.default_rng(0).integers(0, 256, other[AREA].shape)
    np.testing.assert_array_equal(
        hide_faces(pictures.GRACE, [FACE], Hiding.COVER), hide_faces(other, [FACE], Hiding.COVER)
    )


def shuffled_within_blocks(area: pictures.Picture, side: int) -> pictures.Picture:
    """The area with the pixels of each block in another order."""
    order = np.random.default_rng(0).permutation(side * side)
    shuffled = area.copy()
    for top in range(0, len(area), side):
        for left in range(0, len(area), side):
            block = area[top : top + side, left : left + side]
            shuffled[top : top + side, left : left + side] = block.reshape(-1, 3)[order].reshape(block.shape)
    return shuffled


@pytest.mark.parametrize("hiding", [Hiding.BLUR, Hiding.PIXELATE])
def test_blur_and_blocks_say_nothing_but_36_mean_colours(hiding: Hiding) -> None:
    face = Face((127, 127, 180, 180), 0.9, {})
    area = area_of(pictures.GRACE, face)
    assert pictures.GRACE[area].shape == (6 * 39, 6 * 39, 3)
    other = pictures.GRACE.copy()
    other[area] = shuffled_within_blocks(other[area], 39)
    assert (other[area] != pictures.GRACE[area]).mean() > 0.9
    np.testing.assert_array_equal(
        hide_faces(pictures.GRACE, [face], hiding), hide_faces(other, [face], hiding)
    )


def test_pixelated_are_blocks_of_one_colour() -> None:
    face = Face((127, 127, 180, 180), 0.9, {})
    hidden = hide_faces(pictures.GRACE, [face], Hiding.PIXELATE)[area_of(pictures.GRACE, face)]
    assert len(np.unique(hidden.reshape(-1, 3), axis=0)) <= 36
    assert (hidden[:39, :39] == hidden[0, 0]).all()


@given(
    x=st.floats(0, 29),
    y=st.floats(0, 19),
    width=st.floats(0, 30),
    height=st.floats(0, 20),
    hiding=st.sampled_from(Hiding),
)
def test_any_face_can_be_hidden(x: float, y: float, width: float, height: float, hiding: Hiding) -> None:
    face = Face((x, y, min(width, 30 - x), min(height, 20 - y)), 0.9, {})
    image = pictures.noise(20, 30)
    hidden = hide_faces(image, [face], hiding)
    assert hidden.shape == image.shape
    inside = np.s_[round(y) : int(y + face.box[3]), round(x) : int(x + face.box[2])]
    if hiding is Hiding.COVER:
        assert (hidden[inside] == hidden[area_of(image, face)].reshape(-1, 3)[:1]).all()


def test_faces_that_overlap_are_all_hidden() -> None:
    neighbour = Face((250, 140, 180, 220), 0.9, {})
    hidden = hide_faces(pictures.GRACE, [FACE, neighbour], Hiding.COVER)
    for face in (FACE, neighbour):
        area = hidden[area_of(hidden, face)].reshape(-1, 3)
        assert (area == area[0]).all()
