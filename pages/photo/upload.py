"""How a visitor brings photos: by upload, from the clipboard or with the camera; before that, samples."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.photo.image import ENDINGS, FORMAT_NAMES
from components.photo.limits import MAX_PHOTO_MEGABYTES, MAX_PHOTOS, MAX_PIXELS
from components.photo.photo_file import PhotoFile
from components.photo.sample_photo import Sample, sample_photo
from components.ui.kept import NoRoomError, note_kept
from components.ui.refusals import Refusal
from components.ui.streamlit_adapter import (
    keep_uploads_in_memory,
    upload_limit,
)
from components.ui.upload_gate import content_of
from components.ui.uploader import refused_files, say_that_photos_are_gone, watch_uploader
from components.ui.visitor_photos import (
    as_turned,
    earlier_photos,
    keep_current_photos,
    keep_current_photos_as_earlier,
    photo_from_album,
    photos_of_visitor,
)

_CAMERA_NAME = "Camera photo"

_SAMPLES = {Sample.SOLVAY: "Solvay Conference, 1927", Sample.GRACE: "Grace Hopper"}

# In the session: the uploader, and what the camera took.
_UPLOADER, _SHOTS = "uploads", "photos_taken"

# In the session: the script that watches the uploader.
_WATCHER = "uploader_watcher"

# The names in the address for the number of the visitor's photos, and for a sample by its value.
_PARAMETER, _SAMPLE = "own", "sample"


@dataclass(frozen=True, slots=True)
class Brought:
    """What there is to look at.

    Attributes:
        files: The visitor's photos, or a sample.
        refusals: Files that were not taken.
    """

    files: tuple[PhotoFile, ...]
    refusals: tuple[Refusal, ...]


def choose_photos() -> Brought:
    """Let the visitor bring photos, and return these; a sample while there are none."""
    keep_uploads_in_memory()
    if _UPLOADER not in st.session_state:
        # The uploader forgets its files as soon as the visitor looks at another page.
        keep_current_photos_as_earlier()
        st.session_state[_SHOTS] = []
    # Folded once there are photos, so that these come first.
    folded = bool(
        st.session_state.get(_UPLOADER) or st.session_state[_SHOTS] or earlier_photos() or photo_from_album()
    )
    row = st.container(horizontal=True, gap="medium")
    label = "Add or remove photos" if folded else "Your photos"
    with row.expander(label, expanded=not folded, icon=":material/add_photo_alternate:"):
        uploads = _upload()
        shots, shot_refusals = _take_photo()
        watcher = st.empty()
    refusals = [*shot_refusals, *refused_files(_WATCHER, f"{_limit()} MB", ENDINGS, FORMAT_NAMES)]
    current: list[PhotoFile] = []
    for upload in uploads[:MAX_PHOTOS]:
        content = content_of(upload, _limit())
        if isinstance(content, NoRoomError):
            refusals.append(Refusal(upload.name, str(content)))
        else:
            current.append(PhotoFile.of(upload.name, content))
    current += shots
    keep_current_photos(current)
    if max(len(uploads), len(earlier_photos()) + len(current)) > MAX_PHOTOS:
        st.warning(f"At most {MAX_PHOTOS} photos at once: the first {MAX_PHOTOS} are shown.")
    own = photos_of_visitor()
    with watcher:
        watch_uploader(_WATCHER, _UPLOADER, _PARAMETER, len(own))
    if own:
        return Brought(tuple(own), tuple(refusals))
    with row.container(width=360):
        return Brought((_choose_sample(),), tuple(refusals))


def _upload() -> list[UploadedFile]:
    return st.file_uploader(
        f"Up to {MAX_PHOTOS} at once, each up to {_limit()} MB and "
        f"{MAX_PIXELS // 1_000_000} megapixels: {FORMAT_NAMES}; you can also paste one. They stay in this "
        "server's memory while you are here; nothing is stored or sent on.",
        # By their endings too, since some systems do not know what a HEIC or a PSD file is.
        type=["image", *ENDINGS],
        accept_multiple_files=True,
        max_upload_size=_limit(),
        key=_UPLOADER,
    )


def _limit() -> int:
    """Megabytes of a file."""
    return upload_limit(MAX_PHOTO_MEGABYTES)


def _take_photo() -> tuple[list[PhotoFile], list[Refusal]]:
    """Let the visitor take a photo with the device's camera; empty while there is none."""
    # Offered behind a switch, since a browser asks its user for the camera as soon as the element appears.
    refusals = []
    if st.toggle("Use the camera", key="camera"):
        shot = st.camera_input("Take a photo", key="shot", resolution="1080p", label_visibility="collapsed")
        content = content_of(shot, _limit()) if shot else None
        if isinstance(content, NoRoomError):
            refusals.append(Refusal(_CAMERA_NAME, str(content)))
        st.session_state[_SHOTS] = [PhotoFile.of(_CAMERA_NAME, content)] if isinstance(content, bytes) else []
        note_kept("camera photo", st.session_state[_SHOTS])
    # The photo stays when the camera is switched off.
    shots: list[PhotoFile] = st.session_state[_SHOTS]
    return shots, refusals


def _choose_sample() -> PhotoFile:
    """A sample, for a visitor without photos."""
    say_that_photos_are_gone(_PARAMETER)
    named = st.query_params.get(_SAMPLE)
    # Not bound to the address: when the choice goes, as the first photo comes, Streamlit would write the
    # address anew, without what the browser has just written there.
    chosen = st.segmented_control(
        "Sample photo",
        list(_SAMPLES),
        default=Sample(named) if named in list(Sample) else Sample.SOLVAY,
        required=True,
        format_func=_SAMPLES.__getitem__,
        key=_SAMPLE,
        help="To try everything before you bring your own.",
        wrap=True,
    )
    return as_turned(sample_photo(chosen or Sample.SOLVAY))
