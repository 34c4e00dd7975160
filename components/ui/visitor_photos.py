"""The photos that a visitor brought to the Photo page, kept in the session for every page to use."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.geometry import Box
from components.photo.limits import MAX_PHOTOS
from components.photo.photo_file import PhotoFile, with_distinct_names
from components.ui.kept import note_kept

# What the uploader and the camera give now, and what they gave before the visitor left the page.
_CURRENT, _EARLIER = "photos_current", "photos_earlier"

# The photo that was opened from the album last, and the box of the face by which it was opened.
_FROM_ALBUM, _FACE = "photo_from_album", "face_from_album"

# How often each photo is turned clockwise by a right angle, by the photos' ids.
_TURNS = "photo_turns"

# The name in the Photo page's address for the open photo's number, counted from 1. The browser writes it,
# without a step in its history; so all choices on the page are alike, and Back leaves the page.
NUMBER_PARAMETER = "photo"

# Which photo is open on the Photo page.
_OPEN = "photo_open"


def photos_of_visitor() -> list[PhotoFile]:
    """The visitor's photos, the earliest first, each with a name of its own, and turned as it was last."""
    own = [*earlier_photos(), *_kept(_CURRENT)][:MAX_PHOTOS]
    ids = {photo.id for photo in own}
    from_album = [photo for photo in _kept(_FROM_ALBUM) if photo.id not in ids]
    return [as_turned(photo) for photo in with_distinct_names([*own, *from_album])]


def open_from_album(photo: PhotoFile, box: Box) -> dict[str, str]:
    """Let the Photo page open a photo of the album, in place of the one that was opened before.

    The album keeps it, so it does not count once more.

    Args:
        photo: The photo.
        box: Of the face that is shown large at first.

    Returns:
        The choice in the Photo page's address.
    """
    st.session_state[_FROM_ALBUM], st.session_state[_FACE] = [photo], box
    note_open_photo(photo.id)
    ids = [own.id for own in photos_of_visitor()]
    return {NUMBER_PARAMETER: str(ids.index(photo.id) + 1)}


def close_photo_from_album() -> None:
    """Forget the photo that was opened from the album, as when the album forgets it."""
    st.session_state[_FROM_ALBUM] = []


def photo_from_album() -> list[PhotoFile]:
    """The photo that was opened from the album last, if there is one."""
    return _kept(_FROM_ALBUM)


def opened_face(photo: PhotoFile) -> Box | None:
    """The box of the face by which a photo was opened from the album; None where it was not, or is turned."""
    opened = [other.id for other in photo_from_album()] == [photo.id] and not photo.quarter_turns
    return st.session_state.get(_FACE) if opened else None


def as_turned(photo: PhotoFile) -> PhotoFile:
    """A photo as the visitor turned it."""
    return replace(photo, quarter_turns=st.session_state.get(_TURNS, {}).get(photo.id, 0))


def turn_photo(photo_id: str, quarter_turns: int) -> None:
    """Turn a photo clockwise by right angles; a negative number turns it the other way."""
    turns: dict[str, int] = st.session_state.setdefault(_TURNS, {})
    turns[photo_id] = (turns.get(photo_id, 0) + quarter_turns) % 4


def earlier_photos() -> list[PhotoFile]:
    """The photos from before the visitor left the Photo page, which the uploader no longer lists."""
    return _kept(_EARLIER)


def keep_current_photos(photos: Sequence[PhotoFile]) -> None:
    """Note what the uploader and the camera give now."""
    st.session_state[_CURRENT] = list(photos)


def keep_current_photos_as_earlier() -> None:
    """Keep all photos when the uploader starts empty: it forgets them when the visitor leaves the page."""
    _keep_earlier([*earlier_photos(), *_kept(_CURRENT)][:MAX_PHOTOS])
    st.session_state[_CURRENT] = []


def remove_earlier_photo(photo_id: str) -> None:
    """Forget a photo that the uploader does not list."""
    st.session_state[_FROM_ALBUM] = [photo for photo in photo_from_album() if photo.id != photo_id]
    _keep_earlier([photo for photo in earlier_photos() if photo.id != photo_id])


def open_photo_id() -> str | None:
    """The id of the photo that is open on the Photo page; None where the visitor has not opened that page."""
    photo_id: str | None = st.session_state.get(_OPEN)
    return photo_id


def note_open_photo(photo_id: str) -> None:
    """Note which photo is open on the Photo page."""
    st.session_state[_OPEN] = photo_id


def _keep_earlier(photos: list[PhotoFile]) -> None:
    st.session_state[_EARLIER] = photos
    # Streamlit no longer holds them, so they count as the session's own.
    note_kept("earlier photos", photos)


def _kept(key: str) -> list[PhotoFile]:
    photos: list[PhotoFile] = st.session_state.get(key, [])
    return photos
