"""Frames over Streamlit's own connection, as a component's values: a way wherever the page has one."""

import base64
import logging
import time
from pathlib import Path

import streamlit as st

from components.live.jpeg_frames import FrameError
from components.live.limits import MAX_JPEG_BYTES
from components.ui.frontend import script
from pages.live.webcam.frame_answers import FrameAnswers

_component = st.components.v2.component(
    "visavis_frames", js=script(Path(__file__).parent / "page_frames.js"), html="<span></span>"
)

_KEY = "live_frames"

# A frame's letters in base64, which writes three bytes as four.
_MOST_LETTERS = 2 * MAX_JPEG_BYTES


@st.fragment
def carry_frames(answers: FrameAnswers) -> None:
    """Answer the frames that the browser sends as a component's values; each runs this fragment only."""
    _component(
        key=_KEY,
        # Each run gives it again, since a run may throw away what the one before has not sent yet.
        data=answers.latest,
        on_frame_change=lambda: _take(answers),
    )


def _take(answers: FrameAnswers) -> None:
    frame = st.session_state[_KEY].frame
    # Streamlit calls this also when the value is taken back.
    if not frame or answers.ended:
        return
    # Whoever sends more waits, and nobody else with them.
    time.sleep(max(answers.due - time.perf_counter(), 0))
    try:
        if len(frame) > _MOST_LETTERS:
            raise FrameError(f"a frame has more than {_MOST_LETTERS} letters")
        answers.answer(base64.b64decode(frame, validate=True))
    # Not what this app's page sends, so it is not answered.
    except (ValueError, TypeError) as error:
        logging.getLogger(__name__).warning("A stream was refused: %s", error)
        answers.stop()
