import streamlit as st

st.title("Your face mesh, live", anchor=False)
st.markdown(
    "MediaPipe finds your face, lays a net of 478 points on it and follows it from frame to frame: "
    "a detector looks for the face, and a lighter tracker keeps it."
)
with st.spinner("Loading the face mesh. This happens once and takes some seconds…"):
    # Here, so that the words above are seen meanwhile: MediaPipe and WebRTC take seconds to load once.
    from pages.live.sources import show_live
show_live()
