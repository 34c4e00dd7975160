import gc
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit

from components.ui import kept
from components.ui.kept import NoRoomError, check_room, note_kept, size_of
from components.workers.machine import MEGABYTE, Machine
from components.workers.plan import plan_for
from components.workers.worker import TaskError

PLAN = plan_for(Machine(2.0, 690 * MEGABYTE))


class Server:
    """A server with visitors of which one opens a page at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._visitor = ""
        self.sessions: dict[str, dict[str, object]] = {}
        self.uploads: dict[str, int] = {}
        streamlit.cache_resource.clear()
        monkeypatch.setattr(kept, "memory_plan", lambda: PLAN)
        monkeypatch.setattr(kept, "uploaded_bytes", lambda: self.uploads)
        monkeypatch.setattr(kept, "visitor_id", lambda: self._visitor)
        # Looked up at each use: Pytest would keep what it replaces.
        state = SimpleNamespace(setdefault=lambda *item: self.sessions[self._visitor].setdefault(*item))
        monkeypatch.setattr(streamlit, "session_state", state)

    def visit(self, visitor: str) -> None:
        self._visitor = visitor
        self.sessions.setdefault(visitor, {})

    def leave(self, visitor: str) -> None:
        del self.sessions[visitor]
        gc.collect()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    return Server(monkeypatch)


def test_one_visitor_may_keep_so_much_and_no_more(server: Server) -> None:
    server.visit("a")
    note_kept("results", bytes(PLAN.kept_by_one - 10 * MEGABYTE))
    server.uploads["a"] = 5 * MEGABYTE
    check_room("a", 4 * MEGABYTE)
    with pytest.raises(NoRoomError, match=r"46 MB.*remove some"):
        check_room("a", 6 * MEGABYTE)
    with pytest.raises(NoRoomError, match="remove some"):
        check_room("a", 3 * MEGABYTE, {"a": 3 * MEGABYTE})
    check_room("b", 6 * MEGABYTE)


def test_all_visitors_may_keep_so_much_and_no_more(server: Server) -> None:
    for visitor in "abc":
        server.visit(visitor)
        note_kept("results", bytes(PLAN.kept_by_all // 3 - 2 * MEGABYTE))
    check_room("d", 5 * MEGABYTE)
    with pytest.raises(NoRoomError, match="other visitors"):
        check_room("d", 7 * MEGABYTE)
    with pytest.raises(NoRoomError, match="other visitors"):
        check_room("d", 2 * MEGABYTE, {"e": 5 * MEGABYTE})


def test_who_leaves_makes_room(server: Server) -> None:
    for visitor in "abc":
        server.visit(visitor)
        note_kept("results", bytes(PLAN.kept_by_all // 3))
    with pytest.raises(NoRoomError):
        check_room("d", MEGABYTE)
    server.leave("b")
    check_room("d", MEGABYTE)


def test_what_is_replaced_counts_once(server: Server) -> None:
    server.visit("a")
    for _ in range(5):
        note_kept("results", bytes(PLAN.kept_by_one // 2))
    check_room("a", PLAN.kept_by_one // 3)


def test_a_refusal_is_an_error_that_pages_show() -> None:
    assert issubclass(NoRoomError, TaskError)


@dataclass
class Result:
    name: str
    pixels: np.ndarray
    parts: tuple[bytes, ...]


def test_the_size_of_a_result_is_that_of_its_parts() -> None:
    result = Result("a", np.zeros((100, 100, 3), np.uint8), (bytes(10_000), bytes(5_000)))
    assert 45_000 <= size_of(result) < 46_000
    assert size_of({"one": result, "two": [result]}) == pytest.approx(2 * size_of(result), rel=0.01)
    assert size_of(SimpleNamespace()) > 0
