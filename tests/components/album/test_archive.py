"""A ZIP file from a stranger: what is wrong with it costs a row, and nothing else."""

import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.album import archive as module
from components.album.archive import ArchiveError, ZipMember, is_picture_name, pictures_in_zip
from components.album.pictures import RefusedPicture
from components.photo.image import PhotoError

DATA = b"pixels" * 1000


def zip_of(*members: tuple[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file


def contents(file: io.BytesIO) -> dict[str, bytes | str]:
    """By name, the content of each picture, or the reason against it."""
    found: dict[str, bytes | str] = {}
    for picture in pictures_in_zip(file, "z.zip"):
        try:
            found[picture.name] = picture.read()
        except PhotoError as error:
            found[picture.name] = str(error)
    return found


def test_pictures_come_with_their_content_and_other_files_are_left_out() -> None:
    file = zip_of(
        ("a.jpg", b"1"), ("b/c.PNG", b"2"), ("b/", b""), ("notes.txt", b"3"), ("__MACOSX/._a.jpg", b"4")
    )
    assert contents(file) == {"z.zip/a.jpg": b"1", "z.zip/b/c.PNG": b"2"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_with_the_same_name_are_all_there() -> None:
    file = zip_of(("a.jpg", b"1"), ("a.jpg", b"2"))
    assert contents(file) == {"z.zip/a.jpg": b"1", "z.zip/a.jpg (2)": b"2"}


@pytest.mark.parametrize(
    "name", ["../a.jpg", "b/../../a.jpg", "/etc/a.jpg", "..\\a.jpg", "C:\\a.jpg", "C:a.jpg"]
)
def test_paths_that_lead_out_are_refused(name: str) -> None:
    refused, good = contents(zip_of((name, DATA), ("good.jpg", DATA))).values()
    assert "leads out" in str(refused)
    assert good == DATA


@pytest.mark.parametrize("name", ["inner.zip", "a/INNER.ZIP", "comic.cbz"])
def test_a_zip_file_inside_is_refused(name: str) -> None:
    inner = zip_of(("a.jpg", DATA)).getvalue()
    assert "inside a ZIP file" in str(contents(zip_of((name, inner)))[f"z.zip/{name}"])


def test_a_member_that_unpacks_to_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 1_000_000)
    file = zip_of(("bomb.jpg", bytes(1_000_001)), ("good.jpg", bytes(1_000_000)))
    (bomb, good) = pictures_in_zip(file, "z.zip")
    assert isinstance(bomb, RefusedPicture)
    assert "larger than" in bomb.reason
    assert isinstance(good, ZipMember)


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_declares() -> None:
    file = zip_of(("a.jpg", bytes(10_000_000)))
    data = bytearray(file.getvalue())
    # The size before packing stands 24 bytes after the start of the central entry, 22 after the local one's.
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 100)
    data[22:26] = struct.pack("<I", 100)
    (answer,) = contents(io.BytesIO(bytes(data))).values()
    assert "damaged" in str(answer)


def test_a_member_with_a_password_is_refused() -> None:
    data = bytearray(zip_of(("a.jpg", DATA)).getvalue())
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    (answer,) = contents(io.BytesIO(bytes(data))).values()
    assert "password" in str(answer)


def test_a_damaged_member_costs_only_itself() -> None:
    data = bytearray(zip_of(("a.jpg", DATA), ("b.jpg", DATA)).getvalue())
    data[50] ^= 255
    answers = contents(io.BytesIO(bytes(data)))
    assert "damaged" in str(answers["z.zip/a.jpg"])
    assert answers["z.zip/b.jpg"] == DATA


def test_what_is_no_zip_file_is_refused() -> None:
    for data in (b"", b"PK\x03\x04", b"no archive" * 100):
        with pytest.raises(ArchiveError, match="cannot be opened as a ZIP file"):
            list(pictures_in_zip(io.BytesIO(data), "z.zip"))


@given(st.data())
def test_no_damage_raises_anything_else(data: st.DataObject) -> None:
    content = bytearray(zip_of(("a.jpg", DATA), ("b/c.png", b"2")).getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ArchiveError):
        assert all(
            name and answer is not None for name, answer in contents(io.BytesIO(bytes(content))).items()
        )


def test_names_of_pictures() -> None:
    assert is_picture_name("a/b.JPEG")
    assert is_picture_name("photo.heic")
    assert not is_picture_name(".hidden.jpg")
    assert not is_picture_name(".cache/a.jpg")
    assert not is_picture_name("film.mp4")
    assert not is_picture_name("jpg")


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    contents(zip_of(("../a.jpg", DATA), ("b.jpg", DATA)))
    assert list(tmp_path.rglob("*")) == [here]
