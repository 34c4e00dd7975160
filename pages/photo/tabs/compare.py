"""The tab that compares three generations of face detectors on the same photo."""

from dataclasses import dataclass

import streamlit as st

from components.mesh.model_file import MeshUnavailableError
from components.photo.image import PhotoError
from components.photo.limits import DEFAULT_CONFIDENCE, MAX_PHOTOS
from components.photo.selection import AnalysedPhoto
from components.tasks.rivals import Found, compare_detectors
from components.ui.progress import Progress
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker
from components.ui.text import counted
from components.workers.worker import TaskError
from pages.photo.tabs.package import show_package


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
    "close to the camera is found in milliseconds, but faces of a group shrink to a few pixels and are lost.",
)
_MTCNN = _Rival(
    "MTCNN, 2016",
    "Three networks with learned features look at the photo at all scales, and each rejects mistakes of the "
    "one before: it finds small faces, and makes few false alarms.",
)


def show_comparison(photo: AnalysedPhoto) -> None:
    """Show what each detector finds in the photo, and how long it takes."""
    st.markdown(
        "Detectors from before and after deep learning, on this photo, each with its usual settings; MTCNN "
        f"with a cut-off of {DEFAULT_CONFIDENCE:.2f}. The times are those of this server, just now."
    )
    try:
        results = _compare(photo)
    except (MeshUnavailableError, PhotoError, TaskError) as error:
        st.error(str(error))
        return
    for column, rival, result in zip(
        st.columns(len(results)), (_HAAR, _BLAZEFACE, _MTCNN), results, strict=True
    ):
        with column:
            st.markdown(f"**{rival.name}**")
            st.image(
                result.picture,
                width="stretch",
                alt=f"{photo.name} with the boxes of {rival.name}: {counted(result.count, 'face')}",
            )
            st.markdown(f"**{counted(result.count, 'face')}** in {1000 * result.seconds:.0f} milliseconds")
            st.caption(rival.why)
    show_package(photo)


def _compare(photo: AnalysedPhoto) -> tuple[Found, Found, Found]:
    """What each finds; once for each photo, whose three pictures take a few hundred kilobytes."""

    def compare(progress: Progress) -> tuple[Found, Found, Found]:
        return in_worker(progress, compare_detectors, photo.file)

    text = "Looking for faces in three ways…"
    return run_once("rivals", photo.file.id, MAX_PHOTOS, compare, st.empty(), text)
