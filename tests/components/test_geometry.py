import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.geometry import area, centre, holds, iou, scaled

places = st.floats(-1000, 1000)
lengths = st.floats(0.5, 1000)
boxes = st.tuples(places, places, lengths, lengths)


def test_a_box_by_example() -> None:
    box = (10.0, 20.0, 30.0, 40.0)
    assert area(box) == 1200
    assert centre(box) == (25, 40)
    assert scaled(box, 0.5) == (5, 10, 15, 20)
    assert holds(box, (10, 60))
    assert not holds(box, (9.9, 60))
    assert not holds(box, (10, 60.1))


@given(boxes)
def test_a_box_holds_its_centre(box: tuple[float, float, float, float]) -> None:
    assert holds(box, centre(box))


def test_the_overlap_of_boxes_is_their_shared_part_of_both() -> None:
    assert iou((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert iou((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert iou((0, 0, 10, 10), (20, 0, 10, 10)) == 0
    assert iou((0, 0, 0, 0), (0, 0, 0, 0)) == 0
