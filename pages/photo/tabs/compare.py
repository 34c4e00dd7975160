"""The same photo through three generations of face detectors."""

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
from components.ui.detector import loaded_detector
from components.ui.text import counted

# Three of them stand side by side.
_PREVIEW_SIDE = 800


@dataclass(frozen=True, slots=True)
class _Rival:
    """A detector to compare.

    Attributes:
        name: With its year.
        why: Why it finds what it finds, in a sentence.
    """

    name: str
    why: str


_HAAR = _Rival(
    "Haar cascade, 2001",
    "Compares sums of brightness in rectangles that people thought of. Fast for its time, but folds, leaves "
    "and patterns have such sums too, and a turned head has others: false alarms and misses.",
)
_BLAZEFACE = _Rival(
    "BlazeFace, 2019",
    "A network for phones, the one behind the Live page. It sees the whole photo as 128 × 128 pixels: a face "
    "close to the camera is found in milliseconds, faces of a group shrink to a few pixels and are lost.",
)
_MTCNN = _Rival(
    "MTCNN, 2016",
    "Three networks with learned features look at the photo at all scales, and each discards what the one "
    "before took for a face by mistake: small faces are found, and few other things.",
)


@dataclass(frozen=True, slots=True)
class _Result:
    """What a detector found in a photo: a drawn picture as a JPEG file, how many faces, and the time."""

    picture: bytes
    count: int
    seconds: float


def show_comparison(photo: AnalysedPhoto) -> None:
    """Show what each of the detectors finds in the photo, and in what time."""
    st.markdown(
        "Detectors from before and after deep learning, on this photo, each on its usual settings; MTCNN "
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


# One visitor's pictures, some hundred kilobytes a photo.
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
    # So that what is loaded at the first use does not count.
    find(np.zeros((64, 64, 3), np.uint8))
    start = time.perf_counter()
    boxes = find(image)
    seconds = time.perf_counter() - start
    preview = fit_within(image, _PREVIEW_SIDE)
    factor = preview.shape[1] / image.shape[1]
    drawn = draw_boxes(preview, [scaled(box, factor) for box in boxes])
    return _Result(encode_jpeg(drawn, 85), len(boxes), seconds)
