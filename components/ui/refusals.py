"""Files that cannot be shown, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.ui.text import counted, escape_markdown

# More sentences than this would push the photo off the page.
_MOST_SHOWN = 2

# More sentences than this in the list help nobody.
_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that cannot be used.

    Attributes:
        name: The file's name.
        reason: One sentence for the visitor.
    """

    name: str
    reason: str


def show_refusals(refusals: Sequence[Refusal]) -> None:
    """Say which files cannot be used and why: a few at once, many in a list to open."""
    sentences = [f"**{escape_markdown(refusal.name)}**: {refusal.reason}" for refusal in refusals]
    if len(sentences) <= _MOST_SHOWN:
        for sentence in sentences:
            st.error(sentence, icon=":material/broken_image:")
        return
    with st.expander(f"{counted(len(sentences), 'file')} cannot be used", icon=":material/broken_image:"):
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences[:_MOST_LISTED]))
        if more := sentences[_MOST_LISTED:]:
            st.markdown(f"And {counted(len(more), 'more file')}.")
