import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.photo.faces import (
    Choice,
    Face,
    Order,
    choose_faces,
    clip_face,
    filter_by_confidence,
    scale_face,
)

coordinates = st.floats(-5000, 5000)
lengths = st.floats(0, 5000)
sides = st.integers(1, 4000)
scores = st.floats(0, 1)


def a_face(confidence: float = 0.9) -> Face:
    return Face((10, 20, 30, 40), confidence, {"nose": (25, 40)})


@st.composite
def faces(draw: st.DrawFn) -> Face:
    box = draw(st.tuples(coordinates, coordinates, lengths, lengths))
    names = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
    return Face(box, draw(scores), {name: draw(st.tuples(coordinates, coordinates)) for name in names})


@given(st.lists(scores), scores)
def test_filtering_keeps_exactly_the_faces_from_the_cut_off_up(
    confidences: list[float], cut_off: float
) -> None:
    kept = filter_by_confidence([a_face(confidence) for confidence in confidences], cut_off)
    assert [face.confidence for face in kept] == [c for c in confidences if c >= cut_off]


@given(st.lists(scores), scores, scores)
def test_filtering_twice_equals_filtering_by_the_higher_cut_off(
    confidences: list[float], first: float, second: float
) -> None:
    all_faces = [a_face(confidence) for confidence in confidences]
    twice = filter_by_confidence(filter_by_confidence(all_faces, first), second)
    assert twice == filter_by_confidence(all_faces, max(first, second))


@given(faces(), sides, sides)
def test_a_clipped_face_lies_inside_the_picture(face: Face, width: int, height: int) -> None:
    clipped = clip_face(face, width, height)
    x, y, box_width, box_height = clipped.box
    assert 0 <= x <= x + box_width <= width * (1 + 1e-9)
    assert 0 <= y <= y + box_height <= height * (1 + 1e-9)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in clipped.keypoints.values())
    assert clipped.confidence == face.confidence


def test_clipping_leaves_a_face_inside_as_it_is() -> None:
    assert clip_face(a_face(), 100, 100) == a_face()


def test_clipping_cuts_what_is_outside() -> None:
    assert clip_face(a_face(), 20, 30).box == (10, 20, 10, 10)
    beyond = Face((-5, -6, 20, 30), 0.9, {"nose": (-1, -2)})
    assert clip_face(beyond, 100, 100) == Face((0, 0, 15, 24), 0.9, {"nose": (0, 0)})


@pytest.mark.parametrize("factor", [0.5, 3])
def test_scaling_moves_box_and_keypoints_alike(factor: float) -> None:
    scaled = scale_face(a_face(), factor)
    assert scaled.box == (10 * factor, 20 * factor, 30 * factor, 40 * factor)
    assert scaled.keypoints == {"nose": (25 * factor, 40 * factor)}
    assert scaled.confidence == 0.9


# Two slightly uneven rows of people: the back row is smaller, and each row is listed from right to left.
GROUP = [
    Face((300, 104, 40, 40), 0.99, {}),
    Face((200, 96, 40, 40), 0.70, {}),
    Face((100, 100, 40, 40), 0.95, {}),
    Face((260, 190, 60, 60), 0.80, {}),
    Face((140, 204, 60, 60), 0.90, {}),
]


@pytest.mark.parametrize(
    ("order", "indices"),
    [
        (Order.CONFIDENCE, [0, 2, 4, 3, 1]),
        (Order.SIZE, [3, 4, 0, 1, 2]),
        (Order.POSITION, [2, 1, 0, 4, 3]),
    ],
)
def test_faces_are_sorted(order: Order, indices: list[int]) -> None:
    assert choose_faces(GROUP, Choice(0.5, order=order)) == indices


@pytest.mark.parametrize("order", Order)
def test_the_largest_are_chosen_in_any_order(order: Order) -> None:
    assert set(choose_faces(GROUP, Choice(0.5, largest=2, order=order))) == {3, 4}
    assert set(choose_faces(GROUP, Choice(0.85, largest=2, order=order))) == {0, 4}
    assert len(choose_faces(GROUP, Choice(0.5, largest=100, order=order))) == 5


@given(st.lists(faces(), max_size=20), scores, st.integers(0, 30), st.sampled_from(Order))
def test_whatever_is_chosen_reaches_the_cut_off_and_comes_once(
    all_faces: list[Face], cut_off: float, largest: int, order: Order
) -> None:
    chosen = choose_faces(all_faces, Choice(cut_off, largest, order))
    reaching = [index for index, face in enumerate(all_faces) if face.confidence >= cut_off]
    assert len(chosen) == len(set(chosen)) == min(len(reaching), largest or len(reaching))
    assert set(chosen) <= set(reaching)
