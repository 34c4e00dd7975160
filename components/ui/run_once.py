"""Long work that runs once for a visitor, with progress on the page."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.kept import check_room, note_kept, size_of
from components.ui.progress import Progress
from components.ui.streamlit_adapter import visitor_id

Result = TypeVar("Result")

# Bytes of most results. Work for which there is no room does not begin, since it would be done again at each
# run.
_USUAL_SIZE = 1024 * 1024


def run_once(
    name: str,
    key: Hashable,
    max_kept: int,
    work: Callable[[Progress], Result],
    place: DeltaGenerator,
    text: str,
) -> Result:
    """The result of some work, kept in the visitor's session; the work runs only where none is kept.

    `st.cache_resource` does the same for work without progress: a function that it caches can show none.

    Args:
        name: What kind of work it is; each kind keeps its own results.
        key: What the result depends on.
        max_kept: How many results of this kind are kept: those that were asked for last.
        work: Does the work while it reports progress, and gives something else than None. What it raises
            passes through, and nothing is kept.
        place: An empty place for the progress.
        text: What the page says meanwhile.

    Raises:
        NoRoomError: The result does not fit into what the server may keep.
    """
    result: Result | None = kept_results(name).get(key)
    if result is not None:
        keep(name, key, result, max_kept)
        return result
    check_room(visitor_id(), _USUAL_SIZE)
    with Progress(place, text) as progress:
        result = work(progress)
        check_room(visitor_id(), size_of(result))
        # Kept first: Streamlit ends a run that nobody waits for at the next change of the page.
        keep(name, key, result, max_kept)
    return result


def keep(name: str, key: Hashable, result: object, max_kept: int) -> None:
    """Keep a result as the latest of its kind, and only the latest ones."""
    results: dict[Hashable, object] = kept_results(name)
    results.pop(key, None)
    results[key] = result
    for oldest in list(results)[:-max_kept]:
        results.pop(oldest, None)
    note_kept(f"results: {name}", results)


def kept_results(name: str) -> dict[Hashable, Result]:
    """What a visitor's session keeps of one kind of work: results by their keys, the latest last."""
    results: dict[Hashable, Result] = st.session_state.setdefault(f"run_once_{name}", {})
    return results
