import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.state.session_state import SessionState

from components.ui import departures
from components.ui.streamlit_adapter import end_session, remaining_sessions


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happens, in words; a session is its own name."""
    done: list[str] = []
    monkeypatch.setattr(departures, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(departures, "end_session", lambda session: done.append(f"ended {session}"))
    monkeypatch.setattr(departures, "forget_in_workers", lambda: done.append("forgotten"))
    monkeypatch.setattr(departures, "free_memory", lambda: done.append("freed"))
    return done


def watch(looks: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch the visitors until there is nothing more to see."""
    monkeypatch.setattr(departures, "remaining_sessions", looks)
    # In another thread, since a browser test may have left an event loop in this one.
    with ThreadPoolExecutor(1) as thread, pytest.raises(StopAsyncIteration):
        thread.submit(asyncio.run, departures.forget_who_left()).result()


def seen(*looks: str | Exception) -> Callable[[], dict[str, Any]]:
    """Who is there at each look, in words; an exception is raised."""
    coming = iter(looks)

    def look() -> dict[str, Any]:
        here = next(coming, StopAsyncIteration())
        if isinstance(here, Exception):
            raise here
        return {name: name for name in here.split()}

    return look


def test_a_session_that_is_gone_is_ended_once_and_its_memory_freed(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(seen("", "a", "a b", "b", "b", "b", "b", "b"), monkeypatch)
    assert done[:3] == ["ended a", "forgotten", "freed"]
    # Once more for what ended a moment later, but not for good.
    assert done[3:] == ["freed", "freed"]


def test_nothing_happens_while_everybody_stays(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    watch(seen("a", "a b", "a b", "a b c"), monkeypatch)
    assert done == []


def test_when_streamlit_has_changed_the_log_says_so_and_the_server_goes_on(
    done: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        watch(seen("a", AttributeError("no cache"), "b", "b"), monkeypatch)
    assert "Sessions of visitors who have left are not ended" in caplog.text
    assert done[0] == "ended a"


def test_an_ended_session_is_empty() -> None:
    changed = "Streamlit's sessions have changed: see `end_session` in streamlit_adapter.py"
    parts = {
        "_session_state": SessionState(),
        "_fragment_storage": MemoryFragmentStorage(),
        "_browser_queue": ForwardMsgQueue(),
    }
    names = AppSession.__init__.__code__.co_names
    assert parts.keys() <= {*names}, changed
    ended = []
    session = SimpleNamespace(**parts, shutdown=lambda: ended.append(True))
    session._session_state["photo"] = b"bytes"
    session._session_state._new_widget_state.widget_metadata["button"] = object()
    session._fragment_storage.register("fragment", lambda: None)
    end_session(session)
    assert ended == [True]
    assert not session._session_state.filtered_state, changed
    assert not session._session_state._new_widget_state.widget_metadata, changed
    assert not session._fragment_storage.contains("fragment"), changed


def test_streamlit_still_keeps_sessions_where_they_are_looked_for() -> None:
    assert callable(getattr(MemorySessionStorage()._cache, "expire", None)), (
        "Streamlit keeps sessions that were left elsewhere: see `remaining_sessions` in streamlit_adapter.py"
    )


def test_without_a_server_there_are_no_sessions() -> None:
    assert remaining_sessions() == {}
