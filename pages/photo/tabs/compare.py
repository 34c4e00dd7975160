"""The tab that compares three generations of face detectors on the same photo."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.geometry import Box, scaled
from components.mesh.blazeface import find_with_blazeface
from components.mesh.model_file import ModelFileError
from components.photo.annotate import draw_boxes
from components.photo.baselines import find_with_haar
from components.photo.image import encode_jpeg, fit_within, read_photo
from components.photo.limits import DEFAULT_CONFIDENCE, MAX_PHOTOS
from components.photo.selection import AnalysedPhoto
from components.ui.shared_detector import loaded_detector
from components.ui.text import counted

# Longest side of each picture in pixels; three are side by side.
_PREVIEW_SIDE = 800


@dataclass(frozen=True, slots=True)
class _Rival:
    """One of the compared detectors.

    Attributes:
        name: Its name and year.
        why: Why it finds what it finds, in a sentence.
    """

    name: str
    why: str


_HAAR = _Rival(
    "Haar cascade, 2001",
    "Compares the brightness of rectangles that people designed. It was fast for its time. But folds, leaves "
    "and patterns can look like a face to it, and a turned head does not: false alarms and misses.",
)
_BLAZEFACE = _Rival(
    "BlazeFace, 2019",
    "A network for phones, the one behind the Live page. It sees the whole photo as 128 × 128 pixels: a face "
    "close to the camera is found in milliseconds, faces of a group shrink to a few pixels and are lost.",
)
_MTCNN = _Rival(
    "MTCNN, 2016",
    "Three networks with learned features look at the photo at all scales, and each rejects mistakes of the "
    "one before: it finds small faces, and makes few false alarms.",
)


@dataclass(frozen=True, slots=True)
class _Result:
    """What a detector found: the photo with boxes as a JPEG file, the number of faces, and the time."""

    picture: bytes
    count: int
    seconds: float


def show_comparison(photo: AnalysedPhoto) -> None:
    """Show what each detector finds in the photo, and how long it takes."""
    st.markdown(
        "Detectors from before and after deep learning, on this photo, each with its usual settings; MTCNN "
        f"with a cut-off of {DEFAULT_CONFIDENCE:.2f}. The times are those of this server, just now."
    )
    try:
        with st.spinner("Looking for faces in three ways…", show_time=True):
            results = _compare(photo.file.id, photo)
    except ModelFileError as error:
        st.error(str(error))
        return
    for column, rival in zip(st.columns(len(results)), (_HAAR, _BLAZEFACE, _MTCNN), strict=True):
        result = results[rival.name]
        with column:
            st.markdown(f"**{rival.name}**")
            st.image(
                result.picture,
                width="stretch",
                alt=f"{photo.name} with the boxes of {rival.name}: {counted(result.count, 'face')}",
            )
            st.markdown(f"**{counted(result.count, 'face')}** in {1000 * result.seconds:.0f} milliseconds")
            st.caption(rival.why)


# One visitor's pictures, a few hundred kilobytes for each photo.
@st.cache_resource(scope="session", max_entries=MAX_PHOTOS, show_spinner=False)
def _compare(photo_id: str, _photo: AnalysedPhoto) -> dict[str, _Result]:  # noqa: ARG001 - the key
    detector = loaded_detector()

    def find_with_mtcnn(image: NDArray[np.uint8]) -> list[Box]:
        return [face.box for face in detector.detect(image, min_confidence=DEFAULT_CONFIDENCE)]

    image = read_photo(_photo.data)
    return {
        _HAAR.name: _run(find_with_haar, image),
        _BLAZEFACE.name: _run(find_with_blazeface, image),
        _MTCNN.name: _run(find_with_mtcnn, image),
    }


def _run(find: Callable[[NDArray[np.uint8]], list[Box]], image: NDArray[np.uint8]) -> _Result:
    # A first use, so that loading does not count.
    find(np.zeros((64, 64, 3), np.uint8))
    start = time.perf_counter()
    boxes = find(image)
    seconds = time.perf_counter() - start
    preview = fit_within(image, _PREVIEW_SIDE)
    factor = preview.shape[1] / image.shape[1]
    drawn = draw_boxes(preview, [scaled(box, factor) for box in boxes])
    return _Result(encode_jpeg(drawn, 85), len(boxes), seconds)
