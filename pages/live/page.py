import streamlit as st

st.title("Your face mesh, live", anchor=False)
st.markdown(
    "MediaPipe finds your face, draws a net of 478 points on it and follows it from frame to frame: "
    "a detector finds the face, and a tracker then knows where it is, so the detector seldom runs."
)
with st.spinner("Loading the face mesh. This happens once and takes some seconds…"):
    # Imported here, so that the text above is visible while MediaPipe and WebRTC load, which takes seconds.
    from pages.live.sources import show_live
show_live()
