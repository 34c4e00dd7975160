"""The contact sheet: all faces of an album, which the browser sorts, filters and draws."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from components.geometry import area
from components.photo.limits import DEFAULT_CONFIDENCE
from components.photo.photo_file import PhotoFile
from components.photo.scores import CUT_OFFS, confidence_label
from components.ui.data_url import jpeg_url
from components.ui.frontend import script, style_sheet
from pages.album.album_photo import AlbumPhoto

_HERE = Path(__file__).parent

_pictures = st.components.v2.component("visavis_album_pictures", js=script(_HERE / "pictures.js"))
_sheet = st.components.v2.component(
    "visavis_album_sheet",
    html=(_HERE / "sheet.html").read_text(encoding="utf-8"),
    css=style_sheet(_HERE / "sheet.css"),
    js=script(_HERE / "sheet.js"),
)
_KEY = "album_sheet"

# Faces that are sent in one message, which has about 7 KB for each.
_AT_ONCE = 300

# Lower ends of the steps of the sliders and of the bars above them: pixels of the box's side, and variance of
# the Laplacian, as `measures.sharpness` gives it.
_SIZES = (0, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600)
_SHARPNESSES = (0, 5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1000)

# Which faces are shown, by the keys of the photos that are shown: indices among all that were found.
Chosen = Mapping[str, Sequence[int]]


class PictureSender:
    """Sends faces to the browser as they are found, where it is made; what was sent stays there."""

    def __init__(self) -> None:
        self._place = st.container(key="album_pictures")
        self._sent = 0

    def __call__(self, photos: Sequence[AlbumPhoto]) -> None:
        """Send the faces of some photos; each call makes elements of its own."""
        parts = [part for photo in photos for part in _parts(photo)]
        while parts:
            room = _AT_ONCE
            message: list[dict[str, Any]] = []
            while parts and (not message or len(parts[0]["faces"]) <= room):
                room -= len(parts[0]["faces"])
                message.append(parts.pop(0))
            self._sent += 1
            with self._place:
                _pictures(key=f"album_pictures_{self._sent}", data={"photos": message})


def show_sheet(
    files: Mapping[str, PhotoFile],
    on_open: Callable[[str, int], None],
    on_remove: Callable[[str], None] | None,
    *,
    searching: bool,
) -> Chosen | None:
    """Show the faces that were sent, with the controls to sort and filter them.

    Args:
        files: The photos of the album by their keys, looked at or not, without those that cannot be used.
        on_open: Called with the photo's key and the index of the face that the visitor opens.
        on_remove: Called with the key of the photo that the visitor removes; None where none can be removed.
        searching: Whether more faces are being found; then the browser keeps its choices for itself, since
            each would interrupt the search.

    Returns:
        Which faces are shown; None where the browser has not told yet.
    """

    def take_opened() -> None:
        match st.session_state[_KEY].opened:
            case {"photo": str(photo), "index": int(index)} if photo in files:
                on_open(photo, index)

    def take_removed() -> None:
        match st.session_state[_KEY].removed:
            case str(photo) if on_remove and photo in files:
                on_remove(photo)

    result = _sheet(
        key=_KEY,
        data={
            "photos": [{"id": key, "name": file.name} for key, file in files.items()],
            "searching": searching,
            "sent": time.time(),
            "removable": on_remove is not None,
            "scales": {
                "confidence": [[cut_off, confidence_label(cut_off)] for cut_off in CUT_OFFS],
                "size": [[size, f"{size}"] for size in _SIZES],
                "sharpness": [[sharpness, f"{sharpness}"] for sharpness in _SHARPNESSES],
            },
            "confidence": DEFAULT_CONFIDENCE,
        },
        on_chosen_change=lambda: None,
        on_opened_change=take_opened,
        on_removed_change=take_removed,
    )
    return _chosen(result.chosen, set(files))


def _chosen(told: Any, keys: set[str]) -> Chosen | None:  # noqa: ANN401 - whatever a browser sends
    """The browser's choice, as far as it makes sense; None where it is about photos that are gone."""
    if not isinstance(told, Mapping):
        return None
    chosen = {
        photo: sorted({index for index in indices if isinstance(index, int) and index >= 0})
        for photo, indices in told.items()
        if photo in keys and isinstance(indices, list)
    }
    return chosen or None


def _parts(photo: AlbumPhoto) -> Iterator[dict[str, Any]]:
    """A photo as the browser gets it; one with many faces in several parts."""
    for first in range(0, max(len(photo.pictures), 1), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        yield {
            "id": photo.key,
            "first": first,
            "faces": [
                {
                    "confidence": face.confidence,
                    "label": confidence_label(face.confidence),
                    # The side of a square of the same area.
                    "size": round(area(face.box) ** 0.5),
                    "sharpness": round(sharpness, 1),
                    "picture": jpeg_url(picture),
                }
                for face, sharpness, picture in zip(
                    photo.found.faces[part], photo.found.sharpness[part], photo.pictures[part], strict=True
                )
            ],
        }
