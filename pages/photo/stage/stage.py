"""The photo with its faces, which the browser draws over a picture that is sent once."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from components.photo.annotate import FaceStyle, confidence_label
from components.photo.crops import CropSettings
from components.photo.selection import AnalysedPhoto
from components.tasks.photos import cut_for_gallery
from components.ui.data_url import jpeg_url
from components.ui.frontend import script, style_sheet
from components.ui.progress import Progress
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker
from components.ui.text import counted
from components.workers.worker import TaskError
from pages.photo.marks import marks_in, take_marks

_HERE = Path(__file__).parent

_pictures = st.components.v2.component("visavis_photo_pictures", js=script(_HERE / "pictures.js"))
_stage = st.components.v2.component(
    "visavis_photo_stage",
    html=(_HERE / "stage.html").read_text(encoding="utf-8"),
    css=style_sheet(_HERE / "stage.css"),
    js=script(_HERE / "stage.js"),
)
_gallery = st.components.v2.component(
    "visavis_photo_gallery",
    html="<div class='gallery' role='toolbar' aria-label='Faces'></div>",
    css=style_sheet(_HERE / "gallery.css"),
    js=script(_HERE / "gallery_place.js"),
)
_STAGE = "photo_stage"

# Photos whose cut-out faces are kept: the one on the page, and the one before.
_KEPT = 2


def send_pictures(photo: AnalysedPhoto, crops: CropSettings) -> None:
    """Send the photo and its cut-out faces to the browser, for the stage to show."""
    _pictures(
        key="photo_pictures",
        data={
            "id": photo.id,
            "preview": jpeg_url(photo.analysis.preview),
            "thumbnails": _thumbnails(photo, crops),
        },
    )


def show_stage(
    photo: AnalysedPhoto,
    shown: Sequence[int],
    dashed: Sequence[int],
    style: FaceStyle,
    smallest: int | None,
    *,
    marking: bool,
) -> None:
    """Show the photo with some of its faces, and these faces in the gallery.

    Args:
        photo: The photo; `send_pictures` has sent its pictures.
        shown: Indices of the faces, in the order of their numbers.
        dashed: Indices of candidates that are drawn with dashed lines.
        style: What is drawn of each face.
        smallest: Side of the smallest face that is looked for, in pixels of the photo; None to draw none.
        marking: Whether a click marks false alarms and missed faces instead of choosing a face.
    """
    analysis = photo.analysis
    _stage(
        key=_STAGE,
        data={
            "photo": photo.id,
            "name": photo.name,
            "width": analysis.width,
            "height": analysis.height,
            "alt": f"{photo.name} with {counted(len(shown), 'face')} marked",
            "faces": [
                {
                    "index": index,
                    # 0 for dashed candidates.
                    "number": number,
                    "confidence": confidence_label(analysis.faces[index].confidence),
                    "box": analysis.faces[index].box,
                    "keypoints": list(analysis.faces[index].keypoints.values()),
                }
                for number, index in [*enumerate(shown, start=1), *((0, index) for index in dashed)]
            ],
            "show": asdict(style),
            "smallest": smallest,
            "marks": marks_in(photo).for_browser,
            "marking": marking,
        },
        on_marks_change=lambda: take_marks(st.session_state[_STAGE].marks, photo),
    )


def show_gallery() -> None:
    """Place the gallery, which the stage fills with the faces that it shows."""
    _gallery(key="photo_gallery")


def _thumbnails(photo: AnalysedPhoto, crops: CropSettings) -> list[str]:
    """The faces cut out, as addresses; none where they cannot be cut out, so that the page shows the rest."""

    def cut(progress: Progress) -> list[str]:
        return [jpeg_url(thumbnail) for thumbnail in in_worker(progress, cut_for_gallery, photo, crops)]

    try:
        return run_once("thumbnails", (photo.id, crops), _KEPT, cut, st.empty(), "Cutting out the faces…")
    except TaskError as error:
        st.warning(f"The faces could not be cut out. {error}", icon=":material/crop:")
        return []
