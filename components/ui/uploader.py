"""What Streamlit's uploader lacks: pictures that are pasted, and word of files that it refuses or forgets."""

from collections.abc import Callable, Collection
from pathlib import Path, PurePath

import streamlit as st

from components.ui.frontend import script
from components.ui.refusals import Refusal
from components.ui.streamlit_adapter import file_input, refused_file_names, visitor_id

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
    if count:
        st.session_state[_gone_key(parameter)] = False

    def note_that_photos_are_gone() -> None:
        st.session_state[_gone_key(parameter)] = True

    _watch(
        key=key,
        data={
            "visit": visitor_id(),
            "input": file_input(uploader_key),
            "refused": refused_file_names(uploader_key),
            "parameter": parameter,
            "photos": count,
        },
        on_refused_change=on_refused,
        on_lost_change=note_that_photos_are_gone,
    )


def refused_files(key: str, limit: str, endings: Collection[str], kinds: str) -> list[Refusal]:
    """The files that an uploader itself refused.

    Args:
        key: The watcher's name in the session.
        limit: The size that a file may have, in words, such as `25 MB`.
        endings: How the names of files end that the uploader takes, in lower case and without the dot.
        kinds: These kinds of files in words.
    """
    names: list[str] = st.session_state.get(key, {}).get("refused") or []
    too_large = f"The file is larger than {limit}; make it smaller and try again."
    another_kind = f"Files of this kind cannot be used; use {kinds}."
    return [
        Refusal(str(name), too_large if PurePath(str(name)).suffix[1:].lower() in endings else another_kind)
        for name in names[:_MOST_NAMES]
    ]


def say_that_photos_are_gone(parameter: str) -> None:
    """Tell a visitor who has no photos, but had some on this page or came by such an address, why.

    Args:
        parameter: The name in the address for the count, as for `watch_uploader`.
    """
    if st.session_state.setdefault(_gone_key(parameter), parameter in st.query_params):
        st.info(
            "This address brings back the settings, but no photos: those stay with whoever opened them, and "
            "only until the page is closed or loaded again, or the server restarts. Open them here once "
            "more, or look at the sample.",
            icon=":material/link:",
        )


def _gone_key(parameter: str) -> str:
    return f"{parameter}_photos_are_gone"
