from pathlib import Path

import streamlit as st

from pages.page_table import LEARN, LIVE, PHOTO

PICTURES = Path(__file__).parent

words, picture = st.columns([2, 3], gap="large", vertical_alignment="center")
with words:
    st.title("Visavis", anchor=False)
    st.markdown(
        "Face to face with deep learning: give Visavis your photos, and it finds the faces in them. "
        "Three small neural networks draw a box around each face, mark eyes, nose and mouth, and say "
        "how sure they are. Or look into your webcam, and see a mesh of 478 points follow your own face. "
        "And learn, step by step, how a network finds a face in a picture. "
        "Photos and video stay in memory while you are here; nothing is stored or sent on."
    )
    if st.button("Find the faces in a photo", type="primary", icon=PHOTO.icon):
        st.switch_page(PHOTO.script)
    if st.button("See your own face mesh", icon=LIVE.icon):
        st.switch_page(LIVE.script)
    if st.button("Learn how a network sees", icon=LEARN.icon):
        st.switch_page(LEARN.script)
with picture.container(border=True):
    st.image(
        PICTURES / f"photo_page_{st.context.theme.type or 'light'}.jpg",
        width="stretch",
        alt="The Photo page: a portrait with its face boxed and eyes, nose and mouth marked; beside it the "
        "confidence slider and the face cut out.",
    )
