"""The row of photos from which one is chosen."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.photo.stage.stage import address_of
from pages.photo.upload import AnalysedPhoto

_strip = st.components.v2.component(
    "visavis_photo_strip",
    html="<div class='strip'></div>",
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)

_KEY = "photo_strip"

# The number of the photo in the page's address, counted from 1.
_PARAMETER = "photo"

# In the session: which photos were there, which of them was shown, and the number in the address by then.
_SEEN, _SHOWN, _NUMBER = "photos_seen", "photo_shown", "photo_number"


def choose_photo(photos: Sequence[AnalysedPhoto]) -> AnalysedPhoto:
    """Show several photos in a row, of which the visitor chooses one; the one that is chosen."""
    index = _chosen_index([photo.photo.id for photo in photos])
    if len(photos) > 1:
        _strip(
            key=_KEY,
            data={
                "photos": [
                    {"name": photo.photo.name, "icon": address_of(photo.analysis.icon)} for photo in photos
                ],
                "chosen": index,
            },
            on_choice_change=_note_choice,
        )
    return photos[index]


def shown_photo_id() -> str | None:
    """Which photo is open on the Photo page; None where that page was not opened."""
    photo_id: str | None = st.session_state.get(_SHOWN)
    return photo_id


def _chosen_index(ids: list[str]) -> int:
    """Which photo to show: the one the address names, unless photos came or went since it did."""
    number = _number_in_address()
    named = number - 1 if number in range(1, len(ids) + 1) else 0
    before, shown = st.session_state.get(_SEEN, []), st.session_state.get(_SHOWN)
    index = named
    if number == st.session_state.get(_NUMBER) and shown in ids:
        added = [photo_id for photo_id in ids if photo_id not in before]
        wanted = added[0] if added else shown
        index = named if ids[named] == wanted else ids.index(wanted)
        if index != named or index + 1 != number:
            st.query_params[_PARAMETER] = str(index + 1)
    st.session_state.update({_SEEN: ids, _SHOWN: ids[index], _NUMBER: _number_in_address()})
    return index


def _number_in_address() -> int:
    number = st.query_params.get(_PARAMETER, "1")
    # No longer one, since Python refuses to read thousands of digits.
    return int(number) if number.isdecimal() and len(number) < 5 else 1


def _note_choice() -> None:
    st.query_params[_PARAMETER] = str(int(st.session_state[_KEY].choice["index"]) + 1)
