import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from components.photo.face_hiding import Cover, CoverShape, Hiding, hidden_area, hide_faces, scale_cover
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


def changed_by(cover: Cover) -> NDArray[np.bool_]:
    """The pixels that a cover hides in a white picture."""
    white = np.full((60, 80, 3), 255, np.uint8)
    return np.asarray((hide_faces(white, [], Hiding.COVER, [cover]) != 255).any(axis=2))


def test_a_box_cover_hides_each_pixel_that_it_touches() -> None:
    changed = changed_by(Cover((10.5, 5.2, 20, 10), CoverShape.BOX))
    rows, columns = np.nonzero(changed)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 15, 10, 30)
    assert changed.sum() == 11 * 21


def test_an_oval_cover_hides_the_oval_and_leaves_the_corners() -> None:
    changed = changed_by(Cover((10, 10, 40, 30), CoverShape.OVAL))
    assert changed[25, 10:50].all()
    assert changed[10:40, 30].all()
    assert not changed[10, 10]
    assert not changed[39, 49]
    # The area of an ellipse, and a little more: pixels that it only touches.
    area = np.pi * 20 * 15
    assert area < changed.sum() < 1.15 * area


@given(
    x=st.floats(-100, 100),
    y=st.floats(-100, 100),
    width=st.floats(0, 200),
    height=st.floats(0, 200),
    shape=st.sampled_from(CoverShape),
    hiding=st.sampled_from(Hiding),
)
def test_any_cover_can_be_laid(
    x: float, y: float, width: float, height: float, shape: CoverShape, hiding: Hiding
) -> None:
    image = pictures.noise(20, 30)
    cover = Cover((x, y, width, height), shape)
    hidden = hide_faces(image, [], hiding, [cover])
    assert hidden.shape == image.shape
    middle_row, middle_column = int(y + height / 2), int(x + width / 2)
    inside = 0 <= y + height / 2 < 20 and 0 <= x + width / 2 < 30
    if hiding is Hiding.COVER and inside and min(width, height) > 2:
        assert hidden[middle_row, middle_column].tolist() == [32, 38, 40]


def test_a_cover_is_scaled_with_its_picture() -> None:
    assert scale_cover(Cover((1, 2, 3, 4), CoverShape.OVAL), 2) == Cover((2, 4, 6, 8), CoverShape.OVAL)


@pytest.mark.parametrize("hiding", [Hiding.BLUR, Hiding.PIXELATE])
@pytest.mark.parametrize(("width", "height"), [(4, 4), (8, 6), (20, 20), (60, 220), (220, 60)])
def test_of_a_face_of_any_size_little_is_left(hiding: Hiding, width: int, height: int) -> None:
    image = pictures.noise(300, 300)
    hidden = hide_faces(image, [Face((40, 40, width, height), 0.9, {})], hiding)
    area = area_of(image, Face((40, 40, width, height), 0.9, {}))
    assert (hidden[area] != image[area]).any(axis=2).mean() > 0.9
    if hiding is Hiding.PIXELATE:
        rows, columns = hidden[area].shape[:2]
        longer, shorter = max(rows, columns), min(rows, columns)
        # At most six blocks along the longer side, and none smaller than four pixels.
        most = min(6, longer // 4) * max(min(round(6 * shorter / longer), shorter // 4), 1)
        assert len(np.unique(hidden[area].reshape(-1, 3), axis=0)) <= most


@pytest.mark.parametrize("box", [(20, -30, 40, 20), (-50, 20, 30, 20), (20, 90, 40, 20), (100, 20, 30, 20)])
def test_a_cover_beside_the_picture_hides_nothing(box: tuple[float, float, float, float]) -> None:
    assert not changed_by(Cover(box, CoverShape.BOX)).any()
