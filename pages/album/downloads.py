"""What a visitor can take home from an album; each file is made when it is asked for."""

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.export import zip_files
from components.photo.face_hiding import Hiding
from components.photo.limits import LOWEST_CONFIDENCE
from components.photo.photo_file import hidden_name
from components.photo.scores import confidence_label
from components.photo.selection import PhotoWithFaces, Selection
from components.photo.take_home import NamedFile, SmallFaces, in_folder, tables
from components.tasks.photos import cut_out, draw_photo, hide_in_photo
from components.ui.choices import choose_hiding
from components.ui.downloads import offer_download, offer_tables
from components.ui.kept import memory_plan
from components.ui.shared_workers import QuietWorkers, quiet_workers
from components.ui.text import counted, megabytes

_STYLE = FaceStyle(boxes=True, keypoints=True, numbers=True, confidences=True)

# A JPEG file's bytes for each pixel, in the quality in which pictures are written: measured on 12 photos,
# 0.18 to 0.51.
_BYTES_A_PIXEL = 0.5

Selected = Selection[PhotoWithFaces]


def show_downloads(every: Sequence[Selected]) -> None:
    """Offer tables and pictures of the faces that the sheet shows.

    Args:
        every: Each photo that the sheet shows, with the faces that it shows.
    """
    taken = [selected for selected in every if len(selected)]
    if not taken:
        st.info("The sheet shows no face, so there is nothing to take home. Move its sliders to the left.")
        return
    workers = quiet_workers()
    with st.container(border=True):
        st.markdown(
            f"**Take home** the {counted(sum(map(len, taken)), 'face')} that the sheet shows, "
            f"in {counted(len(taken), 'photo')}"
        )
        pictures, annotations = st.columns(2, gap="large")
        with pictures:
            _offer_pictures(taken, [selected.photo for selected in every], workers)
        with annotations:
            offer_tables([selected.for_export for selected in taken], _stem(taken))


def _offer_pictures(
    taken: Sequence[Selected], photos: Sequence[PhotoWithFaces], workers: QuietWorkers
) -> None:
    crops = sum(_crop_pixels(selected) for selected in taken)
    with_faces = _pixels([selected.photo for selected in taken])
    _offer_zip("Faces, cut out", lambda: _crops(taken, workers), f"{_stem(taken)}-crops.zip", crops)
    _offer_zip(
        "Photos with faces drawn",
        lambda: (_drawn(selected, workers) for selected in taken),
        f"{_stem(taken)}-faces.zip",
        with_faces,
    )
    hiding = choose_hiding("Hide by", "album_hiding")
    _offer_zip(
        "Photos with faces hidden",
        lambda: (_hidden(photo, hiding, workers) for photo in photos),
        f"{_stem(photos)}-hidden.zip",
        _pixels(photos),
    )
    # A face that a filter leaves out, such as a blurred one, should be hidden all the more.
    st.caption(
        f"Hides every face that was found, from a confidence of {confidence_label(LOWEST_CONFIDENCE)} up, "
        "whatever the sheet leaves out. Some faces are never found: look at each photo before you share it."
    )
    _offer_zip(
        "Everything",
        lambda: _everything(taken, photos, hiding, workers),
        f"{_stem(photos)}-visavis.zip",
        with_faces + _pixels(photos) + crops,
        "All of these pictures in a folder for each photo, and all tables.",
    )


def _stem(photos: Sequence[object]) -> str:
    return counted(len(photos), "photo").replace(" ", "-")


def _pixels(photos: Sequence[PhotoWithFaces]) -> int:
    return sum(photo.found.width * photo.found.height for photo in photos)


def _offer_zip(
    label: str,
    files: Callable[[], Iterator[NamedFile]],
    name: str,
    pixels: int,
    explanation: str | None = None,
) -> None:
    """Offer a ZIP file of pictures, where the server has room to make it."""
    size, room = int(pixels * _BYTES_A_PIXEL), memory_plan().kept_by_one
    if size <= room:
        offer_download(f"{label} (ZIP)", lambda: zip_files(files()), name, "application/zip", explanation)
    else:
        st.caption(
            f"{label}: about {megabytes(size)}, and this server makes files of up to {megabytes(room)}. "
            "Choose a single photo above the sheet."
        )


def _crop_pixels(selected: Selected) -> int:
    """About how many pixels the faces of a photo have when they are cut out."""
    side = 1 + 2 * CropSettings().margin
    return round(sum((side * max(face.box[2:])) ** 2 for face in selected.for_export.faces))


def _crops(taken: Sequence[Selected], workers: QuietWorkers) -> Iterator[NamedFile]:
    for selected in taken:
        yield from in_folder(
            selected.photo, workers(cut_out, selected, CropSettings(), SmallFaces.KEEP, None)
        )


def _drawn(selected: Selected, workers: QuietWorkers) -> NamedFile:
    return workers(draw_photo, selected, _STYLE)


def _hidden(photo: PhotoWithFaces, hiding: Hiding, workers: QuietWorkers) -> NamedFile:
    return hidden_name(photo.found.name), workers(hide_in_photo, photo.file, photo.found.faces, hiding, ())


def _everything(
    taken: Sequence[Selected], photos: Sequence[PhotoWithFaces], hiding: Hiding, workers: QuietWorkers
) -> Iterator[NamedFile]:
    yield from tables([selected.for_export for selected in taken])
    for selected in taken:
        yield from in_folder(selected.photo, [_drawn(selected, workers)])
    for photo in photos:
        yield from in_folder(photo, [_hidden(photo, hiding, workers)])
    yield from _crops(taken, workers)
