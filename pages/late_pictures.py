"""Pictures that the server does not have at the moment when the browser asks for them."""

from pathlib import Path

import streamlit as st

from components.ui.frontend import script
from components.ui.streamlit_adapter import MEDIA_FOLDER

_late_pictures = st.components.v2.component(
    "visavis_late_pictures", js=script(Path(__file__).with_suffix(".js"))
)


def fetch_late_pictures() -> None:
    """Let the browser ask again for pictures of the page that were not there yet."""
    _late_pictures(key="late_pictures", data={"folder": MEDIA_FOLDER})
