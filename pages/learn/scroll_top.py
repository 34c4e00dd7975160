"""Going back to the top of the page, where what is shown begins anew."""

from pathlib import Path

import streamlit as st

_top = st.components.v2.component(
    "visavis_learn_top", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def go_to_top(key: str, what: str) -> None:
    """Let the browser scroll up where this says something else than it did before.

    Args:
        key: Tells this from others on the page.
        what: What is shown; the first time, the page stays where it is.
    """
    _top(key=key, data={"what": what})
