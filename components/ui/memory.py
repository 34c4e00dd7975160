"""Freeing the memory of visitors who have left."""

import gc

import streamlit as st

from components.workers.allocator import trim_memory


def free_memory() -> None:
    """Collect all garbage, and exclude what is left from further collections.

    A session has reference cycles, which only a full collection frees. A full collection goes through 200,000
    objects that stay for good: a tenth of a second, in which no slider and no stream moves. Frozen, these
    objects cost nothing, and Python's own collections take milliseconds.
    """
    # Includes visitors who were still there at the last collection.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim_memory()
    # When Python collects everything next depends on how many objects this call finds.
    gc.collect()


@st.cache_resource(scope="session", show_spinner=False)
def free_memory_once_a_visit() -> None:
    """Free memory, once for each visitor."""
    free_memory()
