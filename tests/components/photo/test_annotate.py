from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw

from components import palette
from components.geometry import Box
from components.photo.annotate import FaceStyle, draw_boxes, draw_faces
from components.photo.faces import Face
from tests import pictures

FACE = Face(
    (150, 120, 120, 160),
    0.987,
    {
        "left_eye": (180, 180),
        "right_eye": (240, 180),
        "nose": (210, 210),
        "mouth_left": (185, 245),
        "mouth_right": (235, 245),
    },
)


def test_without_faces_the_picture_stays_as_it_is() -> None:
    np.testing.assert_array_equal(draw_faces(pictures.GRACE, []), pictures.GRACE)


def test_drawing_changes_a_copy() -> None:
    before = pictures.GRACE.copy()
    drawn = draw_faces(pictures.GRACE, [FACE])
    np.testing.assert_array_equal(pictures.GRACE, before)
    assert drawn.shape == before.shape
    assert drawn.dtype == np.uint8


def test_box_keypoints_and_label_are_where_they_belong() -> None:
    blank = np.zeros((400, 400, 3), np.uint8)
    changed = (draw_faces(blank, [FACE]) != blank).any(axis=2)
    x, y, width, height = (round(value) for value in FACE.box)
    for row, column in ((y, x + 60), (y + height, x + 60), (y + 80, x), (y + 80, x + width)):
        assert changed[row, column], "an edge of the box is missing"
    for column, row in FACE.keypoints.values():
        assert changed[round(row), round(column)], "a keypoint is missing"
    assert changed[y - 8, x + 8], "the label above the box is missing"
    assert not changed[y + 110, x + 60], "the face itself is covered"
    assert not changed[300:, :].any(), "something is drawn far from the face"


def test_labels_say_number_and_confidence_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        ImageDraw.ImageDraw, "text", lambda _draw, _place, text, *_, **__: written.append(text)
    )
    small = Face((10, 50, 12, 12), 0.8, {})
    draw_faces(np.zeros((400, 400, 3), np.uint8), [FACE, small])
    assert written == ["1 · 0.98", "2"]


@pytest.mark.parametrize("box", [(0, 0, 3, 3), (0, 0, 400, 400), (395, 0, 5, 5), (0, 398, 2, 2)])
def test_faces_at_the_edges_can_be_drawn(box: tuple[float, float, float, float]) -> None:
    blank = np.zeros((400, 400, 3), np.uint8)
    drawn = draw_faces(blank, [Face(box, 0.9, {"nose": (box[0], box[1])})])
    assert (drawn != blank).any()


def test_the_smallest_picture_can_be_drawn_on() -> None:
    assert draw_faces(np.zeros((1, 1, 3), np.uint8), [Face((0, 0, 1, 1), 1, {"nose": (0, 0)})]).shape == (
        1,
        1,
        3,
    )


def changed(style: FaceStyle) -> np.ndarray:
    return (draw_faces(pictures.GRACE, [FACE], style) != pictures.GRACE).any(axis=2)


def test_each_part_can_be_left_out() -> None:
    nothing = FaceStyle(boxes=False, keypoints=False, numbers=False, confidences=False)
    assert not changed(nothing).any()
    for part, (column, row) in {"boxes": (150, 200), "keypoints": (210, 210), "numbers": (155, 115)}.items():
        assert changed(replace(nothing, **{part: True}))[row, column], part
        assert not changed(replace(FaceStyle(), **{part: False, "confidences": False}))[row, column], part


def test_a_confidence_is_written_beside_the_number_or_alone() -> None:
    labels = {
        shown: changed(FaceStyle(boxes=False, keypoints=False, numbers=shown[0], confidences=shown[1])).sum()
        for shown in [(True, True), (True, False), (False, True)]
    }
    assert labels[True, True] > labels[False, True] > labels[True, False] > 0


def test_boxes_are_drawn_as_those_of_faces() -> None:
    only_boxes = FaceStyle(keypoints=False, numbers=False, confidences=False)
    np.testing.assert_array_equal(
        draw_boxes(pictures.GRACE, [FACE.box]), draw_faces(pictures.GRACE, [FACE], only_boxes)
    )


def test_boxes_and_dots_are_bright_on_a_dark_line() -> None:
    grey = np.full((400, 400, 3), 128, np.uint8)
    face = Face((100, 100, 200, 200), 0.9, {"nose": (200, 200)})
    drawn = draw_faces(grey, [face], FaceStyle(boxes=True, keypoints=True, numbers=False, confidences=False))
    # A line's colour is blended with its neighbours'.
    for place in (drawn[200, 100], drawn[200, 200]):
        assert place.tolist() == pytest.approx(palette.FACE, abs=20)
    assert drawn[200, 98, 0] < 80


@pytest.mark.parametrize(
    "box", [(-20, 150, 90, 90), (370, 150, 90, 90), (150, -20, 90, 90), (150, 380, 90, 90)]
)
def test_a_label_lies_inside_the_picture(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[tuple[float, float, float, float]] = []
    monkeypatch.setattr(
        ImageDraw.ImageDraw, "rounded_rectangle", lambda _self, place, *_: places.append(place)
    )
    lengths: list[float] = []
    monkeypatch.setattr(
        ImageDraw.ImageDraw,
        "text",
        lambda _self, _place, text, _colour, font, **_: lengths.append(font.getlength(text)),
    )
    grey = np.full((400, 400, 3), 128, np.uint8)
    draw_faces(grey, [Face(box, 0.9, {})], FaceStyle(True, True, True, True))
    ((left, top, right, bottom),) = places
    # As wide as its text, with a little room on both sides.
    assert lengths[0] < right - left < lengths[0] + (bottom - top)
    assert 0 <= left < right <= 400
    assert 0 <= top < bottom <= 400
