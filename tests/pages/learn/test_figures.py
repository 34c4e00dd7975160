import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.lesson.cascade_story import heat_map
from components.lesson.convolution import Maps, normalise
from components.photo.mtcnn_networks import CELL_SIDE, CELL_STRIDE
from components.photo.pyramid import Pyramid
from pages.learn.figures import (
    bars_html,
    box_on_sheet,
    contact_sheet,
    lay_over,
    map_at,
    number,
    picture_of_map,
    picture_of_pixels,
    pixels_html,
)
from tests import pictures

SHAPES = st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(1, 130))


def test_a_map_is_turquoise_above_zero_and_orange_below() -> None:
    below, zero, above = picture_of_map(np.array([[-2, 0, 2]], np.float32))[0]
    assert below[0] > below[2]
    assert above[0] < above[2]
    assert zero.max() < 50


def test_a_value_is_as_bright_as_it_is_large_where_the_brightest_is_given() -> None:
    low, high = (picture_of_map(np.array([[value]], np.float32), brightest=1)[0, 0] for value in (0.01, 0.99))
    assert low.max() < 50
    assert high.max() > 200


@pytest.mark.parametrize(
    ("count", "height", "width"), [(10, 142, 121), (28, 22, 22), (32, 46, 46), (64, 3, 3)]
)
def test_no_place_on_a_networks_sheet_is_left_over(count: int, height: int, width: int) -> None:
    sheet = contact_sheet(np.zeros((height, width, count), np.float32))
    x, y, wide, high = box_on_sheet(np.zeros((height, width, count), np.float32), count - 1)
    assert (x + wide, y + high) == sheet.shape[1::-1]


def test_an_empty_or_even_map_has_a_picture_too() -> None:
    assert picture_of_map(np.zeros((3, 4), np.float32)).shape == (3, 4, 3)
    assert (picture_of_map(np.full((3, 4), 5, np.float32)) == (64, 236, 205)).all()


def test_normalised_pixels_are_shown_as_they_were() -> None:
    np.testing.assert_array_equal(picture_of_pixels(normalise(pictures.GRACE)), pictures.GRACE)
    grey = pictures.GRACE[..., :1]
    np.testing.assert_array_equal(picture_of_pixels(normalise(grey)), np.repeat(grey, 3, axis=2))


@given(SHAPES)
def test_every_map_is_found_again_on_the_sheet(shape: tuple[int, int, int]) -> None:
    maps = np.zeros(shape, np.float32)
    sheet = contact_sheet(maps)
    for index in range(shape[2]):
        x, y, width, height = box_on_sheet(maps, index)
        assert x + width <= sheet.shape[1]
        assert y + height <= sheet.shape[0]
        for spot in [(x, y), (x + width / 2, y + height / 2), (x + width - 0.5, y + height - 0.5)]:
            assert map_at(maps, spot) == index
    # Gaps and empty places belong to some map.
    assert 0 <= map_at(maps, (sheet.shape[1] - 0.5, sheet.shape[0] - 0.5)) < shape[2]


def colour_on_sheet(maps: Maps, index: int) -> pictures.Picture:
    """The colour near the corner of a map on the sheet."""
    x, y, _, _ = box_on_sheet(maps, index)
    return contact_sheet(maps)[int(y) + 5, int(x) + 5]


def test_maps_have_their_own_brightness_and_single_values_a_common_one() -> None:
    maps = np.ones((20, 20, 2), np.float32)
    maps[..., 1] = 0.1
    first, second = (colour_on_sheet(maps, index) for index in (0, 1))
    np.testing.assert_array_equal(first, second)
    first, second = (colour_on_sheet(maps[:1, :1], index) for index in (0, 1))
    assert first.sum() > second.sum()


@pytest.mark.parametrize("place", [(0, 0), (0, 100), (90, 60), (120, 0)])
def test_a_heat_map_shines_where_the_face_is(place: tuple[int, int]) -> None:
    # A face of about twelve pixels, anywhere in a picture that is used as a level.
    top, left = place
    image = np.full((160, 140, 3), 96, np.uint8)
    face = pictures.GRACE[100:340:10, 140:390:10]
    image[top : top + face.shape[0], left : left + face.shape[1]] = face
    pyramid = Pyramid(image, min_face_size=12)
    heat = heat_map(pyramid, 0)
    shining = lay_over(image, np.where(heat >= heat.max(), 1, 0).astype(np.float32), CELL_STRIDE, CELL_SIDE)
    dark = lay_over(image, np.zeros_like(heat), CELL_STRIDE, CELL_SIDE)
    rows, columns = np.nonzero((shining != dark).any(axis=2))
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    # In the middle of the best cell, which is on the face.
    assert rows.mean() == pytest.approx(CELL_STRIDE * row + CELL_SIDE / 2, abs=1)
    assert columns.mean() == pytest.approx(CELL_STRIDE * column + CELL_SIDE / 2, abs=1)
    assert top <= rows.mean() <= top + face.shape[0]
    assert left <= columns.mean() <= left + face.shape[1]


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 8), st.integers(1, 40))
def test_a_map_of_any_size_lies_inside_the_picture(rows: int, columns: int, step: int, sees: int) -> None:
    image = pictures.noise(33, 29)
    assert lay_over(image, np.ones((rows, columns), np.float32), step, sees).shape == image.shape


@pytest.mark.parametrize(
    ("value", "text"), [(1.234, "1.23"), (-1.5, "−1.50"), (-0.001, "0.00"), (0, "0.00"), (12.345, "12.35")]
)
def test_numbers_are_written_with_two_decimals(value: float, text: str) -> None:
    assert number(value) == text


def test_a_table_has_a_cell_for_each_number() -> None:
    html = pixels_html(np.array([[-1, 0], [0.5, 1]], np.float32), "Pixels")
    assert html.count("<td ") == 4
    assert "<caption>Pixels</caption>" in html
    # Light figures on black, dark ones on white.
    assert "color: #fff'>−1.00" in html
    assert "color: #000'>1.00" in html


def test_bars_are_named_for_those_who_cannot_see_them() -> None:
    html = bars_html([("One", 0.5, "50 %")], "What a layer's maps do")
    assert "aria-label='What a layer&#x27;s maps do'" in html
    assert "<span>One</span>" in html
    assert "width: 50.0%" in html
