import os
import sys
from pathlib import Path

import fsspec
import pytest

from components.album.addresses import AddressError, pictures_at
from components.album.pictures import RefusedPicture
from components.photo.image import PhotoError
from tests.album_files import GOOD, write_album, write_zip


def names(*addresses: str | Path) -> list[str]:
    return sorted(picture.name for picture in pictures_at(str(address) for address in addresses))


def contents(*addresses: str | Path) -> dict[str, bytes]:
    return {picture.name: picture.read() for picture in pictures_at(str(address) for address in addresses)}


def test_a_folder_gives_the_pictures_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_album(tmp_path / "album", {**GOOD, "notes.txt": b"", ".thumbnails/a.jpg": b"", "._a.jpg": b""})
    monkeypatch.chdir(tmp_path)
    assert contents("album") == {f"album/{name}": data for name, data in GOOD.items()}


def test_what_is_named_counts_whatever_its_ending(tmp_path: Path) -> None:
    write_album(tmp_path, {"photo": b"1", "a.bak": b"2", "b/c.bak": b"3"})
    assert names(tmp_path / "photo", tmp_path / "*.bak") == [f"{tmp_path}/a.bak", f"{tmp_path}/photo"]
    assert names(f"{tmp_path}/**") == [f"{tmp_path}/{name}" for name in ("a.bak", "b/c.bak", "photo")]


def test_a_name_that_looks_like_a_pattern_is_a_name_first(tmp_path: Path) -> None:
    write_album(tmp_path, {"a[1].jpg": b"1", "a1.jpg": b"2"})
    assert contents(tmp_path / "a[1].jpg") == {f"{tmp_path}/a[1].jpg": b"1"}


def test_a_path_stays_good_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_album(tmp_path, {"a.jpg": b"1"})
    monkeypatch.chdir(tmp_path)
    (picture,) = pictures_at(["a.jpg"])
    monkeypatch.chdir("/")
    assert (picture.name, picture.read()) == ("a.jpg", b"1")


def test_a_zip_file_gives_its_pictures(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "album.zip", GOOD)
    assert contents(path) == {f"{path}/{name}": data for name, data in GOOD.items()}


def test_a_damaged_zip_file_is_a_row_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "album.zip"
    path.write_bytes(b"nothing")
    (picture,) = pictures_at([str(path)])
    assert isinstance(picture, RefusedPicture)
    with pytest.raises(PhotoError, match="ZIP"):
        picture.read()


def test_addresses_of_fsspec(tmp_path: Path) -> None:
    files = fsspec.filesystem("memory")
    files.pipe({"/album/a.jpg": b"1", "/album/b/c.png": b"2", "/album/notes.txt": b"3"})
    files.pipe("/album/z.zip", write_zip(tmp_path / "z.zip", {"d.jpg": b"4"}).read_bytes())
    try:
        assert contents("memory://album") == {"memory:///album/a.jpg": b"1", "memory:///album/b/c.png": b"2"}
        assert contents("memory://album/*.jpg") == {"memory:///album/a.jpg": b"1"}
        assert contents("memory://album/notes.txt") == {"memory:///album/notes.txt": b"3"}
        assert contents("memory://album/z.zip") == {"memory:///album/z.zip/d.jpg": b"4"}
    finally:
        files.rm("/album", recursive=True)


@pytest.mark.parametrize(
    "address", ["missing", "missing/*.jpg", "memory://missing", "unknown://a", "memory://no/*"]
)
def test_nothing_there_is_said(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AddressError):
        list(pictures_at([address]))


def test_a_file_that_vanished_cannot_be_read(tmp_path: Path) -> None:
    write_album(tmp_path, {"a.jpg": b"1"})
    (picture,) = pictures_at([str(tmp_path)])
    (tmp_path / "a.jpg").unlink()
    with pytest.raises(PhotoError, match=r"cannot be read \(No such file"):
        picture.read()


def test_a_link_to_itself_is_a_photo_that_cannot_be_read(tmp_path: Path) -> None:
    write_album(tmp_path, {"a.jpg": b"1", "b/c.jpg": b"2"})
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    assert names(tmp_path) == [f"{tmp_path}/{name}" for name in ("a.jpg", "b/c.jpg", "loop.jpg")]


def test_a_remote_folder_that_cannot_be_read_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    files = fsspec.filesystem("memory")
    files.pipe({"/album/a.jpg": b"1", "/album/locked/b.jpg": b"2"})
    ls = type(files).ls

    def fail_for_one(self: object, path: str, *rest: object, **options: object) -> object:
        if path.endswith("locked"):
            raise PermissionError("not yours")
        return ls(self, path, *rest, **options)

    monkeypatch.setattr(type(files), "ls", fail_for_one)
    try:
        found = list(pictures_at(["memory://album"]))
    finally:
        files.rm("/album", recursive=True)
    assert found[0].name == "memory:///album/a.jpg"
    assert isinstance(found[1], RefusedPicture)
    assert "not yours" in found[1].reason


def test_a_zip_file_that_cannot_be_read_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "a.zip").symlink_to("/proc/1/mem" if sys.platform == "linux" else tmp_path)
    (picture,) = pictures_at([str(tmp_path / "a.zip")])
    assert isinstance(picture, RefusedPicture)
    assert "ZIP file" in picture.reason


def test_a_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    write_album(tmp_path / "album", {"a.jpg": b"1"})
    (tmp_path / "album" / "again").symlink_to(tmp_path / "album", target_is_directory=True)
    (tmp_path / "album" / "link.jpg").symlink_to(tmp_path / "album" / "a.jpg")
    assert names(tmp_path / "album") == [f"{tmp_path}/album/{name}" for name in ("a.jpg", "link.jpg")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of any bytes")
def test_a_name_that_is_no_text_gets_a_printable_one(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.jpg"
    with open(path, "wb") as file:  # noqa: PTH123 - pathlib takes no bytes
        file.write(b"1")
    assert contents(tmp_path) == {f"{tmp_path}/\\xff.jpg": b"1"}
