"""Page configuration and navigation: the script that Streamlit runs for each visitor."""

from pathlib import Path

import streamlit as st

from components.ui.memory import free_memory_once_a_visit

ICON = Path(__file__).parent / "icon.png"

st.set_page_config(page_title="Visavis", page_icon=ICON, layout="wide")

page = st.navigation(
    [
        st.Page("home/page.py", url_path="home", title="Home", icon=":material/home:", default=True),
        st.Page("photo/page.py", url_path="photo", title="Photo", icon=":material/photo_camera:"),
        st.Page("live/page.py", url_path="live", title="Live", icon=":material/videocam:"),
        st.Page("learn/page.py", url_path="learn", title="Learn", icon=":material/school:"),
        # Not built yet: it has an address and says so, and joins the menu when it works.
        st.Page("album/page.py", url_path="album", title="Album", visibility="hidden"),
    ],
    position="top",
)
page.run()
# After the page, so that the visitor does not wait for it.
free_memory_once_a_visit()
