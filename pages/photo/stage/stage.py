"""The photo with its faces, which the browser draws over a picture that is sent once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

import streamlit as st

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.scores import confidence_label
from components.photo.selection import AnalysedPhoto, SelectedFaces
from components.tasks.photos import cut_for_gallery
from components.ui.data_url import jpeg_url
from components.ui.frontend import script, style_sheet
from components.ui.progress import Progress
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker
from components.ui.text import counted
from components.ui.visitor_photos import opened_face
from components.workers.worker import TaskError
from pages.photo.marks import cover_size, marks_for_judging, marks_in, take_marks

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


class Mode(StrEnum):
    """What a click on the photo does."""

    CHOOSE = "choose"
    # It says which boxes are no faces, and which faces have no box.
    MARK = "mark"
    # It chooses faces, and a drag draws covers.
    COVER = "cover"


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
    shown: SelectedFaces,
    dashed: Sequence[int],
    style: FaceStyle,
    smallest: int | None,
    mode: Mode,
    counts: Mapping[str, int],
) -> int:
    """Show the photo with some of its faces, and these faces in the gallery.

    Args:
        shown: The photo, whose pictures `send_pictures` has sent, and the faces in the order of their
            numbers.
        dashed: Indices of candidates that are drawn with dashed lines.
        style: What is drawn of each face.
        smallest: Side of the smallest face that is looked for, in pixels of the photo; None to draw none.
        mode: What a click does.
        counts: How many faces each photo on the page has, by the files' ids.

    Returns:
        By how many quarter turns the visitor has just turned the photo clockwise; negative the other way.
    """
    photo = shown.photo
    analysis = photo.analysis
    marks = marks_for_judging(photo) if mode is Mode.MARK else marks_in(photo)
    found = counted(len(shown), "face")
    result = _stage(
        key=_STAGE,
        data={
            "photo": photo.id,
            "name": photo.name,
            "width": analysis.width,
            "height": analysis.height,
            "alt": f"{photo.name} with {found} marked",
            "found": f"{found} shown",
            "faces": [
                {
                    "index": index,
                    # 0 for dashed candidates.
                    "number": number,
                    "confidence": confidence_label(analysis.faces[index].confidence),
                    "box": analysis.faces[index].box,
                    "keypoints": list(analysis.faces[index].keypoints.values()),
                }
                for number, index in [*enumerate(shown.indices, start=1), *((0, index) for index in dashed)]
            ],
            "show": asdict(style),
            "smallest": smallest,
            "marks": marks.for_browser,
            "mode": mode,
            "cover_size": cover_size(photo),
            "counts": dict(counts),
            "close_to": opened_face(photo.file),
        },
        on_marks_change=lambda: take_marks(st.session_state[_STAGE].marks, photo),
        on_turned_change=lambda: None,
    )
    return {-1: -1, 1: 1}.get(result.turned, 0)


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
