"""The tab with files to download; each file is made when the visitor asks for it."""

from collections.abc import Iterator, Sequence

import streamlit as st

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.export import zip_files
from components.photo.limits import SMALL_FACE
from components.photo.photo_file import crop_name, drawn_name, file_stem
from components.photo.selection import SelectedFaces
from components.photo.take_home import NamedFile, SmallFaces, in_folder, is_small, tables
from components.tasks.photos import cut_out, draw_photo
from components.ui.choices import choose_one
from components.ui.downloads import offer_download, offer_tables
from components.ui.shared_workers import QuietWorkers, quiet_workers
from components.ui.text import counted
from pages.photo.marks import marks_in

_THIS, _ALL = "This photo", "All photos"
_ALL_FACES, _CHOSEN_FACES = "All faces", "Chosen faces"

_SMALL_FACES = {
    SmallFaces.KEEP: "Keep",
    SmallFaces.MARK: "Mark in the name",
    SmallFaces.LEAVE_OUT: "Leave out",
}


def show_downloads(
    shown: SelectedFaces, shown_in_all: Sequence[SelectedFaces], style: FaceStyle, crops: CropSettings
) -> None:
    """Offer pictures, crops and tables of all photos or of one."""
    scope = _THIS
    if len(shown_in_all) > 1:
        scope = st.segmented_control(
            "Photos", [_ALL, _THIS], default=_ALL, required=True, key="take", bind="query-params"
        )
    only_this = scope == _THIS
    taken = [shown] if only_this else list(shown_in_all)
    stem = file_stem(shown.photo.name) if only_this else f"{len(taken)}-photos"
    workers = quiet_workers()
    pictures, annotations = st.columns(2, gap="large")
    with pictures:
        st.markdown("**Pictures**, at full size")
        if only_this:
            offer_download(
                "Photo with faces drawn (JPEG)",
                lambda: workers(draw_photo, shown, style)[1],
                drawn_name(shown.photo.name),
                "image/jpeg",
            )
        else:
            offer_download(
                "Photos with faces drawn (ZIP)",
                lambda: zip_files(
                    file
                    for selected in taken
                    for file in in_folder(selected.photo, [workers(draw_photo, selected, style)])
                ),
                f"{stem}-faces.zip",
                "application/zip",
            )
        small_faces = _offer_crops(taken, stem, crops, workers)
    with annotations:
        st.markdown("**Tables and annotations**")
        offer_tables([selected.for_export for selected in taken], stem)
        offer_download(
            "Everything (ZIP)",
            lambda: zip_files(_all_files(taken, style, crops, small_faces, workers)),
            f"{stem}-visavis.zip",
            "application/zip",
            "Drawn photos and crops in a folder for each photo, and all tables. With many large photos it "
            "takes some seconds.",
        )
    st.caption(
        "These are the faces shown above, with their numbers, drawn and cut out as you set above. Faces that "
        "you marked as no face are left out. To hide faces, open the tab Hide faces."
    )


def _all_files(
    taken: Sequence[SelectedFaces],
    style: FaceStyle,
    crops: CropSettings,
    small_faces: SmallFaces,
    workers: QuietWorkers,
) -> Iterator[NamedFile]:
    yield from tables([selected.for_export for selected in taken])
    for selected in taken:
        yield from in_folder(selected.photo, [workers(draw_photo, selected, style)])
        yield from in_folder(selected.photo, workers(cut_out, selected, crops, small_faces, None))


def _offer_crops(
    taken: Sequence[SelectedFaces], stem: str, crops: CropSettings, workers: QuietWorkers
) -> SmallFaces:
    """Offer the faces cut out: all, those chosen, or one; returns what happens to small ones."""
    if not any(len(selected) for selected in taken):
        st.caption("There is no face to cut out.")
        return SmallFaces.KEEP
    (first, *others) = taken
    chosen = [index for index in first.indices if index in marks_in(first.photo).chosen]
    singles = [] if others else [f"Face {number}" for number in range(1, len(first) + 1)]
    options = [_ALL_FACES] + [_CHOSEN_FACES] * bool(chosen and not others) + singles
    which = st.selectbox("Faces cut out", options, key="crops_of")
    small_faces = choose_one(
        f"Faces below {SMALL_FACE} pixels",
        _SMALL_FACES,
        SmallFaces.KEEP,
        "small",
        f"Faces that are less than {SMALL_FACE} pixels wide show little detail.",
    )
    small = sum(
        is_small(selected.photo.analysis.faces[index]) for selected in taken for index in selected.indices
    )
    st.caption(f"That small: {small} of {counted(sum(len(selected) for selected in taken), 'face')}.")
    if which in singles:
        number = singles.index(which) + 1
        index = first.indices[number - 1]
        offer_download(
            f"{which} (JPEG)",
            lambda: workers(cut_out, first, crops, SmallFaces.KEEP, [index])[0][1],
            crop_name(first.photo.name, number, len(first)),
            "image/jpeg",
        )
        return small_faces
    wanted = chosen if which == _CHOSEN_FACES else None
    offer_download(
        f"{which}, cut out (ZIP)",
        lambda: zip_files(
            file
            for selected in taken
            for file in in_folder(selected.photo, workers(cut_out, selected, crops, small_faces, wanted))
        ),
        f"{stem}-crops.zip",
        "application/zip",
    )
    return small_faces
