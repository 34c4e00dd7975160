"""The tab with the table of faces."""

import streamlit as st

from components.photo.export import face_rows
from components.photo.scores import confidence_label
from components.photo.selection import SelectedFaces
from pages.photo.advice import advice_without_faces

_COLUMNS = {
    "number": st.column_config.NumberColumn("Number", pinned=True),
    "confidence": st.column_config.TextColumn("Score (0 to 1)", help="Rounded down, as in the photo."),
    "x": st.column_config.NumberColumn("Left (px)", format="%.0f", help="Of the box, from the photo's edge."),
    "y": st.column_config.NumberColumn("Top (px)", format="%.0f", help="Of the box, from the photo's edge."),
    "width": st.column_config.NumberColumn("Width (px)", format="%.0f"),
    "height": st.column_config.NumberColumn("Height (px)", format="%.0f"),
    "eye_distance": st.column_config.NumberColumn("Eye distance (px)", format="%.1f"),
    "roll": st.column_config.NumberColumn(
        "Head tilt (°)", format="%.1f", help="Tilt of the head towards the person's left shoulder."
    ),
    "sharpness": st.column_config.NumberColumn(
        "Sharpness",
        format="%.0f",
        help="Fine detail in the face, without a unit: the larger, the sharper; below 50 it looks blurred.",
    ),
}


def show_table(shown: SelectedFaces, min_confidence: float) -> None:
    """Show what is known about each face."""
    if not len(shown):
        st.info(advice_without_faces(shown.photo, min_confidence))
        return
    # Also keeps the table's own buttons, which appear above it, off the tabs.
    st.caption("Scores from 0 to 1; lengths in pixels (px) of the photo. Download the table under Take home.")
    st.dataframe(
        [row | {"confidence": confidence_label(row["confidence"])} for row in face_rows(shown.for_export)],
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        hide_index=True,
        alt=f"Table of the faces in {shown.photo.name}",
    )
