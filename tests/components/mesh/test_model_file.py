import io
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.mesh import model_file
from components.mesh.model_file import SETTING, MeshUnavailableError, load_model


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    load_model.cache_clear()
    yield
    load_model.cache_clear()


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "_wheels_copy", lambda: None)


def test_the_model_comes_with_the_wheel() -> None:
    assert len(load_model()) == 3_758_596
    assert load_model() is load_model()


def test_a_setting_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = load_model()
    load_model.cache_clear()
    file = tmp_path / "own.task"
    file.write_bytes(content)
    monkeypatch.setattr(model_file, "_wheels_copy", lambda: tmp_path / "not there")
    monkeypatch.setenv(SETTING, str(file))
    assert load_model() == content


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path / "absent.task"))
    with pytest.raises(MeshUnavailableError, match=r"cannot be read from .*absent\.task; put the file there"):
        load_model()


def test_another_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "other.task"
    file.write_bytes(b"something else")
    monkeypatch.setenv(SETTING, str(file))
    with pytest.raises(MeshUnavailableError, match=r"other\.task is not the expected file"):
        load_model()


@pytest.mark.usefixtures("no_wheel")
def test_a_download_of_another_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(address: str, timeout: float) -> io.BytesIO:
        asked.append((address, timeout))
        return io.BytesIO(b"a page that says no")

    monkeypatch.setattr("urllib.request.urlopen", answer)
    with pytest.raises(MeshUnavailableError, match="not the expected file"):
        load_model()
    assert asked == [(model_file.OFFICIAL_ADDRESS, 30)]


@pytest.mark.usefixtures("no_wheel")
def test_without_a_network_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr("urllib.request.urlopen", fail)
    with pytest.raises(
        MeshUnavailableError, match=f"could not be downloaded; save .* in the setting {SETTING}"
    ):
        load_model()


def test_a_download_of_the_right_file_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    content = load_model()
    load_model.cache_clear()
    monkeypatch.setattr(model_file, "_wheels_copy", lambda: None)
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO(content))
    assert load_model() == content
