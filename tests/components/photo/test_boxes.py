import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from components.photo import boxes as boxes_module
from components.photo.boxes import (
    Boxes,
    Mask,
    Scores,
    regress,
    suppress_by_iou,
    suppress_by_smaller,
    to_squares,
)

# Whole numbers, so that equal edges, equal boxes and boxes without an area occur. The networks could even
# place a right edge to the left of the left edge.
coordinate = st.integers(0, 12).map(float)
size = st.integers(-3, 12).map(float)


@st.composite
def scored_boxes(draw: st.DrawFn) -> tuple[Boxes, Scores]:
    count = draw(st.integers(0, 30))
    corners = draw(arrays.arrays(np.float64, (count, 2), elements=coordinate))
    sizes = draw(arrays.arrays(np.float64, (count, 2), elements=size))
    scores = draw(arrays.arrays(np.float64, count, elements=st.sampled_from([0.6, 0.7, 0.8, 0.9])))
    return np.concatenate([corners, corners + sizes], axis=1), scores


def overlap(a: Boxes, b: Boxes, of_smaller: bool) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return float(width * height / (min(areas) if of_smaller else sum(areas) - width * height))


def kept_one_by_one(boxes: Boxes, scores: Scores, threshold: float, of_smaller: bool) -> Mask:
    """The definition, spelled out: every box against every other."""
    return np.array(
        [
            not any(
                (scores[other] > scores[box] or (scores[other] == scores[box] and other < box))
                and overlap(boxes[box], boxes[other], of_smaller) > threshold
                for other in range(len(boxes))
            )
            for box in range(len(boxes))
        ],
        dtype=bool,
    )


# An IoU of exactly 0.7, of which 0.7 times the union falls short in binary numbers.
EXACTLY_THE_THRESHOLD = (np.array([[9.0, 9, 18, 18], [9, 8, 18, 16]]), np.array([0.6, 0.6]))


@example(EXACTLY_THE_THRESHOLD, 0.7)
@given(scored_boxes(), st.sampled_from([0.3, 0.5, 0.7]))
def test_suppression_by_iou_is_its_definition(scored: tuple[Boxes, Scores], threshold: float) -> None:
    kept = suppress_by_iou(*scored, threshold)
    np.testing.assert_array_equal(kept, kept_one_by_one(*scored, threshold, of_smaller=False))


@given(scored_boxes(), st.sampled_from([0.3, 0.5, 0.7]))
def test_suppression_by_the_smaller_is_its_definition(scored: tuple[Boxes, Scores], threshold: float) -> None:
    kept = suppress_by_smaller(*scored, threshold)
    np.testing.assert_array_equal(kept, kept_one_by_one(*scored, threshold, of_smaller=True))


@pytest.mark.parametrize("pairs", [1, 7, 1000])
def test_how_many_pairs_are_compared_at_once_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, pairs: int
) -> None:
    random = np.random.default_rng(0)
    corners = random.uniform(0, 50, (200, 2))
    boxes = np.concatenate([corners, corners + random.uniform(5, 20, (200, 2))], axis=1)
    scores = random.uniform(size=200)
    kept = suppress_by_iou(boxes, scores, 0.5)
    assert 0 < kept.sum() < 200
    monkeypatch.setattr(boxes_module, "_PAIRS_AT_ONCE", pairs)
    np.testing.assert_array_equal(suppress_by_iou(boxes, scores, 0.5), kept)


def test_suppressed_boxes_suppress_too() -> None:
    # Neighbours overlap by two thirds; the first and the last overlap too little.
    boxes = np.array([[0.0, 0, 10, 10], [2, 0, 12, 10], [4, 0, 14, 10]])
    np.testing.assert_array_equal(
        suppress_by_iou(boxes, np.array([0.9, 0.8, 0.7]), 0.5), [True, False, False]
    )


def test_one_box_inside_another_goes_only_by_the_smaller() -> None:
    boxes = np.array([[0.0, 0, 100, 100], [40, 40, 60, 60]])
    scores = np.array([0.8, 0.9])
    np.testing.assert_array_equal(suppress_by_iou(boxes, scores, 0.7), [True, True])
    np.testing.assert_array_equal(suppress_by_smaller(boxes, scores, 0.7), [False, True])


@pytest.mark.parametrize("shape", [(100_000, 60), (60, 100_000)])
def test_of_a_strip_full_of_boxes_only_neighbours_are_compared(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int]
) -> None:
    compared = 0
    close_pairs = boxes_module._close_pairs

    def counted(boxes: Boxes, reach: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        nonlocal compared
        for a, b in close_pairs(boxes, reach):
            compared += len(a)
            yield a, b

    monkeypatch.setattr(boxes_module, "_close_pairs", counted)
    random = np.random.default_rng(0)
    corners = random.uniform(0, shape, (20_000, 2))
    suppress_by_iou(np.concatenate([corners, corners + 20], axis=1), random.uniform(size=20_000), 0.5)
    assert 0 < compared < 100_000


def test_many_boxes_take_little_memory() -> None:
    random = np.random.default_rng(0)
    corners = random.uniform(0, 3000, (30_000, 2))
    boxes = np.concatenate([corners, corners + 20], axis=1)
    scores = random.uniform(size=len(boxes))
    tracemalloc.start()
    try:
        assert 0 < suppress_by_iou(boxes, scores, 0.5).sum() < len(boxes)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A matrix of all pairs has 7 GB.
    assert peak < 100e6


@given(scored_boxes())
def test_squares_hold_their_boxes_in_the_middle(scored: tuple[Boxes, Scores]) -> None:
    boxes, _ = scored
    boxes = boxes[(boxes[:, 2:] >= boxes[:, :2]).all(axis=1)]
    squares = to_squares(boxes)
    sizes, square_sizes = boxes[:, 2:] - boxes[:, :2], squares[:, 2:] - squares[:, :2]
    np.testing.assert_allclose(square_sizes, np.repeat(sizes.max(axis=1, keepdims=True), 2, axis=1))
    np.testing.assert_allclose(squares[:, :2] + squares[:, 2:], boxes[:, :2] + boxes[:, 2:], atol=1e-9)


def test_regression_moves_each_edge_by_its_own_side() -> None:
    # Sides of 9 and 19 pixels count as 10 and 20.
    moved = regress(np.array([[10.0, 20, 19, 39]]), np.array([[0.1, 0.1, -0.1, 0.5]]))
    np.testing.assert_allclose(moved, [[11, 22, 18, 49]])
