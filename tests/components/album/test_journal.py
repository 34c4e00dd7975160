import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.album.find import Failed, Found, Looked, Unchanged, Wanted
from components.album.journal import Journal, JournalError, Totals
from components.photo.export import PhotoFaces
from components.photo.faces import KEYPOINTS, Face

WANTED = Wanted()
FACE = Face((1.5, 2.0, 30.25, 40.0), 0.987654321012345, dict.fromkeys(KEYPOINTS, (10.125, 20.0)))


def looked(name: str, faces: int = 1, content: str = "id", sheet: tuple[bytes, ...] = ()) -> Looked:
    photo = PhotoFaces(name, 100, 80, (FACE,) * faces, (1.25,) * faces)
    return Looked(name, content, 0.5, Found(photo, False, False, (), b"", sheet))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "faces.csv.journal"


def open_empty() -> Journal:
    """A journal in memory."""
    return Journal(Path(":memory:"), WANTED)


def test_rows_come_back_as_they_were_noted() -> None:
    with open_empty() as journal:
        journal.note(looked("a.jpg", faces=2), [])
        journal.note(Failed("b.jpg", "", 0.25, "It is empty."), [])
        assert list(journal.photo_rows()) == [
            {
                "photo": "a.jpg",
                "status": "ok",
                "width": 100,
                "height": 80,
                "faces": 2,
                "seconds": 0.5,
                "reason": "",
                "note": "",
                "content": "id",
            },
            {
                "photo": "b.jpg",
                "status": "failed",
                "width": None,
                "height": None,
                "faces": 0,
                "seconds": 0.25,
                "reason": "It is empty.",
                "note": "",
                "content": "",
            },
        ]
        first, second = journal.face_rows()
        assert (first["photo"], first["number"], second["number"]) == ("a.jpg", 1, 2)
        assert first["confidence"] == FACE.confidence
        assert (first["x"], first["left_eye_x"], first["sharpness"]) == (1.5, 10.125, 1.25)
        assert journal.totals() == Totals(photos=2, failed=1, faces=2)


@given(st.permutations(["a", "B", "b", "c/d", "ä", "é"]))
def test_rows_come_in_the_order_of_names_whatever_finished_first(order: list[str]) -> None:
    with open_empty() as journal:
        for name in order:
            journal.note(looked(name), [])
        assert [row["photo"] for row in journal.photo_rows()] == ["B", "a", "b", "c/d", "ä", "é"]
        assert [row["photo"] for row in journal.face_rows()] == ["B", "a", "b", "c/d", "ä", "é"]


def test_small_pictures_belong_to_their_faces() -> None:
    with open_empty() as journal:
        journal.note(looked("a", faces=2, sheet=(b"1", b"2")), [])
        journal.note(looked("b"), [])
        assert [(row["photo"], picture) for row, picture in journal.face_pictures()] == [
            ("a", b"1"),
            ("a", b"2"),
            ("b", b""),
        ]


def test_what_is_special_about_a_file_is_noted() -> None:
    found = Found(PhotoFaces("a", 1, 1, (), ()), True, True, (), b"", ())
    with open_empty() as journal:
        journal.note(Looked("a", "id", 0.1, found), [])
        (row,) = journal.photo_rows()
    assert "ends early" in row["note"]
    assert "several pictures" in row["note"]


def test_a_photo_noted_again_takes_the_place_of_the_first() -> None:
    with open_empty() as journal:
        journal.note(looked("a", faces=3), ["x"])
        journal.note(looked("a", faces=1), ["y"])
        assert journal.totals() == Totals(photos=1, failed=0, faces=1)
        assert journal.files_of("a") == ["y"]
        journal.note(Failed("a", "", 0.1, "It is gone."), [])
        assert list(journal.face_rows()) == []


def test_the_next_run_knows_what_is_finished(path: Path) -> None:
    with Journal(path, WANTED) as journal:
        journal.note(looked("a", content="1"), [])
        journal.note(looked("gone", content="2"), [])
        journal.note(Failed("bad", "3", 0.1, "It is damaged."), [])
    with Journal(path, WANTED) as journal:
        assert journal.known_id("a") == "1"
        # Tried again: the reason may be gone.
        assert journal.known_id("bad") == ""
        assert not journal.is_noted("a")
        journal.note(Unchanged("a"), [])
        assert journal.is_noted("a")
        # Only what this run met is in the tables.
        assert [row["photo"] for row in journal.photo_rows()] == ["a"]
        assert [row["photo"] for row in journal.face_rows()] == ["a"]


def test_what_was_found_for_other_wants_does_not_count(path: Path) -> None:
    with Journal(path, WANTED) as journal:
        journal.note(looked("a", content="1"), [])
    for other in (Wanted(min_face_size=40), Wanted(min_confidence=0.5), Wanted(sheet=True)):
        with Journal(path, other) as journal:
            assert journal.known_id("a") == ""


def test_one_run_at_a_time_has_it(path: Path) -> None:
    with Journal(path, WANTED) as journal:
        with pytest.raises(JournalError, match="Another run"):
            Journal(path, WANTED)
        journal.note(looked("a"), [])
    with Journal(path, WANTED) as journal:
        assert journal.known_id("a") == "id"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be written"):
        Journal(tmp_path, WANTED)


def test_a_journal_of_another_version_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(JournalError, match="another version"):
        Journal(path, WANTED)


def test_another_file_is_not_overwritten(path: Path) -> None:
    content = b"Dear diary, today nothing happened. " * 100
    path.write_bytes(content)
    with pytest.raises(JournalError, match="no journal"):
        Journal(path, WANTED)
    assert path.read_bytes() == content
