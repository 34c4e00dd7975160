"""The photo with its faces, drawn in the browser over a picture that is sent once."""

import base64
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from components.photo.analysis import cut_thumbnails
from components.photo.annotate import FaceStyle, confidence_label
from components.photo.crops import CropSettings
from components.ui.photo_marks import marks_in, take_marks
from components.ui.photos import AnalysedPhoto
from components.ui.text import counted

_HERE = Path(__file__).parent


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_pictures = st.components.v2.component("visavis_photo_pictures", js=_read("photo_pictures.js"))
_stage = st.components.v2.component(
    "visavis_photo_stage",
    html=_read("photo_stage.html"),
    css=_read("photo_stage.css"),
    js=_read("photo_stage.js"),
)
_gallery = st.components.v2.component(
    "visavis_photo_gallery",
    html="<div class='gallery' role='toolbar' aria-label='Faces'></div>",
    css=_read("photo_gallery.css"),
    js=_read("photo_gallery.js"),
)
_strip = st.components.v2.component(
    "visavis_photo_strip",
    html="<div class='strip'></div>",
    css=_read("photo_strip.css"),
    js=_read("photo_strip.js"),
)

_STAGE = "photo_stage"
_STRIP = "photo_strip"

# In the page's address, counted from 1.
_PARAMETER = "photo"


def choose_photo(photos: Sequence[AnalysedPhoto]) -> AnalysedPhoto:
    """Show several photos in a row, of which the visitor chooses one; the one that is chosen."""
    if len(photos) == 1:
        return photos[0]
    chosen = _number_in_address() - 1
    if chosen not in range(len(photos)):
        chosen = 0
    _strip(
        key=_STRIP,
        data={
            "photos": [{"name": photo.photo.name, "icon": _address(photo.analysis.icon)} for photo in photos],
            "chosen": chosen,
        },
        on_chosen_change=_note_choice,
    )
    return photos[chosen]


def _number_in_address() -> int:
    number = st.query_params.get(_PARAMETER, "1")
    return int(number) if number.isdecimal() and len(number) <= 3 else 1


def _note_choice() -> None:
    st.query_params[_PARAMETER] = str(int(st.session_state[_STRIP].chosen) + 1)


def send_pictures(photo: AnalysedPhoto, crops: CropSettings) -> None:
    """Send the photo and its cut-out faces to the browser, for the stage to show."""
    _pictures(
        key="photo_pictures",
        data={
            "id": photo.photo.id,
            "preview": _address(photo.analysis.preview),
            "thumbnails": _thumbnails(photo.photo.id, photo.analysis.min_face_size, crops, photo),
        },
    )


def show_stage(
    photo: AnalysedPhoto, shown: Sequence[int], style: FaceStyle, smallest: int | None, *, marking: bool
) -> None:
    """Show the photo, with some of its faces drawn, and in the gallery.

    Args:
        photo: The photo, whose pictures were sent.
        shown: Indices of the faces, in the order of their numbers.
        style: What is drawn of each.
        smallest: Side of the smallest face that is looked for, in pixels of the photo; None draws none.
        marking: Whether a click says what is no face and what was missed, and does not choose a face.
    """
    analysis = photo.analysis
    _stage(
        key=_STAGE,
        data={
            "photo": photo.photo.id,
            "name": photo.photo.name,
            "width": analysis.width,
            "height": analysis.height,
            "alt": f"{photo.photo.name} with {counted(len(shown), 'face')} marked",
            "faces": [
                {
                    "index": index,
                    "number": number,
                    "confidence": confidence_label(analysis.faces[index].confidence),
                    "box": analysis.faces[index].box,
                    "keypoints": list(analysis.faces[index].keypoints.values()),
                }
                for number, index in enumerate(shown, start=1)
            ],
            "show": asdict(style),
            "smallest": smallest,
            "marks": marks_in(photo).for_browser,
            "marking": marking,
        },
        on_marks_change=lambda: take_marks(st.session_state[_STAGE].marks, photo),
    )


def show_gallery() -> None:
    """Give the stage a place for the faces it shows."""
    _gallery(key="photo_gallery")


# For the photo on the page, and the one before.
@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _thumbnails(
    photo_id: str,  # noqa: ARG001 - part of the key
    min_face_size: float,  # noqa: ARG001 - part of the key
    crops: CropSettings,
    _photo: AnalysedPhoto,
) -> list[str]:
    cut = cut_thumbnails(_photo.photo.data, _photo.analysis.faces, crops)
    return [_address(thumbnail) for thumbnail in cut]


def _address(jpeg: bytes) -> str:
    """An address that holds the picture itself."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
