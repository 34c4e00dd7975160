from dataclasses import replace

import pytest

from components.geometry import iou
from components.photo.detector import FaceDetector
from components.photo.faces import filter_by_confidence
from components.photo.image import read_file
from components.photo.judgement import judge, judge_by_known_boxes
from components.photo.sample_photo import GRACE_FACE, Sample, known_boxes, sample_photo, true_boxes
from tests.photo_files import photo_file


def test_the_samples_are_pictures() -> None:
    assert read_file(sample_photo(Sample.GRACE)).shape == (600, 512, 3)
    assert read_file(sample_photo(Sample.SOLVAY)).shape == (1463, 2126, 3)


def test_the_conference_shows_both_kinds_of_errors(detector: FaceDetector) -> None:
    faces = detector.detect(read_file(sample_photo(Sample.SOLVAY)), 20, 0.5)
    counts = [len(filter_by_confidence(faces, cut_off)) for cut_off in (0.5, 0.9, 0.99, 0.999)]
    assert counts == [32, 29, 24, 9]
    truth = judge_by_known_boxes(faces, true_boxes(Sample.SOLVAY))
    assert truth.missed == ()
    errors = [
        (judge(faces, truth, cut_off).false_alarms, judge(faces, truth, cut_off).misses)
        for cut_off in (0.5, 0.9, 0.99)
    ]
    assert errors == [(3, 0), (0, 0), (0, 5)]


def test_the_true_box_is_where_the_detector_finds_the_face(detector: FaceDetector) -> None:
    (found,) = detector.detect(read_file(sample_photo(Sample.GRACE)))
    assert iou(found.box, GRACE_FACE) > 0.7


@pytest.mark.parametrize("sample", Sample)
def test_no_two_true_boxes_are_the_same_face(sample: Sample) -> None:
    boxes = true_boxes(sample)
    assert len(boxes) == {Sample.SOLVAY: 29, Sample.GRACE: 1}[sample]
    assert all(iou(a, b) < 0.1 for a in boxes for b in boxes if a is not b)


def test_the_truth_is_known_of_samples_as_they_stand() -> None:
    solvay = sample_photo(Sample.SOLVAY)
    assert known_boxes(solvay) == true_boxes(Sample.SOLVAY)
    assert known_boxes(replace(solvay, name="another name")) == true_boxes(Sample.SOLVAY)
    assert known_boxes(replace(solvay, quarter_turns=1)) is None
    assert known_boxes(photo_file(b"another photo")) is None
