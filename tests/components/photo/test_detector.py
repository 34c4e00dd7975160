import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.geometry import iou
from components.photo.detector import FaceDetector
from components.photo.faces import Face, filter_by_confidence
from components.photo.image import fit_within
from components.photo.mtcnn_cascade import Stages
from components.photo.sample_photo import GRACE_FACE
from tests import pictures


def assert_inside(faces: list[Face], image: pictures.Picture) -> None:
    height, width = image.shape[:2]
    for face in faces:
        x, y, box_width, box_height = face.box
        assert 0 <= x < x + box_width <= width + 1e-6
        assert 0 <= y < y + box_height <= height + 1e-6
        assert all(0 <= x <= width and 0 <= y <= height for x, y in face.keypoints.values())


def test_finds_the_face(detector: FaceDetector) -> None:
    (face,) = detector.detect(pictures.GRACE)
    assert iou(face.box, GRACE_FACE) > 0.8
    assert 0.9 < face.confidence <= 1
    eyes, nose = (face.keypoints["left_eye"], face.keypoints["right_eye"]), face.keypoints["nose"]
    # Left is the picture's left; eyes above nose above mouth, nose between the eyes.
    assert eyes[0][0] < nose[0] < eyes[1][0]
    assert max(eyes[0][1], eyes[1][1]) < nose[1]
    assert nose[1] < min(face.keypoints["mouth_left"][1], face.keypoints["mouth_right"][1])


def test_finds_every_face_most_confident_first(detector: FaceDetector) -> None:
    faces = detector.detect(pictures.group(columns=4, rows=3), min_confidence=0.9)
    assert len(faces) == 12
    confidences = [face.confidence for face in faces]
    assert confidences == sorted(confidences, reverse=True)


def test_equal_input_gives_equal_output(detector: FaceDetector) -> None:
    assert detector.detect(pictures.blurred()) == detector.detect(pictures.blurred())


def test_no_face_gives_an_empty_list(detector: FaceDetector) -> None:
    assert detector.detect(pictures.noise()) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (11, 11), (12, 12), (13, 40), (20, 20)])
def test_tiny_and_thin_pictures_are_no_problem(detector: FaceDetector, shape: tuple[int, int]) -> None:
    assert detector.detect(np.zeros((*shape, 3), np.uint8)) == []


@pytest.mark.parametrize("min_face_size", [10, 20, 40, 80, 160, 250])
def test_min_face_size_works_up_to_half_the_picture(detector: FaceDetector, min_face_size: int) -> None:
    (face,) = detector.detect(pictures.GRACE, min_face_size=min_face_size, min_confidence=0.7)
    assert iou(face.box, GRACE_FACE) > 0.85


def test_a_smaller_min_face_size_finds_smaller_faces(detector: FaceDetector) -> None:
    small = pictures.crowd(60, 200, face_side=8)
    found = [len(detector.detect(small, min_face_size=size, min_confidence=0.7)) for size in (10, 20)]
    assert found[0] > found[1]


def test_a_larger_min_face_size_gives_the_networks_less_to_look_at(detector: FaceDetector) -> None:
    pixels = [
        sum(scale**2 for scale in detector.explain(pictures.GRACE, min_face_size=size).scales)
        for size in (10, 20, 40, 80, 160, 250)
    ]
    assert pixels == sorted(set(pixels), reverse=True)


def test_min_face_size_leaves_much_smaller_faces_out(detector: FaceDetector) -> None:
    small = fit_within(pictures.group(columns=3, rows=1), 300)
    assert len(detector.detect(small, min_confidence=0.9)) == 3
    assert detector.detect(small, min_face_size=160) == []


def test_a_face_as_large_as_a_large_picture(detector: FaceDetector) -> None:
    factor = 5
    large = np.asarray(cv2.resize(pictures.GRACE, None, fx=factor, fy=factor), np.uint8)
    faces = detector.detect(large, min_confidence=0.9)
    assert len(faces) == 1
    assert iou(faces[0].box, tuple(value * factor for value in GRACE_FACE)) > 0.85
    assert_inside(faces, large)


@pytest.mark.parametrize("shape", [(40_000, 60), (60, 40_000)])
def test_a_strip_longer_than_opencv_takes_everywhere(detector: FaceDetector, shape: tuple[int, int]) -> None:
    strip = np.zeros((*shape, 3), np.uint8)
    person = fit_within(pictures.GRACE, 60)
    strip[-person.shape[0] :, -person.shape[1] :] = person
    (face,) = detector.detect(strip, min_confidence=0.7)
    assert face.box[0] > shape[1] - 60
    assert face.box[1] > shape[0] - 60


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((50, 50), np.uint8),
        np.zeros((50, 50, 1), np.uint8),
        np.zeros((50, 50, 4), np.uint8),
        np.zeros((50, 50, 3), np.uint16),
        np.zeros((50, 50, 3), np.float32),
        np.zeros((0, 50, 3), np.uint8),
    ],
    ids=["grey", "one channel", "RGBA", "16 bit", "float", "empty"],
)
def test_anything_but_rgb_is_refused(detector: FaceDetector, image: pictures.Picture) -> None:
    with pytest.raises(ValueError, match="image must be uint8"):
        detector.detect(image)


def test_settings_out_of_range_are_refused(detector: FaceDetector) -> None:
    with pytest.raises(ValueError, match="min_face_size"):
        detector.detect(pictures.GRACE, min_face_size=9.9)
    with pytest.raises(ValueError, match="min_face_size"):
        detector.detect(pictures.GRACE, min_face_size=float("nan"))
    with pytest.raises(ValueError, match="min_confidence"):
        detector.detect(pictures.GRACE, min_confidence=1.1)


@settings(deadline=None, max_examples=25)
@given(data=st.data(), side=st.integers(150, 400))
def test_filtering_equals_detecting_with_that_cut_off(
    detector: FaceDetector, data: st.DataObject, side: int
) -> None:
    image = np.asarray(
        cv2.resize(np.hstack([pictures.GRACE, pictures.blurred()]), (2 * side, side)), np.uint8
    )
    candidates = detector.detect(image, min_confidence=0.5)
    # The slider's own values, and the exact scores, where "from" and "above" differ.
    exact = st.sampled_from([face.confidence for face in candidates]) if candidates else st.nothing()
    cut_off = data.draw(st.integers(50, 100).map(lambda percent: percent / 100) | exact)
    assert detector.detect(image, min_confidence=cut_off) == filter_by_confidence(candidates, cut_off)


@settings(deadline=None, max_examples=25)
@given(
    left=st.integers(0, 260), top=st.integers(0, 240), width=st.integers(30, 512), height=st.integers(30, 600)
)
def test_boxes_and_keypoints_stay_inside_the_picture(
    detector: FaceDetector, left: int, top: int, width: int, height: int
) -> None:
    # Cutting through the face brings boxes that the networks would place beyond the edge.
    image = pictures.GRACE[top : top + height, left : left + width]
    assert_inside(detector.detect(image), image)


def test_one_picture_is_looked_at_at_a_time(detector: FaceDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    # This keeps the memory for detection independent of the number of visitors.
    run, running, most = detector._cascade.run, 0, 0

    def counted(*arguments: Any) -> Stages:  # noqa: ANN401
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.01)
        running -= 1
        return run(*arguments)

    monkeypatch.setattr(detector._cascade, "run", counted)
    with ThreadPoolExecutor(max_workers=8) as threads:
        assert len(list(threads.map(detector.detect, [pictures.GRACE] * 16))) == 16
    assert most == 1


def test_eight_threads_get_the_same_answers_as_one_after_another(detector: FaceDetector) -> None:
    images = [pictures.crowd(300 + 40 * number, 500, face_side=20 + 9 * number) for number in range(8)]
    one_by_one = [detector.detect(image) for image in images]
    with ThreadPoolExecutor(max_workers=8) as threads:
        assert list(threads.map(detector.detect, images)) == one_by_one


def test_progress_grows_to_one_in_the_callers_thread(detector: FaceDetector) -> None:
    shares: list[float] = []
    threads = set()

    def note(share: float) -> None:
        shares.append(share)
        threads.add(threading.current_thread())

    detector.detect(pictures.group(columns=3, rows=2), on_progress=note)
    # How often depends on how the threads share the work.
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] == 1
    assert threads == {threading.current_thread()}


def test_progress_is_told_where_there_is_nothing_to_do(detector: FaceDetector) -> None:
    shares: list[float] = []
    detector.detect(np.zeros((5, 5, 3), np.uint8), on_progress=shares.append)
    assert shares == [1]


class Left(BaseException):
    """What a web framework raises when nobody waits for the page any more."""


@pytest.mark.parametrize("wanted", [0, 0.25, 0.55, 0.8, 1])
def test_what_progress_raises_abandons_the_detection(detector: FaceDetector, wanted: float) -> None:
    image = pictures.crowd(800, 1200, face_side=40)
    told = []

    def leave(share: float) -> None:
        told.append(share)
        if share >= wanted:
            raise Left

    with pytest.raises(Left):
        detector.detect(image, on_progress=leave)
    assert all(share < wanted for share in told[:-1])
    # The detector still works.
    assert len(detector.detect(pictures.GRACE, min_confidence=0.9)) == 1


def test_whoever_waits_for_another_picture_can_give_up(detector: FaceDetector) -> None:
    def leave(_: float) -> None:
        raise Left

    busy, go_on = threading.Event(), threading.Event()

    def hold(_: float) -> None:
        busy.set()
        go_on.wait(timeout=60)

    with ThreadPoolExecutor(max_workers=1) as threads:
        first = threads.submit(detector.detect, pictures.GRACE, on_progress=hold)
        assert busy.wait(timeout=60)
        with pytest.raises(Left):
            detector.detect(pictures.GRACE, on_progress=leave)
        assert not first.done()
        go_on.set()
        assert first.result(timeout=60)


def test_explain_tells_what_each_stage_kept_and_threw_away(detector: FaceDetector) -> None:
    image = pictures.blurred()
    stages = detector.explain(image, min_confidence=0.6)
    assert len(stages.levels) == len(stages.scales) > 5
    assert sum(level.kept.sum() for level in stages.levels) == len(stages.proposals.boxes)
    assert stages.proposals.kept.sum() == len(stages.refined.boxes)
    assert stages.refined.kept.sum() == len(stages.output.boxes) == len(stages.keypoints)
    for stage, cut_off in [
        *((level, 0.6) for level in stages.levels),
        (stages.proposals, 0.6),
        (stages.refined, 0.7),
        (stages.output, 0.6),
    ]:
        assert stage.boxes.shape == (len(stage.scores), 4)
        np.testing.assert_array_equal(stage.passed, stage.scores >= cut_off)
        assert not (stage.kept & ~stage.passed).any()
    # Each stage has rejected something, so that this test has something to compare.
    assert sum(len(level.boxes) for level in stages.levels) > len(stages.proposals.boxes)
    assert not stages.proposals.kept.all()
    assert not stages.refined.passed.all()
    assert (stages.refined.passed & ~stages.refined.kept).any()
    assert not stages.output.kept.all()


def test_explain_ends_with_the_faces_that_detect_finds(detector: FaceDetector) -> None:
    image = pictures.group(columns=2, rows=2)
    output = detector.explain(image, min_confidence=0.6).output
    faces = detector.detect(image, min_confidence=0.6)
    assert sorted(output.scores[output.kept], reverse=True) == [face.confidence for face in faces]
