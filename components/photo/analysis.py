"""One photo from its bytes to everything the Photo page knows about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.photo.crops import CropSettings, cut_face
from components.photo.detector import Detector
from components.photo.faces import Face, filter_by_confidence
from components.photo.image import decode_photo, encode_jpeg, fit_within, read_file
from components.photo.limits import DEFAULT_MIN_FACE_SIZE, LOWEST_CONFIDENCE
from components.photo.measures import sharpness
from components.photo.mtcnn_cascade import OnProgress, ignore_progress
from components.photo.orientation import suggest_quarter_turns
from components.photo.photo_file import PhotoFile

# Longest side of the picture on the page, so that what is sent does not grow with the photo. A page shows
# about a third of these pixels, which leaves enough for zooming in.
PREVIEW_SIDE = 2048

# Longest side of a photo's icon in the strip of photos.
ICON_SIDE = 160

# Longest side of a face in the gallery, in pixels: twice its size on the page, for sharp screens.
THUMBNAIL_SIDE = 168

_QUALITY = 85


@dataclass(frozen=True, slots=True, eq=False)
class PhotoAnalysis:
    """What is known about one photo. It is small for photos of any size, so the session can keep it.

    Attributes:
        width: Of the upright photo, in pixels.
        height: Of the upright photo, in pixels.
        first_of_several: Whether the file holds more pictures, of which this is the first.
        cut_short: Whether the file ends early, so that a part of the picture is missing.
        suggested_turns: Clockwise quarter turns after which the photo would stand upright, as its faces
            suggest; 0 where they suggest none.
        min_face_size: Side of the smallest face that was looked for, in pixels.
        preview: JPEG file, no side longer than `PREVIEW_SIDE`.
        icon: JPEG file, no side longer than `ICON_SIDE`.
        faces: All faces from `LOWEST_CONFIDENCE` up, most confident first, in pixels of the photo.
        sharpness: Of each face, as `measures.sharpness` gives it.
        scores: float64 array, the confidences of all candidates that reached the last network, including
            those below `LOWEST_CONFIDENCE`.
    """

    width: int
    height: int
    first_of_several: bool
    cut_short: bool
    suggested_turns: int
    min_face_size: float
    preview: bytes
    icon: bytes
    faces: tuple[Face, ...]
    sharpness: tuple[float, ...]
    scores: NDArray[np.float64]


def analyse_photo(
    file: PhotoFile,
    detector: Detector,
    min_face_size: float = DEFAULT_MIN_FACE_SIZE,
    on_progress: OnProgress = ignore_progress,
) -> PhotoAnalysis:
    """Decode a photo and find its faces; the cascade runs once.

    Args:
        file: The photo's file.
        detector: Finds the faces.
        min_face_size: As for `Detector.detect`.
        on_progress: As for `Detector.detect`: gets the share of work done, and may end the work.

    Raises:
        PhotoError: The data is not a picture that can be used.
    """
    decoded = decode_photo(file.data, file.quarter_turns)
    image = decoded.image
    # No cut-off: the histogram also shows the scores of what the last network rejects.
    candidates = detector.detect(image, min_face_size, min_confidence=0, on_progress=on_progress)
    faces = filter_by_confidence(candidates, LOWEST_CONFIDENCE)
    height, width = image.shape[:2]
    return PhotoAnalysis(
        width=width,
        height=height,
        first_of_several=decoded.first_of_several,
        cut_short=decoded.cut_short,
        suggested_turns=suggest_quarter_turns(image, faces, detector),
        min_face_size=min_face_size,
        preview=encode_jpeg(fit_within(image, PREVIEW_SIDE), _QUALITY),
        icon=encode_jpeg(fit_within(image, ICON_SIDE), _QUALITY),
        faces=tuple(faces),
        sharpness=tuple(sharpness(image, face) for face in faces),
        scores=np.array([face.confidence for face in candidates], np.float64),
    )


def cut_thumbnails(file: PhotoFile, faces: Sequence[Face], settings: CropSettings) -> tuple[bytes, ...]:
    """Cut a photo's faces out for a gallery.

    Args:
        file: The photo's file.
        faces: Faces of that photo.
        settings: How to cut.

    Returns:
        A JPEG file for each face, no side longer than `THUMBNAIL_SIDE`.
    """
    image = read_file(file)
    return tuple(
        encode_jpeg(fit_within(cut_face(image, face, settings), THUMBNAIL_SIDE), _QUALITY) for face in faces
    )
