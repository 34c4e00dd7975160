from pathlib import Path

import streamlit as st

from components.ui.detector import start_loading_detector

PICTURES = Path(__file__).parent

words, picture = st.columns([2, 3], gap="large", vertical_alignment="center")
with words:
    st.title("Visavis", anchor=False)
    st.markdown(
        "Face to face with deep learning: give Visavis your photos, and it finds the faces in them. "
        "Three small neural networks, one after the other, box each face, mark eyes, nose and mouth, and say "
        "how sure they are. Or look into your webcam, and see a mesh of 478 points follow your own face. "
        "And see, step by step, what a network makes of a picture. "
        "Photos and video stay in memory while you are here; nothing is stored or sent on."
    )
    if st.button("Find the faces in a photo", type="primary", icon=":material/photo_camera:"):
        st.switch_page("photo/page.py")
    if st.button("See your own face mesh", icon=":material/videocam:"):
        st.switch_page("live/page.py")
    if st.button("Learn how a network sees", icon=":material/school:"):
        st.switch_page("learn/page.py")
with picture.container(border=True):
    st.image(
        PICTURES / f"photo_page_{st.context.theme.type or 'light'}.jpg",
        width="stretch",
        alt="The Photo page: a portrait with its face boxed and eyes, nose and mouth marked; beside it the "
        "confidence slider and the face cut out.",
    )

# After the page, so that the visitor sees it at once; TensorFlow then takes seconds to load, and is there
# when the Photo page is opened. A server that only serves the Live page never loads it.
start_loading_detector()
