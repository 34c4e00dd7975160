"""The server. Run it with `streamlit run streamlit_app.py`."""

import streamlit as st

app = st.App("pages/menu.py")
