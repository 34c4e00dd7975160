"""How every chapter begins and ends, and pictures side by side."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def show_question(question: str) -> None:
    """Begin a chapter with the question that it answers."""
    st.header(question, anchor=False)


def show_in_short(sentence: str) -> None:
    """End a chapter with what to remember."""
    st.html(f"<p class='learn-short'><strong>In short.</strong> {sentence}</p>")


def side_by_side() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two places side by side, on a phone too, for pictures to compare."""
    row = st.container(horizontal=True, wrap=False)
    return row.container(), row.container()
