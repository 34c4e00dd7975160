import pytest
import streamlit

from components.ui.run_once import kept_results, run_once


@pytest.fixture(autouse=True)
def _a_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit, "session_state", {})


class Work:
    """Gives its name, and counts how often it ran."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.runs = 0

    def __call__(self) -> str:
        self.runs += 1
        return self.name


def test_work_runs_once_for_each_key() -> None:
    one, two = Work("one"), Work("two")
    for _ in range(3):
        assert run_once("words", 1, one, 2) == "one"
        assert run_once("words", 2, two, 2) == "two"
    assert (one.runs, two.runs) == (1, 1)


def test_each_kind_of_work_keeps_its_own() -> None:
    assert run_once("words", 1, Work("one"), 1) == "one"
    assert run_once("other words", 1, Work("another"), 1) == "another"


def test_what_was_asked_for_last_is_kept() -> None:
    first = Work("first")
    run_once("words", 1, first, 2)
    run_once("words", 2, Work("second"), 2)
    run_once("words", 1, first, 2)
    run_once("words", 3, Work("third"), 2)
    assert kept_results("words") == {1: "first", 3: "third"}
    assert first.runs == 1


def test_work_that_fails_leaves_nothing_and_runs_again() -> None:
    def fail() -> str:
        raise RuntimeError("It went wrong.")

    with pytest.raises(RuntimeError):
        run_once("words", 1, fail, 2)
    assert kept_results("words") == {}
    assert run_once("words", 1, Work("again"), 2) == "again"


def test_results_belong_to_one_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work("mine")
    run_once("words", 1, work, 2)
    monkeypatch.setattr(streamlit, "session_state", {})
    run_once("words", 1, work, 2)
    assert work.runs == 2
