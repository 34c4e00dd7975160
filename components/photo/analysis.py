"""One photo from its bytes to everything the Photo page shows of it."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.photo.annotate import draw_faces
from components.photo.cascade import OnProgress, ignore_progress
from components.photo.crops import cut_square
from components.photo.detector import FaceDetector
from components.photo.faces import Face, filter_by_confidence, scale_face
from components.photo.image import fit_within, read_photo

# The cascade's final cut-off. Everything above it is kept, so that a visitor's own cut-off, which
# cannot be lower, is a filter over known faces and never runs a network.
LOWEST_CONFIDENCE = 0.5

# Longest side of the picture on the page; what is drawn and sent does not grow with the photo.
PREVIEW_SIDE = 1280

# Side of a face in the gallery, in pixels: twice its size on the page, for sharp screens.
THUMBNAIL_SIDE = 192


@dataclass(frozen=True, slots=True, eq=False)
class PhotoAnalysis:
    """What is known of one photo. Small whatever the photo's size, so a visitor's photos can be kept.

    Attributes:
        width: Of the upright photo, in pixels.
        height: Of the upright photo, in pixels.
        preview: uint8 array of shape (height, width, 3), RGB, no side longer than `PREVIEW_SIDE`.
        faces: All faces from `LOWEST_CONFIDENCE` up, most confident first, in pixels of the photo.
        thumbnails: JPEG files, one for each face.
    """

    width: int
    height: int
    preview: NDArray[np.uint8]
    faces: tuple[Face, ...]
    thumbnails: tuple[bytes, ...]

    def faces_from(self, min_confidence: float) -> list[Face]:
        """The faces that score at least `min_confidence`: the first ones of `faces`."""
        return filter_by_confidence(self.faces, min_confidence)

    def annotated_preview(self, min_confidence: float) -> NDArray[np.uint8]:
        """The preview with the faces of `faces_from` drawn and numbered."""
        factor = max(self.preview.shape[:2]) / max(self.height, self.width)
        return draw_faces(
            self.preview, [scale_face(face, factor) for face in self.faces_from(min_confidence)]
        )


def analyse_photo(
    data: bytes, detector: FaceDetector, on_progress: OnProgress = ignore_progress
) -> PhotoAnalysis:
    """Decode a photo and find its faces; the cascade runs once.

    Args:
        data: The whole content of the file.
        detector: Finds the faces.
        on_progress: As for `FaceDetector.detect`: told how far the work is, and may abandon it.

    Raises:
        PhotoError: The data is not a picture that can be used.
    """
    image = read_photo(data)
    faces = detector.detect(image, min_confidence=LOWEST_CONFIDENCE, on_progress=on_progress)
    height, width = image.shape[:2]
    return PhotoAnalysis(
        width=width,
        height=height,
        preview=fit_within(image, PREVIEW_SIDE),
        faces=tuple(faces),
        thumbnails=tuple(_thumbnail(image, face) for face in faces),
    )


def _thumbnail(image: NDArray[np.uint8], face: Face) -> bytes:
    file = io.BytesIO()
    crop = fit_within(cut_square(image, face), THUMBNAIL_SIDE)
    Image.fromarray(crop).save(file, "JPEG", quality=90)
    return file.getvalue()
