"""Page configuration and navigation. Run it with `streamlit run streamlit_app.py`."""

from pathlib import Path

import streamlit as st

from components.ui.memory import free_memory_once_a_visit

ICON = Path(__file__).parent / "assets" / "icon.png"

st.set_page_config(page_title="Visavis", page_icon=ICON, layout="wide")

page = st.navigation(
    [
        st.Page("app_pages/home.py", title="Home", icon=":material/home:", default=True),
        st.Page("app_pages/photo.py", title="Photo", icon=":material/photo_camera:"),
        st.Page("app_pages/live.py", title="Live", icon=":material/videocam:"),
        st.Page("app_pages/learn.py", title="Learn", icon=":material/school:"),
        # Not built yet: it has an address and says so, and joins the menu when it works.
        st.Page("app_pages/album.py", title="Album", visibility="hidden"),
    ],
    position="top",
)
page.run()
# After the page, so that the visitor does not wait for it.
free_memory_once_a_visit()
