import os
from pathlib import Path

import streamlit as st

from components.ui.owner import read_owner

WORDS = Path(__file__).parent / "privacy.md"

st.title("What happens to your photos", anchor=False)
# As wide as is easy to read.
with st.container(width=760):
    st.markdown(WORDS.read_text(encoding="utf-8"))
    st.header("Who runs this server", anchor=False)
    st.markdown(
        read_owner(os.environ).sentences()
        or "Its owner has not given a name here. Whoever sent you the link should know."
    )
