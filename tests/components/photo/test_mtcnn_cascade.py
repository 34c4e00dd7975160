"""The whole cascade against the `mtcnn` package: the same faces, on pictures from a wheel."""

import tracemalloc

import cv2
import numpy as np
import pytest

from components.photo.boxes import Boxes
from components.photo.detector import FaceDetector
from tests import pictures
from tests.reference import faces_of_the_package, in_tensorflow, keypoints_of_the_package

# The package's own cut-off, which it counts as exclusive.
CUT_OFF = 0.8


def turned(image: pictures.Picture, degrees: float, scale: float) -> pictures.Picture:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)


def collage(seed: int, height: int, width: int, faces: int) -> pictures.Picture:
    """The face at many sizes, angles and brightnesses, partly on top of each other, before a texture."""
    random = np.random.default_rng(seed)
    noise = random.integers(0, 256, (height // 16 + 1, width // 16 + 1, 3), dtype=np.uint8)
    image = np.asarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    for _ in range(faces):
        person = turned(pictures.GRACE, random.uniform(-35, 35), 1)
        factor = random.uniform(0.08, 0.4)
        person = np.asarray(cv2.resize(person, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
        person = np.clip(person * random.uniform(0.5, 1.3), 0, 255).astype(np.uint8)
        rows, columns = person.shape[:2]
        top, left = random.integers(0, height - rows), random.integers(0, width - columns)
        image[top : top + rows, left : left + columns] = person
    return image


def pictures_to_compare() -> list[pictures.Picture]:
    """Up to 2 megapixels, with even and odd sides, more than 200 faces in all."""
    alone = [turned(pictures.GRACE, degrees, scale) for degrees in (-30, 0, 20) for scale in (0.3, 0.7, 1.4)]
    scaled = [
        np.asarray(cv2.resize(pictures.GRACE, None, fx=factor, fy=factor), np.uint8)
        for factor in (0.11, 0.37, 0.83, 1.9)
    ]
    collages = [
        collage(1, 480, 640, 10),
        collage(2, 683, 1023, 50),
        collage(3, 768, 1024, 60),
        collage(4, 1080, 1920, 150),
        collage(5, 1414, 1414, 150),
    ]
    return [*alone, *scaled, *collages, pictures.crowd(601, 803, face_side=40), pictures.noise(300, 400)]


def iou_matrix(a: Boxes, b: Boxes) -> np.ndarray:
    corners = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    shared = np.maximum(corners, 0).prod(axis=2)
    areas_a, areas_b = ((boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b))
    return np.asarray(shared / (areas_a[:, None] + areas_b[None] - shared))


def test_the_packages_faces_are_found_and_hardly_any_other(detector: FaceDetector) -> None:
    theirs = found = ours = others = 0
    for image in pictures_to_compare():
        assert image.shape[0] * image.shape[1] <= 2.1e6
        expected = in_tensorflow(faces_of_the_package, image, CUT_OFF)
        output = detector.explain(image, min_confidence=CUT_OFF).output
        boxes, scores = output.boxes[output.kept], output.scores[output.kept]
        overlaps = iou_matrix(expected[:, 1:5], boxes)
        same = (overlaps >= 0.9) & (np.abs(expected[:, 5, None] - scores[None]) <= 0.02)
        theirs += len(expected)
        found += same.any(axis=1).sum()
        ours += len(boxes)
        others += (~same.any(axis=0)).sum()
    assert theirs > 200
    assert found >= 0.99 * theirs
    assert others <= 0.01 * theirs


def test_keypoints_are_the_packages(detector: FaceDetector) -> None:
    theirs = in_tensorflow(keypoints_of_the_package, pictures.GRACE)
    (ours,) = detector.detect(pictures.GRACE, min_confidence=CUT_OFF)
    assert ours.keypoints.keys() == theirs.keys()
    for name, point in theirs.items():
        # The package rounds to whole pixels.
        assert ours.keypoints[name] == pytest.approx(point, abs=0.51)


def test_a_crowd_of_12_megapixels_takes_little_memory(detector: FaceDetector) -> None:
    crowd = pictures.crowd(3000, 4000, face_side=50)
    tracemalloc.start()
    try:
        faces = detector.detect(crowd, min_confidence=0.8)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(faces) > 400
    # The picture's own copy has 36 MB, its first level 13; what the networks take is not counted here.
    assert peak < 150e6
