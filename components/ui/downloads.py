"""Files that the visitor can download."""

from collections.abc import Callable

import streamlit as st


def offer_download(
    label: str, data: bytes | Callable[[], bytes], file_name: str, mime: str, explanation: str | None = None
) -> None:
    """Show a button that downloads a file without running the page again.

    Args:
        label: The button's text.
        data: The file's content, or a function that makes it when the visitor asks for it.
        file_name: The file's name.
        mime: The file's media type.
        explanation: More about the file, shown when the pointer is on the button.
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
