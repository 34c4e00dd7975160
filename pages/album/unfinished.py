"""What a page says that is not built yet."""

import streamlit as st


def show_unfinished(title: str, promise: str) -> None:
    """Say honestly that a page does not work yet, what it will do, and where to go meanwhile."""
    st.title(title, anchor=False)
    st.info(f"This page is not built yet. {promise}", icon=":material/construction:")
    st.page_link("photo/page.py", label="Find faces in a photo", icon=":material/photo_camera:")
