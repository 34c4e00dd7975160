"""The row of photos from which one is chosen."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.photo.selection import AnalysedPhoto
from components.ui.data_url import jpeg_url
from components.ui.frontend import script, style_sheet
from components.ui.visitor_photos import note_open_photo, open_photo_id

_strip = st.components.v2.component(
    "visavis_photo_strip",
    html="<div class='strip'></div>",
    css=style_sheet(Path(__file__).with_suffix(".css")),
    js=script(Path(__file__).with_suffix(".js")),
)

_KEY = "photo_strip"

# The name in the address for the photo's number, counted from 1.
_PARAMETER = "photo"

# In the session: which photos were on the page at its last run, and the number in the address then.
_SEEN, _NUMBER = "photos_seen", "photo_number"


def choose_photo(photos: Sequence[AnalysedPhoto]) -> AnalysedPhoto:
    """Show several photos in a row; returns the one that the visitor chose."""
    index = _chosen_index([photo.file.id for photo in photos])
    if len(photos) > 1:
        _strip(
            key=_KEY,
            data={
                "photos": [{"name": photo.name, "icon": jpeg_url(photo.analysis.icon)} for photo in photos],
                "chosen": index,
            },
            on_choice_change=_note_choice,
        )
    return photos[index]


def _chosen_index(ids: list[str]) -> int:
    """Which photo to show: the one in the address, unless photos were added or removed since then."""
    number = _number_in_address()
    named = number - 1 if number in range(1, len(ids) + 1) else 0
    before, shown = st.session_state.get(_SEEN, []), open_photo_id()
    index = named
    if number == st.session_state.get(_NUMBER) and shown is not None and shown in ids:
        added = [photo_id for photo_id in ids if photo_id not in before]
        wanted = added[0] if added else shown
        index = named if ids[named] == wanted else ids.index(wanted)
        if index != named or index + 1 != number:
            st.query_params[_PARAMETER] = str(index + 1)
    note_open_photo(ids[index])
    st.session_state.update({_SEEN: ids, _NUMBER: _number_in_address()})
    return index


def _number_in_address() -> int:
    number = st.query_params.get(_PARAMETER, "1")
    # At most four digits, since Python refuses to convert thousands of digits.
    return int(number) if number.isdecimal() and len(number) < 5 else 1


def _note_choice() -> None:
    st.query_params[_PARAMETER] = str(int(st.session_state[_KEY].choice["index"]) + 1)
