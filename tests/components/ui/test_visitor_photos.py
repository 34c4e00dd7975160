from dataclasses import replace

import pytest
import streamlit

from components.photo.limits import MAX_PHOTOS
from components.photo.photo_file import PhotoFile
from components.ui.visitor_photos import (
    as_turned,
    close_photo_from_album,
    earlier_photos,
    keep_current_photos,
    keep_current_photos_as_earlier,
    note_open_photo,
    open_from_album,
    open_photo_id,
    opened_face,
    photos_of_visitor,
    remove_earlier_photo,
    turn_photo,
)

BOX = (1.0, 2.0, 30.0, 40.0)


@pytest.fixture(autouse=True)
def _a_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit, "session_state", {})


def names() -> list[str]:
    return [photo.name for photo in photos_of_visitor()]


def test_nobody_brought_anything_yet() -> None:
    assert photos_of_visitor() == []
    assert open_photo_id() is None


def test_photos_outlive_the_uploader_that_lists_them() -> None:
    keep_current_photos([PhotoFile.of("a.jpg", b"a")])
    keep_current_photos_as_earlier()
    keep_current_photos([PhotoFile.of("b.jpg", b"b")])
    assert [photo.name for photo in earlier_photos()] == ["a.jpg"]
    assert names() == ["a.jpg", "b.jpg"]


def test_one_earlier_photo_can_be_removed() -> None:
    first, second = PhotoFile.of("a.jpg", b"a"), PhotoFile.of("b.jpg", b"b")
    keep_current_photos([first, second])
    keep_current_photos_as_earlier()
    remove_earlier_photo(first.id)
    assert names() == ["b.jpg"]


def test_a_photo_stays_turned() -> None:
    photo = PhotoFile.of("a.jpg", b"a")
    keep_current_photos([photo])
    for turns, expected in ((1, 1), (1, 2), (-3, 3), (1, 0), (-1, 3)):
        turn_photo(photo.id, turns)
        assert photos_of_visitor()[0].quarter_turns == expected
    assert as_turned(PhotoFile.of("other.jpg", b"b")).quarter_turns == 0
    assert as_turned(photo).quarter_turns == 3


def test_names_are_told_apart_and_the_number_is_bounded() -> None:
    keep_current_photos([PhotoFile.of("a.jpg", bytes([index])) for index in range(MAX_PHOTOS + 5)])
    assert len(set(names())) == MAX_PHOTOS
    keep_current_photos_as_earlier()
    assert len(earlier_photos()) == MAX_PHOTOS


def test_the_open_photo_is_noted() -> None:
    note_open_photo("an id")
    assert open_photo_id() == "an id"


def test_a_photo_of_the_album_is_opened_beside_the_visitors_own() -> None:
    own, first, second = (PhotoFile.of(name, name.encode()) for name in ("own.jpg", "a.jpg", "b.jpg"))
    keep_current_photos([own])
    assert open_from_album(first, BOX) == {"photo": "2"}
    assert open_photo_id() == first.id
    assert names() == ["own.jpg", "a.jpg"]
    assert opened_face(first) == BOX
    # In a turned photo, the face lies elsewhere.
    assert opened_face(replace(first, quarter_turns=1)) is None
    # The next one takes its place.
    assert open_from_album(second, BOX) == {"photo": "2"}
    assert names() == ["own.jpg", "b.jpg"]
    assert opened_face(first) is None
    # One that the visitor brought to both pages is there once.
    assert open_from_album(own, BOX) == {"photo": "1"}
    assert names() == ["own.jpg"]
    open_from_album(first, BOX)
    remove_earlier_photo(first.id)
    assert names() == ["own.jpg"]
    open_from_album(first, BOX)
    close_photo_from_album()
    assert names() == ["own.jpg"]
