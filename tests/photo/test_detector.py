import time
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.photo.detector import MAX_SIDE, FaceDetector
from components.photo.faces import Face, filter_by_confidence
from components.photo.image import fit_within
from tests import pictures

# Where the face is, by eye: from the hat's rim to the chin.
GRACE_BOX = (178, 110, 173, 220)


def iou(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """Intersection over union of two (x, y, width, height) boxes."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def assert_inside(faces: list[Face], image: pictures.Picture) -> None:
    height, width = image.shape[:2]
    for face in faces:
        x, y, box_width, box_height = face.box
        assert 0 <= x < x + box_width <= width + 1e-6
        assert 0 <= y < y + box_height <= height + 1e-6
        assert all(0 <= x <= width and 0 <= y <= height for x, y in face.keypoints.values())


def test_finds_the_face(detector: FaceDetector) -> None:
    (face,) = detector.detect(pictures.GRACE)
    assert iou(face.box, GRACE_BOX) > 0.8
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


@pytest.mark.parametrize("min_face_size", [20, 40, 80, 160])
def test_min_face_size_works_where_the_package_finds_nothing(
    detector: FaceDetector, min_face_size: int
) -> None:
    (face,) = detector.detect(pictures.GRACE, min_face_size=min_face_size, min_confidence=0.7)
    assert iou(face.box, GRACE_BOX) > 0.7


def test_min_face_size_leaves_much_smaller_faces_out(detector: FaceDetector) -> None:
    small = fit_within(pictures.group(columns=3, rows=1), 300)
    assert len(detector.detect(small, min_confidence=0.9)) == 3
    assert detector.detect(small, min_face_size=160) == []


def test_a_large_picture_is_reduced_and_mapped_back(detector: FaceDetector) -> None:
    factor = 5
    large = cv2.resize(pictures.GRACE, None, fx=factor, fy=factor)
    assert max(large.shape) > MAX_SIDE
    faces = detector.detect(np.asarray(large, np.uint8), min_confidence=0.9)
    assert len(faces) == 1
    assert iou(faces[0].box, tuple(value * factor for value in GRACE_BOX)) > 0.7
    assert_inside(faces, large)


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
        detector.detect(pictures.GRACE, min_face_size=19)
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


class StubCascade:
    """Stands in for the package: gives the rows it was made with, notes what it was given."""

    def __init__(self, *scores: float) -> None:
        # Index, corners, score, five x, five y.
        self.rows = np.array([[0, 10, 10, 30, 30, score, *range(12, 22)] for score in scores])
        self.shapes: list[tuple[int, ...]] = []
        self.running = 0
        self.most_running = 0

    def detect_faces(self, image: pictures.Picture, **_: object) -> np.ndarray:
        self.shapes.append(image.shape)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        time.sleep(0.01)
        self.running -= 1
        return self.rows


def test_faces_are_sorted_whatever_the_package_does(
    detector: FaceDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector, "_cascade", StubCascade(0.7, 0.9, 0.8))
    assert [face.confidence for face in detector.detect(pictures.GRACE)] == [0.9, 0.8, 0.7]


@pytest.mark.parametrize("shape", [(MAX_SIDE + 1, 40), (300, 4 * MAX_SIDE)])
def test_the_networks_never_see_a_side_beyond_the_limit(
    detector: FaceDetector, monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int]
) -> None:
    cascade = StubCascade()
    monkeypatch.setattr(detector, "_cascade", cascade)
    detector.detect(np.zeros((*shape, 3), np.uint8))
    assert max(cascade.shapes[0]) == MAX_SIDE


def test_the_networks_run_for_one_thread_at_a_time(
    detector: FaceDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    cascade = StubCascade(0.9)
    monkeypatch.setattr(detector, "_cascade", cascade)
    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(detector.detect, [pictures.GRACE] * 16))
    assert len(cascade.shapes) == 16
    assert cascade.most_running == 1


def test_threads_get_the_same_answers_as_one_after_another(detector: FaceDetector) -> None:
    images = [pictures.GRACE, pictures.blurred(), pictures.group(columns=2, rows=2), pictures.noise()] * 2
    one_by_one = [detector.detect(image) for image in images]
    with ThreadPoolExecutor(max_workers=8) as threads:
        assert list(threads.map(detector.detect, images)) == one_by_one
