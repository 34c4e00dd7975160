"""Long work that runs once for a visitor, with progress on the page."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

Result = TypeVar("Result")


def run_once(name: str, key: Hashable, work: Callable[[], Result], max_kept: int) -> Result:
    """The result of some work, kept in the visitor's session; the work runs only where none is kept.

    `st.cache_resource` does the same for work without progress: a function that it caches can show none.

    Args:
        name: What kind of work it is; each kind keeps its own results.
        key: What the result depends on.
        work: Does the work, and gives something else than None. What it raises passes through, and nothing
            is kept.
        max_kept: How many results of this kind are kept: those that were asked for last.
    """
    results: dict[Hashable, Result] = kept_results(name)
    kept = results.get(key)
    # A run of the page that this one replaces may still be at the same work: then the later result counts.
    result = work() if kept is None else kept
    # Put at the end, where the result asked for last belongs.
    results.pop(key, None)
    results[key] = result
    for oldest in list(results)[:-max_kept]:
        results.pop(oldest, None)
    return result


def kept_results(name: str) -> dict[Hashable, Result]:
    """What a visitor's session keeps of one kind of work: results by their keys."""
    results: dict[Hashable, Result] = st.session_state.setdefault(f"run_once_{name}", {})
    return results
