import streamlit as st

from components.ui.learn import show_lesson

st.title("See what the network sees", anchor=False)
st.markdown(
    "How deep learning finds faces, in eight short chapters. All you see is worked out just now, by the very "
    "networks of this app, on a picture of your choice."
)
show_lesson()
