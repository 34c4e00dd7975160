"""The tab with the table of faces."""

import streamlit as st

from components.photo.export import PhotoFaces, face_rows

_COLUMNS = {
    "number": st.column_config.NumberColumn("Number", pinned=True),
    "confidence": st.column_config.NumberColumn("Confidence", format="%.4f"),
    "x": st.column_config.NumberColumn("Left", format="%.0f", help="Of the box, in pixels of the photo."),
    "y": st.column_config.NumberColumn("Top", format="%.0f", help="Of the box, in pixels of the photo."),
    "width": st.column_config.NumberColumn("Width", format="%.0f", help="In pixels of the photo."),
    "height": st.column_config.NumberColumn("Height", format="%.0f", help="In pixels of the photo."),
    "eye_distance": st.column_config.NumberColumn(
        "Eye distance", format="%.1f", help="Pixels between the eyes."
    ),
    "roll": st.column_config.NumberColumn(
        "Head roll", format="%.1f°", help="Tilt of the head towards the person's left shoulder."
    ),
    "sharpness": st.column_config.NumberColumn(
        "Sharpness",
        format="%.0f",
        help="Fine detail in the face: the larger, the sharper; below 100 it looks blurred.",
    ),
}


def show_table(faces: PhotoFaces) -> None:
    """Show what is known about each face."""
    if not faces.faces:
        st.info("There is no face to list. Move the confidence to the left, or try another photo.")
        return
    st.dataframe(
        face_rows(faces),
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        hide_index=True,
        alt=f"Table of the faces in {faces.name}",
    )
