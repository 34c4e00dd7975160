"""Giving back the memory of visitors who have left."""

import gc

import streamlit as st


def free_memory() -> None:
    """Collect what is no longer used, and take what is left out of the collector's sight.

    What a visitor leaves behind refers to itself in circles, and only a full collection frees it. With
    TensorFlow loaded, one goes through 400,000 objects that stay for good, which takes a quarter of a second,
    in which no slider and no stream moves. Out of sight, these cost nothing, and Python's own collections,
    now of little, come often and take milliseconds.
    """
    # Visitors who were there the last time may have left since.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # By what the latest one left in sight, Python decides when the next one is due.
    gc.collect()


@st.cache_resource(scope="session", show_spinner=False)
def free_memory_once_a_visit() -> None:
    """Free memory, once for each visitor."""
    free_memory()
