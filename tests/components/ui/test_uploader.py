import pytest
import streamlit

from components.ui.uploader import refused_files


@pytest.fixture(autouse=True)
def _a_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit, "session_state", {"watcher": {"refused": ["a.JPG", "notes.txt", "b"]}})


def test_a_file_is_refused_for_its_kind_or_its_size() -> None:
    reasons = {refusal.name: refusal.reason for refusal in refused_files("watcher", "25 MB", ["jpg"], "JPEG")}
    assert "larger than 25 MB" in reasons["a.JPG"]
    for name in ("notes.txt", "b"):
        assert reasons[name] == "Files of this kind cannot be used; use JPEG."


def test_nothing_is_refused_before_the_browser_has_told() -> None:
    assert refused_files("another", "25 MB", ["jpg"], "JPEG") == []
