import os
from pathlib import Path

import streamlit as st

from components.ui.data_url import webp_url
from components.ui.frontend import show_style
from components.ui.owner import read_owner
from pages.page_table import ALBUM, LEARN, LIVE, PHOTO, PageEntry

FOLDER = Path(__file__).parent


def show_card(entry: PageEntry, picture: str, alt: str, promise: str) -> None:
    """A way to a page: a picture that moves, except for visitors who want no motion, and a button."""
    loop, still = (webp_url((FOLDER / f"{picture}{kind}.webp").read_bytes()) for kind in ("", "_still"))
    with st.container(border=True):
        st.html(
            f"<div class='card'><img class='moving' src='{loop}' alt='{alt}'>"
            f"<img class='still' src='{still}' alt='{alt}'></div>"
        )
        if st.button(promise, key=entry.folder, type="primary", icon=entry.icon, width="stretch"):
            st.switch_page(entry.script)


show_style(FOLDER / "page.css")
st.title("Visavis", anchor=False)
st.html("<p class='promise'>Face to face with deep learning: see how a network finds faces.</p>")
photo, live, learn = st.columns(3, gap="medium")
with photo:
    show_card(
        PHOTO,
        "crowd",
        "People of a group photo. As the cut-off rises, boxes without a face disappear, then boxes of faces.",
        "Find and hide faces",
    )
with live:
    show_card(LIVE, "mesh", "A moving face with a net of points that follows it.", "See your own face mesh")
with learn:
    show_card(
        LEARN,
        "features",
        "A portrait, half as a photo and half as one filter of the network sees it.",
        "How a network sees",
    )
st.page_link(ALBUM.script, label="Hundreds of photos? Put them in an album.", icon=ALBUM.icon)
st.markdown("Photos and video stay in this server's memory while you are here; nothing is stored or sent on.")
if owner := read_owner(os.environ).sentences():
    st.markdown(owner)
