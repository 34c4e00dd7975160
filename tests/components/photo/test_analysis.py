import io

import numpy as np
import pytest
from PIL import Image

from components.photo.analysis import (
    ICON_SIDE,
    PREVIEW_SIDE,
    THUMBNAIL_SIDE,
    analyse_photo,
    cut_thumbnails,
)
from components.photo.crops import CropSettings, Shape
from components.photo.detector import FaceDetector
from components.photo.image import PhotoError, read_photo
from components.photo.limits import LOWEST_CONFIDENCE
from tests import pictures
from tests.photo_files import photo_file


def test_everything_the_page_shows_is_there(detector: FaceDetector) -> None:
    analysis = analyse_photo(photo_file(pictures.encoded(pictures.blurred())), detector)
    assert (analysis.width, analysis.height) == (512, 600)
    assert not analysis.first_of_several
    assert len(analysis.faces) == len(analysis.sharpness) == 2
    np.testing.assert_allclose(read_photo(analysis.preview), pictures.blurred(), atol=40)
    with Image.open(io.BytesIO(analysis.icon)) as icon:
        assert max(icon.size) == ICON_SIDE


def test_the_faces_are_those_of_the_lowest_cut_off(detector: FaceDetector) -> None:
    image = pictures.crowd(600, 800, face_side=50)
    analysis = analyse_photo(photo_file(pictures.encoded(image)), detector)
    assert list(analysis.faces) == detector.detect(image, min_confidence=LOWEST_CONFIDENCE)


def test_scores_are_those_of_all_candidates(detector: FaceDetector) -> None:
    analysis = analyse_photo(photo_file(pictures.encoded(pictures.GRACE)), detector)
    assert len(analysis.scores) > len(analysis.faces)
    above = analysis.scores[analysis.scores >= LOWEST_CONFIDENCE]
    assert sorted(above) == sorted(face.confidence for face in analysis.faces)


def test_faces_below_the_smallest_size_are_not_looked_for(detector: FaceDetector) -> None:
    file = photo_file(pictures.encoded(pictures.crowd(600, 800, face_side=50)))
    assert len(analyse_photo(file, detector).faces) > 5
    large_only = analyse_photo(file, detector, min_face_size=150)
    assert large_only.min_face_size == 150
    assert not large_only.faces


def test_what_is_kept_does_not_grow_with_the_photo(detector: FaceDetector) -> None:
    large = np.zeros((1500, 3000, 3), np.uint8)
    large[800:1400, 2400:2912] = pictures.GRACE
    analysis = analyse_photo(photo_file(pictures.encoded(large, "JPEG")), detector)
    assert (analysis.width, analysis.height) == (3000, 1500)
    assert read_photo(analysis.preview).shape == (PREVIEW_SIDE // 2, PREVIEW_SIDE, 3)


def test_thumbnails_are_cut_as_set(detector: FaceDetector) -> None:
    file = photo_file(pictures.encoded(pictures.GRACE))
    faces = analyse_photo(file, detector).faces
    (square,) = cut_thumbnails(file, faces, CropSettings())
    (tight,) = cut_thumbnails(file, faces, CropSettings(shape=Shape.TIGHT))
    with Image.open(io.BytesIO(square)) as crop:
        assert crop.format == "JPEG"
        assert crop.size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    with Image.open(io.BytesIO(tight)) as crop:
        assert crop.width < crop.height == THUMBNAIL_SIDE


def test_a_bad_file_is_refused(detector: FaceDetector) -> None:
    with pytest.raises(PhotoError):
        analyse_photo(photo_file(b"text"), detector)


def test_a_photo_is_analysed_as_it_was_turned(detector: FaceDetector) -> None:
    image = pictures.group(columns=3, rows=2)
    upright = analyse_photo(photo_file(pictures.encoded(image)), detector)
    lying = analyse_photo(photo_file(pictures.encoded(np.rot90(image))), detector)
    assert lying.suggested_turns == 1
    turned = analyse_photo(photo_file(pictures.encoded(np.rot90(image)), quarter_turns=1), detector)
    assert (turned.width, turned.height, turned.faces) == (upright.width, upright.height, upright.faces)
    assert upright.suggested_turns == turned.suggested_turns == 0
