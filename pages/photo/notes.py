"""What a visitor should know about the photo that is open."""

import streamlit as st

from components.photo.selection import AnalysedPhoto
from components.ui.text import escape_markdown
from components.ui.visitor_photos import photo_from_album
from pages.page_table import ALBUM
from pages.photo.marks import turn_with_marks

# In the session: the photos whose suggested turn the visitor does not want, each as it stands.
_LEFT = "photos_left_as_they_are"


def show_notes(photo: AnalysedPhoto) -> None:
    """Say what is special about a photo, and offer to turn one that lies on its side."""
    name = escape_markdown(photo.name)
    if photo.file.id in {opened.id for opened in photo_from_album()}:
        st.page_link(ALBUM.script, label="Back to the album", icon=":material/arrow_back:")
    if photo.analysis.first_of_several:
        st.info(
            f"**{name}**: the file holds several pictures, as animations do; the first is shown.",
            icon=":material/filter_1:",
        )
    if photo.analysis.cut_short:
        st.warning(
            f"**{name}**: the file ends early, so a part of the picture is missing and grey. Look for a "
            "whole copy if you need that part.",
            icon=":material/broken_image:",
        )
    if photo.analysis.suggested_turns and photo.id not in st.session_state.get(_LEFT, set()):
        _offer_turn(photo)


def _offer_turn(photo: AnalysedPhoto) -> None:
    turns = photo.analysis.suggested_turns
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        lies = "stands on its head" if turns == 2 else "lies on its side"
        st.markdown(f"This photo probably {lies}. Turn it?", width="content")
        st.button(
            "Turn it upright",
            type="primary",
            icon=":material/rotate_right:",
            on_click=turn_with_marks,
            args=(photo, turns),
        )
        st.button("Leave it", on_click=_leave, args=(photo,))
    st.space("small")


def _leave(photo: AnalysedPhoto) -> None:
    st.session_state.setdefault(_LEFT, set()).add(photo.id)
