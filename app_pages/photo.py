import streamlit as st

from components.ui.photo_view import show_photos
from components.ui.photos import analyse_photos, choose_photos

st.title("Find the faces in a photo", anchor=False)
st.markdown(
    "Each face gets a box, five dots on eyes, nose and mouth, and a score that says how sure MTCNN is."
)
analysed = analyse_photos(choose_photos())
if analysed:
    show_photos(analysed)
