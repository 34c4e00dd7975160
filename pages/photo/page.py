import streamlit as st

from components.ui.refusals import show_refusals
from pages.photo.find_faces import analyse_photos
from pages.photo.result import show_photos
from pages.photo.settings import choose_settings
from pages.photo.upload import choose_photos

st.title("Find the faces in a photo", anchor=False)
brought = choose_photos()
settings = choose_settings()
photos, refusals = analyse_photos(brought.files, settings.min_face_size)
show_refusals([*brought.refusals, *refusals])
if photos:
    show_photos(photos, settings)
