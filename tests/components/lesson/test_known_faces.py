import numpy as np
import pytest

from components.lesson.known_faces import (
    Condition,
    make_known_picture,
)
from components.photo.detector import FaceDetector
from components.photo.faces import Face
from components.photo.judgement import Judgement, judge, judge_by_known_boxes
from components.photo.sample_photo import GRACE_FACE
from tests import pictures


def face(x: float, y: float, side: float, confidence: float = 0.9) -> Face:
    return Face((x, y, side, side), confidence, {})


@pytest.mark.parametrize("condition", list(Condition))
def test_the_picture_holds_eight_known_faces(condition: Condition) -> None:
    known = make_known_picture(pictures.GRACE, condition)
    assert known.image.shape == (600, 800, 3)
    assert known.image.dtype == np.uint8
    assert len(known.boxes) == 8
    assert known.boxes == make_known_picture(pictures.GRACE, Condition.CLEAR).boxes
    for x, y, width, height in known.boxes:
        # Each inside a tile of 200 pixels.
        assert x // 200 == (x + width) // 200
        assert y // 200 == (y + height) // 200


def test_everybody_sees_the_same_picture() -> None:
    for condition in Condition:
        first, second = (make_known_picture(pictures.GRACE, condition) for _ in range(2))
        np.testing.assert_array_equal(first.image, second.image)


def test_the_samples_face_is_where_it_is_said_to_be(detector: FaceDetector) -> None:
    (found,) = detector.detect(pictures.GRACE)
    assert judge_by_known_boxes([found], [GRACE_FACE]) == Judgement()


def test_a_higher_cut_off_means_fewer_false_alarms_and_more_misses(detector: FaceDetector) -> None:
    known = make_known_picture(pictures.GRACE, Condition.CLEAR)
    candidates = detector.detect(known.image, 20, 0.05)
    judgement = judge_by_known_boxes(candidates, known.boxes)
    outcomes = [judge(candidates, judgement, cut_off) for cut_off in np.linspace(0.05, 1, 40)]
    alarms = [outcome.false_alarms for outcome in outcomes]
    misses = [outcome.misses for outcome in outcomes]
    assert alarms == sorted(alarms, reverse=True)
    assert misses == sorted(misses)
    # Errors of both kinds change, one after the other.
    assert (alarms[0], misses[0]) == (3, 0)
    assert (alarms[-1], misses[-1]) == (0, 8)
    assert len(set(zip(alarms, misses, strict=True))) >= 7
    assert any(alarm and miss for alarm, miss in zip(alarms, misses, strict=True))


def test_candidates_are_matched_with_the_known_boxes() -> None:
    boxes = [(0.0, 0.0, 10.0, 10.0), (100.0, 0.0, 10.0, 10.0), (200.0, 0.0, 10.0, 10.0)]
    candidates = [
        face(1, 1, 10, 0.95),  # the first face
        face(0, 0, 10, 0.9),  # the same once more
        face(50, 50, 10, 0.8),  # nothing
        face(108, 0, 10, 0.7),  # beside the second one
        face(201, 0, 9, 0.6),  # the third one
    ]
    judgement = judge_by_known_boxes(candidates, boxes)
    assert judgement == Judgement(frozenset({1, 2, 3}), ((105.0, 5.0),))


def test_without_candidates_all_faces_are_missed() -> None:
    assert judge_by_known_boxes([], [(0.0, 0.0, 10.0, 20.0)]) == Judgement(frozenset(), ((5.0, 10.0),))


def test_without_known_faces_all_candidates_are_false_alarms() -> None:
    assert judge_by_known_boxes([face(0, 0, 10)], []) == Judgement(frozenset({0}))
