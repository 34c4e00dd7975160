import streamlit as st

from pages.learn.lesson import show_lesson

st.title("See what the network sees", anchor=False)
st.markdown(
    "How deep learning finds faces, in six short chapters and a knowledge check. All that you see is "
    "computed here by the networks of this app, and nearly all of it on a picture of your choice."
)
show_lesson()
