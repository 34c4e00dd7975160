import io

import numpy as np
import pytest
from PIL import Image

from components.photo.analysis import PREVIEW_SIDE, THUMBNAIL_SIDE, analyse_photo
from components.photo.detector import FaceDetector
from components.photo.image import PhotoError
from tests import pictures


def test_everything_the_page_shows_is_there(detector: FaceDetector) -> None:
    analysis = analyse_photo(pictures.encoded(pictures.blurred()), detector)
    assert (analysis.width, analysis.height) == (512, 600)
    assert len(analysis.faces) == len(analysis.thumbnails) == 2
    assert [len(analysis.faces_from(cut_off)) for cut_off in (0.5, 0.9)] == [2, 1]
    for thumbnail in analysis.thumbnails:
        with Image.open(io.BytesIO(thumbnail)) as crop:
            assert crop.format == "JPEG"
            assert crop.width == crop.height <= THUMBNAIL_SIDE


def test_the_preview_is_bounded_and_drawn_in_its_own_scale(detector: FaceDetector) -> None:
    large = np.zeros((1500, 3000, 3), np.uint8)
    large[800:1400, 2400:2912] = pictures.GRACE
    analysis = analyse_photo(pictures.encoded(large, "JPEG"), detector)
    assert (analysis.width, analysis.height) == (3000, 1500)
    assert analysis.preview.shape == (PREVIEW_SIDE // 2, PREVIEW_SIDE, 3)
    drawn = (analysis.annotated_preview(0.9) != analysis.preview).any(axis=2)
    x, y, width, height = (round(value * PREVIEW_SIDE / 3000) for value in analysis.faces[0].box)
    bottom_edge = np.nonzero(drawn[y + height])[0]
    # The line and its outline reach four pixels beyond the edge they mark.
    assert abs(bottom_edge.min() - x) < 6
    assert abs(bottom_edge.max() - (x + width)) < 6
    assert abs(np.nonzero(drawn)[0].max() - (y + height)) < 6


def test_drawing_follows_the_cut_off(detector: FaceDetector) -> None:
    analysis = analyse_photo(pictures.encoded(pictures.blurred()), detector)
    np.testing.assert_array_equal(analysis.annotated_preview(1.01), analysis.preview)
    changed = [(analysis.annotated_preview(c) != analysis.preview).any(axis=2).sum() for c in (0.5, 0.9)]
    assert changed[0] > changed[1] > 0


def test_a_bad_file_is_refused(detector: FaceDetector) -> None:
    with pytest.raises(PhotoError):
        analyse_photo(b"text", detector)
