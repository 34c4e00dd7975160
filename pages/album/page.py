import streamlit as st

from pages.album.album import choose_min_face_size, show_album
from pages.album.bring import bring_photos, own_photos, refusals, samples

st.title("Find the faces in many photos", anchor=False)
st.caption("All of them on one sheet, to sort and to filter, and to take home as pictures and tables.")
bring_photos()
show_album(own_photos() or samples(), refusals(), choose_min_face_size())
