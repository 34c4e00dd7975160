"""What the browser's Back does."""

from pathlib import Path

import streamlit as st

from components.ui.frontend import script

_steps = st.components.v2.component("visavis_history_steps", js=script(Path(__file__).with_suffix(".js")))


def keep_steps_to_pages() -> None:
    """Let Back lead from one page to the page before, as it was left, and never through single choices."""
    _steps(key="history_steps")
