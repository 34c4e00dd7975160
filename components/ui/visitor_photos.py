"""The photos that a visitor brought to the Photo page, kept in the session for every page to use."""

from collections.abc import Sequence

import streamlit as st

from components.photo.limits import MAX_PHOTOS
from components.photo.photo_file import PhotoFile, with_distinct_names
from components.ui.kept import note_kept

# What the uploader and the camera give now, and what they gave before the visitor left the page.
_CURRENT, _EARLIER = "photos_current", "photos_earlier"

# Which photo is open on the Photo page.
_OPEN = "photo_open"


def photos_of_visitor() -> list[PhotoFile]:
    """The visitor's photos, the earliest first, each with a name of its own."""
    return with_distinct_names([*earlier_photos(), *_kept(_CURRENT)][:MAX_PHOTOS])


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


def remove_earlier_photos() -> None:
    """Forget the photos that the uploader no longer lists."""
    _keep_earlier([])


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
