"""The visitor's photos: choosing them, and analysing each of them once."""

import hashlib
from dataclasses import dataclass

import streamlit as st

from components.photo.analysis import PhotoAnalysis, analyse_photo
from components.photo.cascade import OnProgress
from components.photo.detector import FaceDetector
from components.photo.image import MAX_PIXELS, PhotoError
from components.photo.sample import NAME as SAMPLE_NAME
from components.photo.sample import sample_photo
from components.ui.detector import loaded_detector
from components.ui.progress import Progress
from components.ui.text import escape_markdown
from components.ui.uploads import keep_uploads_in_memory

# Bounds the results the server keeps for one visitor: a preview and thumbnails, some megabytes a photo.
MAX_PHOTOS = 20


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture file by its name, not decoded yet."""

    name: str
    data: bytes


def choose_photos() -> list[Photo]:
    """Show the uploader; the visitor's photos, or the sample while there are none."""
    keep_uploads_in_memory()
    uploads = st.file_uploader(
        "Your photos",
        type=["jpg", "jpeg", "png", "webp"],
        accept_multiple_files=True,
        key="uploads",
        help=f"Up to {MAX_PHOTOS} photos of {MAX_PIXELS // 1_000_000} megapixels each. They stay in this "
        "server's memory while you are here; nothing is stored or sent on.",
    )
    if len(uploads) > MAX_PHOTOS:
        st.warning(f"At most {MAX_PHOTOS} photos at once: the first {MAX_PHOTOS} are shown.")
    if not uploads:
        return [Photo(SAMPLE_NAME, sample_photo())]
    return [Photo(upload.name, upload.getvalue()) for upload in uploads[:MAX_PHOTOS]]


def analyse_photos(photos: list[Photo]) -> list[tuple[Photo, PhotoAnalysis]]:
    """Find the faces of each photo, with progress; a photo that cannot be used gets its sentence.

    Each photo is analysed once for a visitor, however often the page is run. A visitor who leaves, or
    does something that runs the page anew, ends the analysis.
    """
    detector = loaded_detector()
    analysed = []
    place = st.empty()
    for number, photo in enumerate(photos, start=1):
        name = escape_markdown(photo.name)
        count = f" ({number} of {len(photos)})" if len(photos) > 1 else ""
        outcomes = _outcomes(photo)
        if not outcomes:
            progress = Progress(place, f"Looking for faces in {name}{count}…")
            # Not appended: a run of the page that this one follows may still be at the same photo.
            outcomes[:] = [_analyse(photo, detector, progress)]
            place.empty()
        (outcome,) = outcomes
        if isinstance(outcome, PhotoError):
            st.error(f"**{name}**: {outcome}", icon=":material/broken_image:")
        else:
            analysed.append((photo, outcome))
    return analysed


def _analyse(photo: Photo, detector: FaceDetector, on_progress: OnProgress) -> PhotoAnalysis | PhotoError:
    """A refusal is a result like others, so that it is not worked out again at every move of the slider."""
    try:
        return analyse_photo(photo.data, detector, on_progress)
    except PhotoError as refusal:
        # Anew, since the one that was raised holds on to the picture through its traceback.
        return PhotoError(str(refusal))


def _content(photo: Photo) -> bytes:
    return hashlib.sha256(photo.data).digest()


# One visitor's results stay in that visitor's session, and are never evicted while still on the page.
@st.cache_resource(scope="session", max_entries=MAX_PHOTOS, show_spinner=False, hash_funcs={Photo: _content})
def _outcomes(photo: Photo) -> list[PhotoAnalysis | PhotoError]:  # noqa: ARG001 - it is the key
    """Where the outcome for a photo is kept: an empty list until it is known.

    The analysis itself cannot be the cached function, since no progress can be shown from inside one.
    """
    return []
