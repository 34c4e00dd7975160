"""What was found, to take home; every file is made when it is asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.export import (
    PhotoFaces,
    annotated_jpeg,
    coco_json,
    crop_jpegs,
    crop_name,
    faces_csv,
    faces_json,
    file_stem,
    zip_files,
)
from components.ui.downloads import offer_download
from pages.photo.marks import marks_in
from pages.photo.upload import AnalysedPhoto

_THIS, _ALL = "This photo", "All photos"
_ALL_FACES, _CHOSEN_FACES = "All faces", "Chosen faces"


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """A photo with the faces that are shown of it."""

    photo: AnalysedPhoto
    shown: tuple[int, ...]

    @property
    def faces(self) -> PhotoFaces:
        """As they are exported."""
        analysis = self.photo.analysis
        return PhotoFaces(
            name=self.photo.photo.name,
            width=analysis.width,
            height=analysis.height,
            faces=tuple(analysis.faces[index] for index in self.shown),
            sharpness=tuple(analysis.sharpness[index] for index in self.shown),
        )


def show_downloads(
    photo: ShownPhoto, photos: Sequence[ShownPhoto], style: FaceStyle, crops: CropSettings
) -> None:
    """Offer pictures, crops and tables of one photo or of all."""
    several = len(photos) > 1
    scope = _THIS
    if several:
        scope = st.segmented_control(
            "Of", [_THIS, _ALL], default=_THIS, required=True, key="take", bind="query-params"
        )
    only_this = scope != _ALL
    taken = [photo] if only_this else list(photos)
    stem = file_stem(photo.faces.name) if only_this else f"{len(taken)}-photos"
    pictures, tables = st.columns(2, gap="large")
    with pictures:
        st.markdown("**Pictures**, at full size")
        _offer(
            "Photo with faces drawn" if only_this else "Photos with faces drawn",
            lambda: _annotated(taken, style),
            f"{stem}-faces",
            single=only_this,
        )
        _offer_crops(taken, photo, stem, crops)
    with tables:
        st.markdown("**Tables and annotations**")
        offer_download("Table (CSV)", lambda: faces_csv(_faces(taken)), f"{stem}-faces.csv", "text/csv")
        offer_download(
            "Data (JSON)", lambda: faces_json(_faces(taken)), f"{stem}-faces.json", "application/json"
        )
        offer_download(
            "COCO annotations (JSON)",
            lambda: coco_json(_faces(taken)),
            f"{stem}-coco.json",
            "application/json",
            "Boxes and keypoints in the format that tools for training detectors read.",
        )
        offer_download(
            "Everything (ZIP)",
            lambda: zip_files(_everything(taken, style, crops)),
            f"{stem}-visavis.zip",
            "application/zip",
            "Drawn photos, all crops and all tables. With many large photos it takes some seconds.",
        )
    st.caption(
        "The faces are those shown above, with their numbers, drawn and cut out as set above; those you "
        "marked as no face are left out. For hidden faces there is a tab of its own."
    )


def _offer_crops(taken: list[ShownPhoto], photo: ShownPhoto, stem: str, crops: CropSettings) -> None:
    """Offer the faces cut out: all, those chosen, or one."""
    if not any(some.shown for some in taken):
        st.caption("There is no face to cut out.")
        return
    one_photo = len(taken) == 1
    chosen = [index for index in photo.shown if index in marks_in(photo.photo).chosen]
    singles = [f"Face {number}" for number in range(1, len(photo.shown) + 1)] if one_photo else []
    options = [_ALL_FACES] + [_CHOSEN_FACES] * bool(chosen and one_photo) + singles
    which = st.selectbox("Faces cut out", options, key="crops_of")
    if which in singles:
        number = singles.index(which) + 1
        offer_download(
            f"{which} (JPEG)",
            lambda: next(_crops(photo, crops, [photo.shown[number - 1]]))[1],
            crop_name(photo.faces.name, number, len(photo.shown)),
            "image/jpeg",
        )
        return
    wanted = chosen if which == _CHOSEN_FACES else None
    offer_download(
        f"{which}, cut out (ZIP)",
        lambda: zip_files(file for some in taken for file in _crops(some, crops, wanted)),
        f"{stem}-crops.zip",
        "application/zip",
    )


def _offer(label: str, make: Callable[[], list[tuple[str, bytes]]], stem: str, *, single: bool) -> None:
    """Offer pictures: one as it is, several in a ZIP file."""
    if single:
        offer_download(f"{label} (JPEG)", lambda: make()[0][1], f"{stem}.jpg", "image/jpeg")
    else:
        offer_download(f"{label} (ZIP)", lambda: zip_files(make()), f"{stem}.zip", "application/zip")


def _faces(photos: Sequence[ShownPhoto]) -> list[PhotoFaces]:
    return [photo.faces for photo in photos]


def _annotated(photos: Sequence[ShownPhoto], style: FaceStyle) -> list[tuple[str, bytes]]:
    return [
        (
            f"{file_stem(photo.faces.name)}-faces.jpg",
            annotated_jpeg(photo.photo.photo.data, photo.faces.faces, style),
        )
        for photo in photos
    ]


def _crops(
    photo: ShownPhoto, crops: CropSettings, wanted: Sequence[int] | None
) -> Iterator[tuple[str, bytes]]:
    """The crops of some faces, or of all that are shown, by the names of their files."""
    numbers = {index: number for number, index in enumerate(photo.shown, start=1)}
    indices = photo.shown if wanted is None else wanted
    faces = [photo.photo.analysis.faces[index] for index in indices]
    for index, crop in zip(indices, crop_jpegs(photo.photo.photo.data, faces, crops), strict=True):
        yield crop_name(photo.faces.name, numbers[index], len(photo.shown)), crop


def _everything(
    photos: Sequence[ShownPhoto], style: FaceStyle, crops: CropSettings
) -> Iterator[tuple[str, bytes]]:
    faces = _faces(photos)
    yield "faces.csv", faces_csv(faces)
    yield "faces.json", faces_json(faces)
    yield "coco.json", coco_json(faces)
    for photo in photos:
        yield from _annotated([photo], style)
        yield from _crops(photo, crops, None)
