import streamlit as st

from pages.photo.find_faces import analyse_photos
from pages.photo.result import show_photos
from pages.photo.settings import choose_settings
from pages.photo.upload import choose_photos

st.title("Find the faces in a photo", anchor=False)
st.markdown(
    "Each face gets a box, five dots on eyes, nose and mouth, and a score that says how sure MTCNN is. "
    "Your photos stay in memory while you are here; nothing is stored or sent on."
)
files, options = st.columns([3, 1], gap="medium")
with options:
    settings = choose_settings()
photos = analyse_photos(choose_photos(files, options), settings.min_face_size)
if photos:
    show_photos(photos, settings)
