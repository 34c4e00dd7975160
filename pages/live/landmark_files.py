"""The landmarks of a recording or a video, to take home."""

from collections.abc import Sequence

import streamlit as st

from components.live.landmark_table import LandmarkRow, landmarks_csv, landmarks_json_lines
from components.ui.downloads import offer_download

_HELP = (
    "For each face in each frame: the 478 points in pixels, as the camera saw them, not mirrored; 52 "
    "expressions; pose and angles of the head, and of the eyes in it; blinks so far; the frame's size."
)


def offer_landmarks(rows: Sequence[LandmarkRow], file_stem: str) -> None:
    """Offer the landmarks as a table and as JSON lines; each is made when the visitor asks for it."""
    table, lines = st.columns(2)
    with table:
        offer_download(
            "Landmarks (CSV)", lambda: landmarks_csv(rows), f"{file_stem}-landmarks.csv", "text/csv", _HELP
        )
    with lines:
        offer_download(
            "Landmarks (JSON lines)",
            lambda: landmarks_json_lines(rows),
            f"{file_stem}-landmarks.jsonl",
            "application/jsonl",
            _HELP,
        )
