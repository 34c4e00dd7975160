from pathlib import Path

import fsspec
import pytest

from components.album import pictures as module
from components.album.pictures import (
    RefusedPicture,
    RemotePicture,
    SentPicture,
    StoredPicture,
    with_content,
)
from components.photo.image import PhotoError


def test_files_over_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 10)
    (tmp_path / "a.jpg").write_bytes(bytes(10))
    (tmp_path / "b.jpg").write_bytes(bytes(11))
    assert StoredPicture("a", str(tmp_path / "a.jpg")).read() == bytes(10)
    files = fsspec.filesystem("file")
    for picture in (
        StoredPicture("b", str(tmp_path / "b.jpg")),
        RemotePicture("b", files, str(tmp_path / "b.jpg")),
    ):
        with pytest.raises(PhotoError, match="larger than"):
            picture.read()


def test_an_address_that_fails_gives_one_sentence() -> None:
    with pytest.raises(PhotoError, match=r"^The file cannot be read \(.+\); look whether it opens\.$"):
        RemotePicture("a", fsspec.filesystem("memory"), "/nothing/here.jpg").read()


def test_with_content_carries_the_bytes_or_the_reason(tmp_path: Path) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/sent/a.jpg", b"1")
    try:
        assert with_content(RemotePicture("a", files, "/sent/a.jpg")) == SentPicture("a", b"1")
    finally:
        files.rm("/sent", recursive=True)
    refused = with_content(StoredPicture("b", str(tmp_path / "b.jpg")))
    assert isinstance(refused, RefusedPicture)
    assert refused.name == "b"
    assert "cannot be read" in refused.reason
