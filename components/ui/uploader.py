"""What Streamlit's uploader lacks: pictures that are pasted, and word of the files that it refuses."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from components.ui.frontend import script
from components.ui.refusals import Refusal
from components.ui.streamlit_adapter import file_input, refused_file_names

_watch = st.components.v2.component(
    "visavis_uploader", js=script(Path(__file__).parent / "js" / "uploader.js")
)

# More names would not help anybody.
_MOST_NAMES = 20


def watch_uploader(
    key: str, uploader_key: str, parameter: str, count: int, on_refused: Callable[[], None] = lambda: None
) -> None:
    """Let pictures be pasted, learn which files are too large, and count what was brought in the address.

    Args:
        key: The watcher's name in the session.
        uploader_key: The uploader's.
        parameter: The name in the address for the count.
        count: How many photos the visitor has brought.
        on_refused: Called when other files are refused than before.
    """
    _watch(
        key=key,
        data={
            "input": file_input(uploader_key),
            "refused": refused_file_names(uploader_key),
            "parameter": parameter,
            "photos": count,
        },
        on_refused_change=on_refused,
    )


def refused_files(key: str, limits: str) -> Sequence[Refusal]:
    """The files that an uploader itself refused, since they are too large.

    Args:
        key: The watcher's name in the session.
        limits: The limit in words, such as `25 MB`.
    """
    names: list[str] = st.session_state.get(key, {}).get("refused") or []
    reason = f"The file is larger than {limits}; make it smaller and try again."
    return [Refusal(str(name), reason) for name in names[:_MOST_NAMES]]
