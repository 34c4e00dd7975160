import streamlit as st

from pages.page_table import PHOTO

st.title("Album", anchor=False)
st.info(
    "This page is not built yet. It will find the faces in many photos at once.",
    icon=":material/construction:",
)
st.page_link(PHOTO.script, label="Find faces in a photo", icon=PHOTO.icon)
