"""The tab that hides faces, so that a photo can be shared."""

from collections.abc import Sequence

import streamlit as st

from components.photo.face_hiding import Hiding
from components.photo.faces import Face
from components.photo.photo_file import file_stem
from components.photo.selection import AnalysedPhoto
from components.tasks.photos import hide_in_photo, hide_in_preview
from components.ui.choices import choose_one
from components.ui.downloads import offer_download
from components.ui.progress import Progress
from components.ui.shared_workers import in_worker, quiet_workers
from components.ui.text import counted
from components.workers.worker import TaskError
from pages.photo.marks import clear_chosen_faces, marks_in

_ALL, _CHOSEN = "All shown", "Chosen"

_LABELS = {Hiding.BLUR: "Blur", Hiding.PIXELATE: "Pixelate", Hiding.COVER: "Cover"}

_EXPLANATIONS = {
    Hiding.BLUR: "Only a few average colours of each face are left, blended into each other.",
    Hiding.PIXELATE: "Only a few average colours of each face are left, as blocks.",
    Hiding.COVER: "Nothing of a face is left. This is the safest: programs may match average colours.",
}


def show_hiding(photo: AnalysedPhoto, shown: Sequence[int]) -> None:
    """Let the visitor hide faces, see the result and download it."""
    settings, result = st.columns(2, gap="large")
    with settings:
        hiding, hidden = _choose_hiding(photo, shown)
    faces = [photo.analysis.faces[index] for index in hidden]
    with result:
        if not faces:
            st.info("Choose faces first: click them in the photo, or among the cut-out faces.")
            return
        try:
            preview = _hidden_preview(photo, faces, hiding)
        except TaskError as error:
            st.error(str(error))
            return
        st.image(
            preview,
            alt=f"{photo.name} with {counted(len(faces), 'face')} hidden",
        )
    workers = quiet_workers()
    with settings:
        offer_download(
            "Photo with hidden faces (JPEG)",
            lambda: workers(hide_in_photo, photo.data, faces, hiding),
            f"{file_stem(photo.name)}-hidden.jpg",
            "image/jpeg",
            "At full size, made from the original. It contains no date, place or thumbnail.",
        )


def _choose_hiding(photo: AnalysedPhoto, shown: Sequence[int]) -> tuple[Hiding, list[int]]:
    """How to hide, and the indices of the faces to hide."""
    hiding = choose_one("How", _LABELS, Hiding.BLUR, "hide")
    st.caption(_EXPLANATIONS[hiding])
    who = st.segmented_control(
        "Which faces", [_ALL, _CHOSEN], default=_ALL, required=True, key="hide_which", bind="query-params"
    )
    chosen = [index for index in shown if index in marks_in(photo).chosen]
    if who == _CHOSEN:
        st.button(
            f"Clear {counted(len(chosen), 'chosen face')}",
            icon=":material/undo:",
            disabled=not chosen,
            on_click=clear_chosen_faces,
            args=(photo,),
        )
    st.caption(
        "What stays visible, such as clothes and the place, can still show who somebody is. Before you share "
        "the photo, check that no face was missed."
    )
    return hiding, chosen if who == _CHOSEN else list(shown)


def _hidden_preview(photo: AnalysedPhoto, faces: Sequence[Face], hiding: Hiding) -> bytes:
    preview, width = photo.analysis.preview, photo.analysis.width
    with Progress(st.empty(), "Hiding the faces…") as progress:
        return in_worker(progress, hide_in_preview, preview, width, faces, hiding)
