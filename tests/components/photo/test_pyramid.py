import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.photo.mtcnn_networks import CELL_SIDE, CELL_STRIDE, PNET_SIDE
from components.photo.pyramid import Canvas, Pyramid, level_size, pack, scales_of
from tests import pictures

sides = st.integers(1, 700)


def picture(height: int, width: int) -> pictures.Picture:
    return np.zeros((height, width, 3), np.uint8)


def packed(image: pictures.Picture, min_face_size: float = 20) -> list[Canvas]:
    pyramid = Pyramid(image, min_face_size)
    return [
        canvas
        for group in pyramid.groups()
        for canvas in pack({index: pyramid.level(index) for index in group})
    ]


def test_scales_begin_at_the_smallest_face_and_end_at_the_picture() -> None:
    scales = scales_of(picture(480, 640), 20)
    assert scales[:3] == pytest.approx([0.6, 0.6 * 0.709, 0.6 * 0.709**2])
    assert 480 * scales[-1] >= CELL_SIDE > 480 * scales[-1] * 0.709


@pytest.mark.parametrize(("height", "width", "min_face_size"), [(9, 500, 10), (1, 1, 20), (100, 100, 101)])
def test_no_scale_where_no_face_has_room(height: int, width: int, min_face_size: int) -> None:
    assert scales_of(picture(height, width), min_face_size) == []
    assert packed(picture(height, width), min_face_size) == []


@settings(deadline=None, max_examples=60)
@given(sides, sides, st.floats(10, 200))
def test_each_cell_of_each_level_lies_in_just_one_patch(
    height: int, width: int, min_face_size: float
) -> None:
    image = picture(height, width)
    scales = scales_of(image, min_face_size)
    # P-Net's cells on a level, whose odd last row or column counts as two.
    seen = [
        np.zeros([(side + side % 2 - CELL_SIDE) // CELL_STRIDE + 1 for side in level_size(image, scale)], int)
        for scale in scales
    ]
    for canvas in packed(image, min_face_size):
        for placed in canvas.patches:
            patch = placed.patch
            assert patch.top % CELL_STRIDE == patch.left % CELL_STRIDE == 0
            top, left = patch.top // CELL_STRIDE, patch.left // CELL_STRIDE
            rows, columns = ((side - CELL_SIDE) // CELL_STRIDE + 1 for side in patch.pixels.shape[:2])
            seen[patch.level][top : top + rows, left : left + columns] += 1
    assert all((cells == 1).all() for cells in seen)


@settings(deadline=None, max_examples=60)
@given(sides, sides, st.floats(10, 200))
def test_patches_lie_on_their_canvas_side_by_side(height: int, width: int, min_face_size: float) -> None:
    for canvas in packed(picture(height, width), min_face_size):
        taken = np.zeros((PNET_SIDE, PNET_SIDE), int)
        for placed in canvas.patches:
            assert placed.top % CELL_STRIDE == placed.left % CELL_STRIDE == 0
            rows, columns = placed.patch.pixels.shape[:2]
            area = taken[placed.top : placed.top + rows, placed.left : placed.left + columns]
            assert area.shape == (rows, columns)
            area += 1
        assert taken.max() == 1


def test_packing_saves_most_of_the_canvases() -> None:
    image = picture(682, 1024)
    pixels = sum(np.prod(level_size(image, scale)) for scale in scales_of(image, 20))
    canvases_used = packed(image)
    # The patches' overlaps take a tenth.
    assert len(canvases_used) < 1.4 * pixels / PNET_SIDE**2
    assert len(canvases_used) < 0.7 * sum(len(canvas.patches) for canvas in canvases_used)


def test_a_canvas_shows_its_patches_and_nothing_else() -> None:
    for canvas in packed(pictures.GRACE):
        pixels = canvas.pixels()
        assert pixels.shape == (1, PNET_SIDE, PNET_SIDE, 3)
        assert pixels.dtype == np.float32
        for placed in canvas.patches:
            rows, columns = placed.patch.pixels.shape[:2]
            area = pixels[0, placed.top : placed.top + rows, placed.left : placed.left + columns]
            np.testing.assert_array_equal(area, placed.patch.pixels)
            area[...] = 0
        assert not pixels.any()


def mean_over_cells(image: pictures.Picture, height: int, width: int) -> np.ndarray:
    """The picture averaged over a grid of equal cells, by the integral of its pixels."""
    sums = np.zeros((image.shape[0] + 1, image.shape[1] + 1, 3))
    sums[1:, 1:] = image.astype(float).cumsum(axis=0).cumsum(axis=1)
    rows = np.linspace(0, image.shape[0], height + 1)
    columns = np.linspace(0, image.shape[1], width + 1)
    by_row = np.stack(
        [
            [np.interp(rows, np.arange(len(line)), line) for line in plane.T]
            for plane in sums.transpose(2, 0, 1)
        ]
    )
    by_both = np.stack(
        [[np.interp(columns, np.arange(sums.shape[1]), line) for line in plane.T] for plane in by_row]
    )
    cells = np.diff(np.diff(by_both, axis=1), axis=2).transpose(1, 2, 0)
    return np.asarray(cells * height * width / (image.shape[0] * image.shape[1]))


@pytest.mark.parametrize("level", [0, 1, 4, 6])
def test_a_levels_pixels_are_means_of_the_pictures(level: int) -> None:
    image = pictures.GRACE[:551, :483]
    pyramid = Pyramid(image, 20)
    expected = mean_over_cells(image, *pyramid.sizes[level])
    np.testing.assert_allclose(pyramid.level(level), expected, atol=1e-2)


def test_the_smallest_levels_are_nearly_so() -> None:
    pyramid = Pyramid(pictures.GRACE, 20)
    for level in range(7, len(pyramid.scales)):
        difference = np.abs(pyramid.level(level) - mean_over_cells(pictures.GRACE, *pyramid.sizes[level]))
        assert difference.mean() < 0.3
        assert difference.max() < 4


def test_a_large_pictures_levels_are_rounded() -> None:
    image = np.tile(pictures.GRACE, (4, 4, 1))
    pyramid = Pyramid(image, 20)
    expected = mean_over_cells(image, *pyramid.sizes[0])
    np.testing.assert_allclose(pyramid.level(0), expected, atol=0.51)


def test_faces_smaller_than_a_cell_are_enlarged() -> None:
    level = Pyramid(np.full((60, 80, 3), 77, np.uint8), 10).level(0)
    assert level.shape == (72, 96, 3)
    assert (level == 77).all()


@pytest.mark.parametrize("side", [300, 1500, 2500, 4000])
def test_large_levels_are_packed_alone_and_none_is_left_out(side: int) -> None:
    pyramid = Pyramid(picture(side, side), 20)
    groups = pyramid.groups()
    assert [index for group in groups for index in group] == list(range(len(pyramid.scales)))
    assert all(len(group) == 1 for group in groups[:-1])
    assert sum(pyramid.sizes[index][0] ** 2 for index in groups[-1]) <= 4_100_000


def test_a_patch_with_an_odd_edge_repeats_it() -> None:
    level = np.random.default_rng(0).integers(0, 256, (31, 27, 3), dtype=np.uint8)
    (canvas,) = pack({0: level})
    (placed,) = canvas.patches
    np.testing.assert_array_equal(placed.patch.pixels, np.pad(level, ((0, 1), (0, 1), (0, 0)), "edge"))
