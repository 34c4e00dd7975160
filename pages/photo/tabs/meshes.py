"""The tab with the face mesh on each face, with head pose and expressions."""

from collections.abc import Sequence

import streamlit as st

from components.mesh.model_file import MeshUnavailableError
from components.photo.selection import AnalysedPhoto, SelectedFaces
from components.tasks.meshes import MeshedFace, lay_meshes
from components.ui.progress import Progress
from components.ui.run_once import keep, kept_results
from components.ui.shared_workers import in_worker
from components.workers.worker import TaskError
from pages.photo.advice import advice_without_faces
from pages.photo.marks import marks_in

# Photos whose meshes are kept, at about twenty kilobytes a face.
_KEPT = 2

# Faces that are shown at first, so that the tab stays short on a phone; and the photo of which the visitor
# wants to see more, in the session.
_FIRST, _MORE = 6, "more_meshes"

# At most this many faces, so that a crowd does not keep the page busy; the visitor can choose others.
_MOST = 24


def show_meshes(shown: SelectedFaces, min_confidence: float) -> None:
    """Show the mesh on the chosen faces, or on all that are shown."""
    photo = shown.photo
    chosen = [index for index in shown.indices if index in marks_in(photo).chosen]
    indices = chosen or list(shown.indices)
    if not indices:
        st.info(advice_without_faces(photo, min_confidence))
        return
    st.markdown(
        "MediaPipe's net of 478 points, as on the Live page, on each face, with the direction of the head "
        "and the strongest expressions. Choose faces in the photo to see only those."
    )
    first = indices[:_FIRST]
    more = indices[:_MOST] if st.session_state.get(_MORE) == photo.id else first
    try:
        results = _meshes(photo, more)
    except (MeshUnavailableError, TaskError) as error:
        st.error(str(error))
        return
    with st.container(horizontal=True):
        for index in more:
            _show_mesh(results[index], shown.indices.index(index) + 1)
    if len(more) < len(indices[:_MOST]):
        st.button(
            f"Show {len(indices[:_MOST])} faces",
            icon=":material/expand_more:",
            on_click=lambda: st.session_state.update({_MORE: photo.id}),
        )
    elif len(indices) > _MOST:
        st.caption(f"These are the first {_MOST} of {len(indices)} faces. Choose others in the photo.")


def _show_mesh(result: MeshedFace, number: int) -> None:
    with st.container(width=160):
        st.image(
            result.picture, width="stretch", alt=f"Mesh on face {number}" if result.pose else f"Face {number}"
        )
        if result.pose:
            st.markdown(f"**Face {number}**")
            expressions = result.expressions or "no strong expression"
            st.caption(f"{result.pose}. {expressions[0].upper()}{expressions[1:]}.")
        else:
            st.markdown(f"**Face {number}**")
            st.caption("No mesh fits: the face is too small, too blurred or turned too far.")


def _meshes(photo: AnalysedPhoto, indices: Sequence[int]) -> dict[int, MeshedFace]:
    """The meshes by the faces' indices; unknown ones are found now, with progress."""
    known: dict[int, MeshedFace] = kept_results("meshes").get(photo.id, {})
    wanted = [index for index in indices if index not in known]
    if wanted:
        faces = [photo.analysis.faces[index] for index in wanted]
        with Progress(st.empty(), "Finding the mesh of each face…") as progress:
            found = in_worker(progress, lay_meshes, photo.file, faces)
            known = known | dict(zip(wanted, found, strict=True))
            keep("meshes", photo.id, known, _KEPT)
    return known
