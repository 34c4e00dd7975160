"""Tasks on photo files: find faces, cut them out, hide them, draw them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.photo.analysis import PhotoAnalysis, analyse_photo, cut_thumbnails
from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.export import hidden_jpeg
from components.photo.face_hiding import Cover, Hiding, hide_faces, scale_cover
from components.photo.faces import Face, scale_face
from components.photo.image import encode_jpeg, fit_within, photo_size, read_file, read_photo
from components.photo.mtcnn_cascade import Stages
from components.photo.photo_file import PhotoFile
from components.photo.selection import AnalysedPhoto, PhotoWithFaces, Selection
from components.photo.take_home import NamedFile, SmallFaces, cut_out_faces, drawn_photo
from components.tasks.detector import loaded_detector
from components.workers.inside import Report

# Seconds of computing. Measured on a slow machine, a crowd on 12 megapixels takes 4, and one on 50 megapixels
# 24.
_SECONDS, _SECONDS_A_MEGAPIXEL = 10.0, 0.6

Picture = NDArray[np.uint8]


def allow_for_size(report: Report, data: bytes) -> None:
    """Allow the time that a photo's size may take.

    Raises:
        PhotoError: As `image.photo_size`.
    """
    width, height = photo_size(data)
    report.allow(_SECONDS + _SECONDS_A_MEGAPIXEL * width * height / 1e6)


def find_faces(report: Report, file: PhotoFile, min_face_size: float) -> PhotoAnalysis:
    """Analyse a photo, as `analysis.analyse_photo`."""
    allow_for_size(report, file.data)
    return analyse_photo(file, loaded_detector(), min_face_size, report.share)


def look_at_nothing(_report: Report) -> None:
    """Look for faces in a black picture, to see that the detector works."""
    loaded_detector().detect(np.zeros((48, 48, 3), np.uint8))


def cut_for_gallery(report: Report, photo: AnalysedPhoto, settings: CropSettings) -> tuple[bytes, ...]:
    """Cut all of a photo's faces out for the gallery, as `analysis.cut_thumbnails`."""
    allow_for_size(report, photo.file.data)
    return cut_thumbnails(photo.file, photo.analysis.faces, settings)


def draw_photo(report: Report, selected: Selection[PhotoWithFaces], style: FaceStyle) -> NamedFile:
    """A photo with its faces drawn, as `take_home.drawn_photo`."""
    allow_for_size(report, selected.photo.file.data)
    return drawn_photo(selected, style)


def cut_out(
    report: Report,
    selected: Selection[PhotoWithFaces],
    settings: CropSettings,
    small_faces: SmallFaces,
    indices: Sequence[int] | None,
) -> list[NamedFile]:
    """Faces at full size, as `take_home.cut_out_faces`."""
    allow_for_size(report, selected.photo.file.data)
    return list(cut_out_faces(selected, settings, small_faces, indices))


def hide_in_photo(
    report: Report, file: PhotoFile, faces: Sequence[Face], hiding: Hiding, covers: Sequence[Cover]
) -> bytes:
    """A photo with faces and other places hidden, as `export.hidden_jpeg`."""
    allow_for_size(report, file.data)
    return hidden_jpeg(file, faces, hiding, covers)


def hide_in_preview(
    _report: Report,
    analysis: PhotoAnalysis,
    faces: Sequence[Face],
    hiding: Hiding,
    covers: Sequence[Cover],
) -> bytes:
    """The preview of an analysed photo with places hidden, as a JPEG file.

    Args:
        analysis: Of the photo.
        faces: In pixels of the photo.
        hiding: How.
        covers: Other places, in pixels of the photo.
    """
    image = read_photo(analysis.preview)
    factor = image.shape[1] / analysis.width
    hidden = hide_faces(
        image,
        [scale_face(face, factor) for face in faces],
        hiding,
        [scale_cover(cover, factor) for cover in covers],
    )
    return encode_jpeg(hidden, 90)


def open_reduced(report: Report, file: PhotoFile, side: int) -> tuple[Picture, tuple[int, int]]:
    """A photo's pixels with no side longer than `side`, and the width and height that it had before."""
    allow_for_size(report, file.data)
    image = read_file(file)
    height, width = image.shape[:2]
    return fit_within(image, side), (width, height)


def find_faces_in_pixels(
    report: Report, image: Picture, min_face_size: float, min_confidence: float
) -> list[Face]:
    """The faces in a small picture, as `Detector.detect`."""
    return loaded_detector().detect(image, min_face_size, min_confidence, report.share)


def run_cascade(report: Report, image: Picture, min_face_size: float) -> Stages:
    """What the cascade does with a small picture, without O-Net's cut-off, as `FaceDetector.explain`."""
    return loaded_detector().explain(image, min_face_size, min_confidence=0, on_progress=report.share)
