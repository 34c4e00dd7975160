"""The tab with the face mesh on each face, with head pose and expressions."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.mesh.expressions import expression_shares
from components.mesh.landmarker import MeshFace, find_meshes
from components.mesh.measures import head_pose
from components.mesh.model_file import ModelFileError
from components.mesh.overlay import MeshStyle, draw
from components.photo.crops import CropSettings, cut_face
from components.photo.image import encode_jpeg, read_photo
from components.photo.selection import AnalysedPhoto
from components.ui.progress import Progress
from components.ui.run_once import keep, kept_results
from pages.photo.marks import marks_in

# The landmarker's own detector needs some space around a face.
_CROP = CropSettings(margin=0.5)

# Longest side in pixels: the mesh network looks at 256, and the page shows half of this.
_SIDE = 400

# The share from which the page shows an expression.
_LEAST = 0.3

# Photos whose meshes are kept, at about twenty kilobytes a face.
_KEPT = 2

# At most this many faces, so that a crowd does not keep the page busy; the visitor can choose others.
_MOST = 24


@dataclass(frozen=True, slots=True)
class _Result:
    """A face with its mesh as a JPEG file, with pose and expressions; no pose where no mesh was found."""

    picture: bytes
    pose: str | None
    expressions: str


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
    except ModelFileError as error:
        st.error(str(error))
        return
    with st.container(horizontal=True):
        for index in indices[:_MOST]:
            _show_mesh(results[index], shown.index(index) + 1)
    if len(indices) > _MOST:
        st.caption(f"These are the first {_MOST} of {len(indices)} faces. Choose others in the photo.")


def _show_mesh(result: _Result, number: int) -> None:
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


def _meshes(photo: AnalysedPhoto, indices: Sequence[int]) -> dict[int, _Result]:
    """The meshes by the faces' indices; unknown ones are found now, with progress."""
    # When the visitor interrupts the work, the meshes found so far are kept.
    known: dict[int, _Result] = kept_results("meshes").get(photo.id, {})
    keep("meshes", photo.id, known, _KEPT)
    wanted = [index for index in indices if index not in known]
    if wanted:
        place = st.empty()
        progress = Progress(place, "Finding the mesh of each face…")
        image = read_photo(photo.data)
        for done, index in enumerate(wanted):
            progress(done / len(wanted))
            known[index] = _lay_mesh(cut_face(image, photo.analysis.faces[index], _CROP))
        place.empty()
    return known


def _lay_mesh(crop: NDArray[np.uint8]) -> _Result:
    factor = _SIDE / max(crop.shape[:2])
    # A small face is enlarged, so that the lines do not hide it.
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    image = np.asarray(cv2.resize(crop, None, fx=factor, fy=factor, interpolation=interpolation), np.uint8)
    meshes = find_meshes(image)
    if not meshes:
        return _Result(encode_jpeg(image, 85), None, "")
    (mesh,) = meshes
    return _Result(encode_jpeg(draw(image, meshes, MeshStyle()), 85), _pose(mesh), _expressions(mesh))


def _pose(mesh: MeshFace) -> str:
    pose = head_pose(mesh.pose)
    return f"Turned {pose.yaw:.0f}°, raised {pose.pitch:.0f}°, tilted {pose.roll:.0f}°"


def _expressions(mesh: MeshFace) -> str:
    """The strong expressions, strongest first."""
    shares = sorted(expression_shares(mesh).items(), key=lambda item: item[1], reverse=True)
    return ", ".join(f"{word.lower()} {100 * share:.0f} %" for word, share in shares if share >= _LEAST)
