"""How a visitor brings photos: by upload, from the clipboard or with the camera."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.photo.image import ENDINGS
from components.photo.limits import MAX_PHOTOS, MAX_PIXELS
from components.photo.photo_file import PhotoFile
from components.photo.sample_photo import NAME as SAMPLE_NAME
from components.photo.sample_photo import sample_photo
from components.ui.frontend import script
from components.ui.kept import note_kept
from components.ui.streamlit_adapter import file_input, keep_uploads_in_memory, max_upload_megabytes
from components.ui.text import counted
from components.ui.upload_gate import content_of
from components.ui.visitor_photos import (
    earlier_photos,
    keep_current_photos,
    keep_current_photos_as_earlier,
    photos_of_visitor,
    remove_earlier_photos,
)

_CAMERA_NAME = "Camera photo"

# In the session: the uploader, and what the camera took.
_UPLOADER, _SHOTS = "uploads", "photos_taken"

_paste = st.components.v2.component("visavis_paste", js=script(Path(__file__).with_name("paste.js")))


def choose_photos(files: DeltaGenerator, camera: DeltaGenerator) -> list[PhotoFile]:
    """Let the visitor bring photos, and return these; the sample while there are none.

    Args:
        files: The place for the uploader.
        camera: The place for the camera.
    """
    keep_uploads_in_memory()
    if _UPLOADER not in st.session_state:
        # The uploader forgets its files as soon as the visitor looks at another page.
        keep_current_photos_as_earlier()
        st.session_state[_SHOTS] = []
    with files:
        uploads = _upload()
        _offer_removal()
    with camera:
        shots = _take_photo()
    received = [(upload.name, content_of(upload)) for upload in uploads[:MAX_PHOTOS]]
    current = [PhotoFile.of(name, data) for name, data in received if data is not None] + shots
    keep_current_photos(current)
    if max(len(uploads), len(earlier_photos()) + len(current)) > MAX_PHOTOS:
        st.warning(f"At most {MAX_PHOTOS} photos at once: the first {MAX_PHOTOS} are shown.")
    return photos_of_visitor() or [PhotoFile.of(SAMPLE_NAME, sample_photo())]


def _upload() -> list[UploadedFile]:
    uploads = st.file_uploader(
        f"Your photos: up to {MAX_PHOTOS} at once, each up to {max_upload_megabytes()} MB and "
        f"{MAX_PIXELS // 1_000_000} megapixels, in any usual format. You can also paste one.",
        # By their endings too, since some systems do not know what a HEIC or a PSD file is.
        type=["image", *ENDINGS],
        accept_multiple_files=True,
        key=_UPLOADER,
    )
    _paste(key="paste", data={"file_input": file_input(_UPLOADER)})
    return uploads


def _offer_removal() -> None:
    """Offer to remove the photos that the uploader no longer lists."""
    earlier = earlier_photos()
    if earlier:
        st.button(
            f"Remove {counted(len(earlier), 'earlier photo')}",
            icon=":material/delete:",
            on_click=remove_earlier_photos,
        )


def _take_photo() -> list[PhotoFile]:
    """Let the visitor take a photo with the device's camera; empty while there is none."""
    # Offered behind a switch, since a browser asks its user for the camera as soon as the element appears.
    if st.toggle("Use the camera", key="camera"):
        shot = st.camera_input("Take a photo", key="shot", resolution="1080p", label_visibility="collapsed")
        data = content_of(shot) if shot else None
        st.session_state[_SHOTS] = [] if data is None else [PhotoFile.of(_CAMERA_NAME, data)]
        note_kept("camera photo", st.session_state[_SHOTS])
    # The photo stays when the camera is switched off.
    shots: list[PhotoFile] = st.session_state[_SHOTS]
    return shots
