import streamlit as st

from components.ui.photo_settings import choose_settings
from components.ui.photo_view import show_photos
from components.ui.photos import analyse_photos, choose_photos, sample, take_photo

st.title("Find the faces in a photo", anchor=False)
st.markdown(
    "Each face gets a box, five dots on eyes, nose and mouth, and a score that says how sure MTCNN is. "
    "Your photos stay in memory while you are here; nothing is stored or sent on."
)
files, options = st.columns([3, 1], gap="medium")
with files:
    uploaded = choose_photos()
with options:
    settings = choose_settings()
    taken = take_photo()
analysed = analyse_photos(uploaded + taken or sample(), settings.min_face_size)
if analysed:
    show_photos(analysed, settings)
