"""What the browser may report of the sheet, beside the faces that it shows."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit

from components.photo.photo_file import PhotoFile
from pages.album.sheet import sheet

FILES = {"key": PhotoFile.of("a.png", b"a")}


class Reports:
    """Lets the browser report something, and notes what the page is told of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[tuple[str, int]] = []
        self.removed: list[str] = []
        self._callbacks: dict[str, Callable[[], None]] = {}
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(sheet, "_sheet", self._show)

    def _show(self, **arguments: Any) -> SimpleNamespace:  # noqa: ANN401
        self._callbacks = {name: callback for name, callback in arguments.items() if name.startswith("on_")}
        return SimpleNamespace(chosen=None)

    def show(self, on_remove: Callable[[str], None] | None) -> None:
        sheet.show_sheet(FILES, lambda *face: self.opened.append(face), on_remove, searching=False)

    def report(self, **told: object) -> None:
        self._monkeypatch.setattr(streamlit, "session_state", {"album_sheet": SimpleNamespace(**told)})
        for name in told:
            self._callbacks[f"on_{name}_change"]()


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Reports:
    return Reports(monkeypatch)


def test_a_face_can_be_opened_and_its_photo_removed(reports: Reports) -> None:
    reports.show(reports.removed.append)
    reports.report(opened={"photo": "key", "index": 3})
    reports.report(removed="key")
    assert reports.opened == [("key", 3)]
    assert reports.removed == ["key"]


@pytest.mark.parametrize(
    "told",
    [None, "gone", 1, ["key"], {"photo": "gone", "index": 0}, {"photo": ["key"], "index": 0}, {"index": 0}],
)
def test_a_report_that_makes_no_sense_changes_nothing(reports: Reports, told: object) -> None:
    reports.show(reports.removed.append)
    reports.report(opened=told, removed=told)
    assert not reports.opened
    assert not reports.removed


def test_a_sample_cannot_be_removed(reports: Reports) -> None:
    reports.show(None)
    reports.report(removed="key")
    assert not reports.removed
