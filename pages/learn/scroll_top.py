"""Scrolling to the top of the page when it shows something else."""

from pathlib import Path

import streamlit as st

from components.ui.frontend import script
from components.ui.streamlit_adapter import MAIN_AREA

_top = st.components.v2.component("visavis_learn_top", js=script(Path(__file__).with_suffix(".js")))


def go_to_top(key: str, what: str) -> None:
    """Scroll to the top when `what` differs from the run before.

    Args:
        key: Identifies this element on the page.
        what: What the page shows; at the first run, the page stays where it is.
    """
    _top(key=key, data={"what": what, "scroller": MAIN_AREA})
