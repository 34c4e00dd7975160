"""Files to take home."""

from collections.abc import Callable

import streamlit as st


def offer_download(
    label: str, data: bytes | Callable[[], bytes], file_name: str, mime: str, explanation: str | None = None
) -> None:
    """Show a button that downloads a file, and does not run the page anew.

    Args:
        label: What the button says.
        data: The file's content; or a function that makes it when it is asked for.
        file_name: The name it is saved under.
        mime: Its media type.
        explanation: More about it, for who points at the button.
    """
    st.download_button(
        label,
        data,
        file_name,
        mime,
        help=explanation,
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
    )
