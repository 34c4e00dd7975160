from typing import Any, cast

import pytest
import streamlit
from streamlit.delta_generator import DeltaGenerator

from components.ui.progress import Progress
from components.ui.run_once import keep, kept_results, run_once


@pytest.fixture(autouse=True)
def _a_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit, "session_state", {})


class Place:
    """Stands for an empty place of the page; it can end the run, as Streamlit does."""

    def __init__(self, ends_the_run: bool = False) -> None:
        self.texts: list[str] = []
        self._ends_the_run = ends_the_run

    def progress(self, _share: float, text: str) -> "Place":
        self.texts.append(text)
        return self

    def empty(self) -> None:
        if self._ends_the_run:
            raise KeyboardInterrupt
        self.texts.append("")


class Work:
    """Gives its name, and counts how often it ran."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.runs = 0

    def __call__(self, _progress: Progress) -> str:
        self.runs += 1
        return self.name


def run(name: str, key: int, work: Any, max_kept: int = 2, place: Place | None = None) -> str:  # noqa: ANN401
    where = cast(DeltaGenerator, place or Place())
    return str(run_once(name, key, max_kept, work, where, "Working…"))


def test_work_runs_once_for_each_key() -> None:
    one, two = Work("one"), Work("two")
    for _ in range(3):
        assert run("words", 1, one) == "one"
        assert run("words", 2, two) == "two"
    assert (one.runs, two.runs) == (1, 1)


def test_nothing_is_on_the_page_after_the_work() -> None:
    place = Place()
    for _ in range(2):
        run("words", 1, Work("one"), place=place)
    assert place.texts == [""]


def test_finished_work_is_kept_when_the_run_of_the_page_ends_then() -> None:
    work = Work("one")
    with pytest.raises(KeyboardInterrupt):
        run("words", 1, work, place=Place(ends_the_run=True))
    assert run("words", 1, work) == "one"
    assert work.runs == 1


def test_each_kind_of_work_keeps_its_own() -> None:
    assert run("words", 1, Work("one")) == "one"
    assert run("other words", 1, Work("another")) == "another"


def test_what_was_asked_for_last_is_kept() -> None:
    first = Work("first")
    for key, work in ((1, first), (2, Work("second")), (1, first), (3, Work("third"))):
        run("words", key, work)
    assert kept_results("words") == {1: "first", 3: "third"}
    assert first.runs == 1


def test_results_can_be_kept_without_work() -> None:
    for key in range(4):
        keep("words", key, f"word {key}", 2)
    assert kept_results("words") == {2: "word 2", 3: "word 3"}


def test_work_that_fails_leaves_nothing_and_runs_again() -> None:
    def fail(_progress: Progress) -> str:
        raise RuntimeError("It went wrong.")

    with pytest.raises(RuntimeError):
        run("words", 1, fail)
    assert kept_results("words") == {}
    assert run("words", 1, Work("again")) == "again"


def test_results_belong_to_one_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work("mine")
    run("words", 1, work)
    monkeypatch.setattr(streamlit, "session_state", {})
    run("words", 1, work)
    assert work.runs == 2
