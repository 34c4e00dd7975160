"""The Live page: the webcam, a sample clip or a video file, through one processor."""

import logging

import streamlit as st

from components.mesh.landmarker import check_mesh
from components.mesh.model_file import MeshUnavailableError
from pages.live.clips import show_sample_clip, show_video_file
from pages.live.stream import leave_webcam, show_webcam

_SOURCE = "live_source"
_WEBCAM, _SAMPLE, _VIDEO = "Webcam", "Sample clip", "Video file"


def show_live() -> None:
    """Let the visitor choose where the picture comes from, and show it with its meshes."""
    _require_mesh()
    source = st.segmented_control(
        "Picture from",
        [_WEBCAM, _SAMPLE, _VIDEO],
        default=_WEBCAM,
        required=True,
        key=_SOURCE,
        persist_state="session",
        label_visibility="collapsed",
    )
    if source == _WEBCAM:
        show_webcam(_choose_sample)
        return
    if source == _SAMPLE:
        show_sample_clip()
    else:
        show_video_file()
    leave_webcam()


def _choose_sample() -> None:
    st.session_state[_SOURCE] = _SAMPLE


def _require_mesh() -> None:
    """End the page with a sentence where there can be no mesh."""
    try:
        check_mesh()
    except MeshUnavailableError as error:
        logging.getLogger(__name__).exception("The face mesh cannot be loaded")
        st.error(str(error), icon=":material/error:")
        st.stop()
