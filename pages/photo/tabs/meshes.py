"""The tab with the face mesh on each face, with head pose and expressions."""

from collections.abc import Sequence

import streamlit as st

from components.mesh.model_file import ModelFileError
from components.photo.selection import AnalysedPhoto
from components.tasks.meshes import MeshedFace, lay_meshes
from components.ui.progress import Progress
from components.ui.run_once import keep, kept_results
from components.ui.shared_workers import in_worker
from components.workers.worker import TaskError
from pages.photo.marks import marks_in

# Photos whose meshes are kept, at about twenty kilobytes a face.
_KEPT = 2

# At most this many faces, so that a crowd does not keep the page busy; the visitor can choose others.
_MOST = 24


def show_meshes(photo: AnalysedPhoto, shown: Sequence[int]) -> None:
    """Show the mesh on the chosen faces, or on all that are shown."""
    chosen = [index for index in shown if index in marks_in(photo).chosen]
    indices = chosen or list(shown)
    if not indices:
        st.info("There is no face for a mesh. Move the confidence to the left, or try another photo.")
        return
    st.markdown(
        "MediaPipe's net of 478 points, as on the Live page, on each face, with the direction of the head "
        "and the strongest expressions. Choose faces in the photo to see only those."
    )
    try:
        results = _meshes(photo, indices[:_MOST])
    except (ModelFileError, TaskError) as error:
        st.error(str(error))
        return
    with st.container(horizontal=True):
        for index in indices[:_MOST]:
            _show_mesh(results[index], shown.index(index) + 1)
    if len(indices) > _MOST:
        st.caption(f"These are the first {_MOST} of {len(indices)} faces. Choose others in the photo.")


def _show_mesh(result: MeshedFace, number: int) -> None:
    with st.container(width=200):
        st.image(
            result.picture, width="stretch", alt=f"Mesh on face {number}" if result.pose else f"Face {number}"
        )
        if result.pose:
            st.markdown(f"**Face {number}**")
            st.caption(f"{result.pose}. {result.expressions or 'no strong expression'}".capitalize())
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
            found = in_worker(progress, lay_meshes, photo.data, faces)
            known = known | dict(zip(wanted, found, strict=True))
            keep("meshes", photo.id, known, _KEPT)
    return known
