"""What visitors read while the server does not answer."""

from pathlib import Path

import streamlit as st

from components.ui.frontend import script
from components.ui.streamlit_adapter import (
    CONNECTION_DIALOG,
    CONNECTION_DIALOG_COMMAND,
    CONNECTION_DIALOG_TITLE,
)

WAITING = (
    "The server does not answer. It may be starting again, or your network may be down. This page keeps "
    "trying. After a restart, photos and videos have to be chosen again."
)
OVER = "The connection to the server broke, and this page cannot repair it. Load the page again."

# Seconds between runs of a fragment that does nothing.
_SELDOM = 3600

_notice = st.components.v2.component(
    "visavis_connection_notice", js=script(Path(__file__).with_suffix(".js"))
)


def watch_connection() -> None:
    """Replace Streamlit's notice of a lost connection by the app's, and let the page run once it is back.

    The next server may know nothing of the visitor. Streamlit's browser part shows the old page all the same
    and asks for a new one only where a fragment runs by itself.
    """
    _notice(
        key="connection_notice",
        data={
            "dialog": CONNECTION_DIALOG,
            "title": CONNECTION_DIALOG_TITLE,
            "command": CONNECTION_DIALOG_COMMAND,
            "words": {"waiting": WAITING, "over": OVER},
        },
    )
    st.fragment(_do_nothing, run_every=_SELDOM)()


def _do_nothing() -> None:
    """A fragment without content."""
