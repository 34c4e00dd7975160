import streamlit as st

words, picture = st.columns([2, 3], gap="large", vertical_alignment="center")
with words:
    st.title("Visavis", anchor=False)
    st.markdown(
        "Visavis finds every face in your photos and shows how sure it is of each. "
        "It works with MTCNN, a cascade of three small neural networks that you can watch at work. "
        "Your photos stay in memory while you are here: nothing is stored or sent on."
    )
    if st.button("Find the faces in a photo", type="primary", icon=":material/photo_camera:"):
        st.switch_page("app_pages/photo.py")
with picture:
    st.image(
        "assets/photo_page.jpg",
        caption="The Photo page",
        width="stretch",
        alt="A portrait with the face boxed and five dots on eyes, nose and mouth; beside it a confidence "
        "slider and the face cut out.",
    )
