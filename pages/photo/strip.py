"""The row of photos from which one is chosen."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.photo.selection import AnalysedPhoto
from components.ui.data_url import jpeg_url
from components.ui.frontend import script, style_sheet
from components.ui.visitor_photos import (
    NUMBER_PARAMETER,
    earlier_photos,
    note_open_photo,
    open_photo_id,
    photo_from_album,
    remove_earlier_photo,
)

_strip = st.components.v2.component(
    "visavis_photo_strip",
    html="<div class='strip' role='group' aria-label='Photos'></div>",
    css=style_sheet(Path(__file__).with_suffix(".css")),
    js=script(Path(__file__).with_suffix(".js")),
)

_KEY = "photo_strip"

# In the session: which photos were on the page at its last run, the number in the address then, and the
# number that the browser was told to write there.
_SEEN, _READ, _WRITTEN = "photos_seen", "photo_number_read", "photo_number_written"


def chosen_index(ids: Sequence[str]) -> int:
    """Which of the photos with these ids is open.

    It is the one that the visitor opened last, or one that was just added. When the visitor changes the
    number in the address, it is the one with that number.
    """
    number = _number_in_address()
    before, shown = st.session_state.get(_SEEN, []), open_photo_id()
    opened = ids.index(shown) if shown in ids else None
    index = number - 1 if number in range(1, len(ids) + 1) else 0
    by_us = number in (st.session_state.get(_READ), st.session_state.get(_WRITTEN))
    if opened is not None and by_us:
        added = [place for place, photo_id in enumerate(ids) if photo_id not in before]
        index = added[0] if added else opened
    note_open_photo(ids[index])
    st.session_state.update({_SEEN: list(ids), _READ: number, _WRITTEN: index + 1})
    return index


def show_strip(photos: Sequence[AnalysedPhoto], chosen: int) -> None:
    """Show several photos in a row, for the visitor to choose or remove one; the stage adds the counts."""
    removable = {file.id for file in [*earlier_photos(), *photo_from_album()]}
    several = photos if len(photos) > 1 else ()
    _strip(
        key=_KEY,
        data={
            "photos": [
                {
                    "id": photo.file.id,
                    "name": photo.name,
                    "icon": jpeg_url(photo.analysis.icon),
                    "removable": photo.file.id in removable,
                }
                for photo in several
            ],
            "chosen": chosen,
            "parameter": NUMBER_PARAMETER,
        },
        on_choice_change=lambda: _open(photos),
        on_removal_change=lambda: remove_earlier_photo(str(st.session_state[_KEY].removal["id"])),
    )


def _open(photos: Sequence[AnalysedPhoto]) -> None:
    index = int(st.session_state[_KEY].choice["index"])
    if 0 <= index < len(photos):
        note_open_photo(photos[index].file.id)


def _number_in_address() -> int:
    number = st.query_params.get(NUMBER_PARAMETER, "1")
    # At most four digits, since Python refuses to convert thousands of digits.
    return int(number) if number.isdecimal() and len(number) < 5 else 1
