"""Going back to the top of the page, where what is shown begins anew."""

from pathlib import Path

import streamlit as st

from components.ui.frontend import script
from components.ui.streamlit_adapter import MAIN_AREA

_top = st.components.v2.component("visavis_learn_top", js=script(Path(__file__).with_suffix(".js")))


def go_to_top(key: str, what: str) -> None:
    """Let the browser scroll up where this says something else than it did before.

    Args:
        key: Tells this from others on the page.
        what: What is shown; the first time, the page stays where it is.
    """
    _top(key=key, data={"what": what, "scroller": MAIN_AREA})
