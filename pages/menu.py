"""Page configuration and navigation: the script that Streamlit runs for each visitor."""

from pathlib import Path

import streamlit as st

from components.ui.frontend import show_style
from components.ui.memory import free_memory_once_a_visit
from components.workers.allocator import trim_memory
from components.workers.worker import TaskError
from pages.connection_notice import watch_connection
from pages.history_steps import keep_steps_to_pages
from pages.late_pictures import fetch_late_pictures
from pages.page_table import HOME, MENU, PAGES, PRIVACY

FOLDER = Path(__file__).parent

st.set_page_config(page_title="Visavis", page_icon=FOLDER / "icon.png", layout="wide")
# Also where a host sets another value over the repository's, as Streamlit Community Cloud does.
st.set_option("client.showErrorDetails", "none")
show_style(FOLDER / "page_style.css")

page = st.navigation(
    [
        st.Page(
            entry.script,
            title=entry.title,
            icon=entry.icon,
            url_path=entry.folder,
            default=entry is HOME,
            visibility="visible" if entry in MENU else "hidden",
        )
        for entry in PAGES
    ],
    position="top",
)
with st.container(horizontal=True, gap="small", key="narrow_menu"):
    for entry in MENU:
        st.page_link(entry.script, label=entry.title, icon=entry.icon)
try:
    page.run()
# What a page cannot show in its place: the server is busy or full, or a file is too much for it.
except TaskError as error:
    st.error(str(error))
with st.container(horizontal=True, key="footer"):
    st.page_link(PRIVACY.script, label="What happens to your photos", icon=PRIVACY.icon)
watch_connection()
keep_steps_to_pages()
fetch_late_pictures()
# After the page, so that the visitor does not wait for it.
free_memory_once_a_visit()
trim_memory()
