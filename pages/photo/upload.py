"""The visitor's photos: choosing them, and analysing each of them once."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.photo.analysis import PhotoAnalysis, analyse_photo
from components.photo.cascade import OnProgress
from components.photo.detector import FaceDetector
from components.photo.export import distinct_names
from components.photo.image import ENDINGS, MAX_PIXELS, PhotoError
from components.photo.sample import NAME as SAMPLE_NAME
from components.photo.sample import sample_photo
from components.ui.detector import loaded_detector
from components.ui.progress import Progress
from components.ui.text import counted, escape_markdown
from components.ui.uploads import keep_uploads_in_memory

# Bounds the results the server keeps for one visitor: less than a megabyte a photo.
MAX_PHOTOS = 20

_CAMERA_NAME = "Camera photo"

# In the session: the uploader, what it and the camera give now, what they gave before the page was left, and
# what the camera took.
_UPLOADS, _LATEST, _BEFORE, _SHOTS = "uploads", "photos_latest", "photos_before", "photos_taken"

_paste = st.components.v2.component(
    "visavis_paste", js=Path(__file__).with_name("paste.js").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture file by its name, not decoded yet.

    Attributes:
        name: As the visitor knows it.
        data: The whole content of the file.
        id: Of the content: equal files have the same.
    """

    name: str
    data: bytes
    id: str


@dataclass(frozen=True, slots=True)
class AnalysedPhoto:
    """A photo, and what is known of it."""

    photo: Photo
    analysis: PhotoAnalysis

    @property
    def id(self) -> str:
        """Of what was found in it: another smallest face gives other faces."""
        return f"{self.photo.id}-{self.analysis.min_face_size:g}"


def choose_photos(files: DeltaGenerator, camera: DeltaGenerator) -> list[Photo]:
    """Let the visitor bring photos; these, or the sample while there are none.

    Args:
        files: Where the uploader stands.
        camera: Where the camera is offered.
    """
    keep_uploads_in_memory()
    if _UPLOADS not in st.session_state:
        # The uploader forgets its files as soon as the visitor looks at another page; the visitor does not.
        before = [*_kept(_BEFORE), *_kept(_LATEST)][:MAX_PHOTOS]
        st.session_state.update({_BEFORE: before, _LATEST: [], _SHOTS: []})
    with files:
        uploads = _upload()
        _offer_removal()
    with camera:
        shots = _take_photo()
    photos = [_make_photo(upload.name, upload.getvalue()) for upload in uploads[:MAX_PHOTOS]]
    st.session_state[_LATEST] = photos = photos + shots
    mine = [*_kept(_BEFORE), *photos]
    if max(len(uploads), len(mine)) > MAX_PHOTOS:
        st.warning(f"At most {MAX_PHOTOS} photos at once: the first {MAX_PHOTOS} are shown.")
    return _with_distinct_names(mine[:MAX_PHOTOS]) or [_make_photo(SAMPLE_NAME, sample_photo())]


def photos_at_hand() -> list[Photo]:
    """The photos that the visitor brought to the Photo page, for other pages to use."""
    return _with_distinct_names([*_kept(_BEFORE), *_kept(_LATEST)][:MAX_PHOTOS])


def _kept(key: str) -> list[Photo]:
    photos: list[Photo] = st.session_state.get(key, [])
    return photos


def _upload() -> list[UploadedFile]:
    uploads = st.file_uploader(
        f"Your photos: up to {MAX_PHOTOS} at once, each up to {st.get_option('server.maxUploadSize')} MB and "
        f"{MAX_PIXELS // 1_000_000} megapixels, in any usual format. You can also paste one.",
        # By their endings too, since some systems do not know what a HEIC or a PSD file is.
        type=["image", *ENDINGS],
        accept_multiple_files=True,
        key=_UPLOADS,
    )
    _paste(key="paste")
    return uploads


def _offer_removal() -> None:
    """Offer to remove the photos that the uploader does not list any more."""
    before = _kept(_BEFORE)
    if before:
        st.button(
            f"Remove {counted(len(before), 'earlier photo')}",
            icon=":material/delete:",
            on_click=lambda: st.session_state.update({_BEFORE: []}),
        )


def _take_photo() -> list[Photo]:
    """Let the visitor take a photo with the device's camera; none while there is none."""
    # Asked for by a click, since a browser asks its user for the camera as soon as it is on the page.
    if st.toggle("Use the camera", key="camera"):
        shot = st.camera_input("Take a photo", key="shot", resolution="1080p", label_visibility="collapsed")
        st.session_state[_SHOTS] = [_make_photo(_CAMERA_NAME, shot.getvalue())] if shot else []
    # With the camera switched off, its photo stays.
    return _kept(_SHOTS)


def _make_photo(name: str, data: bytes) -> Photo:
    return Photo(name, data, hashlib.sha256(data).hexdigest())


def _with_distinct_names(photos: list[Photo]) -> list[Photo]:
    names = distinct_names(photo.name for photo in photos)
    return [replace(photo, name=name) for photo, name in zip(photos, names, strict=True)]


def analyse_photos(photos: list[Photo], min_face_size: int) -> list[AnalysedPhoto]:
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
        outcomes = _outcomes(photo.id, min_face_size)
        if not outcomes:
            progress = Progress(place, f"Looking for faces in {name}{count}…")
            # Not appended: a run of the page that this one follows may still be at the same photo.
            outcomes[:] = [_analyse(photo, detector, min_face_size, progress)]
            place.empty()
        (outcome,) = outcomes
        if isinstance(outcome, PhotoError):
            st.error(f"**{name}**: {outcome}", icon=":material/broken_image:")
        else:
            if outcome.first_of_several:
                st.info(
                    f"**{name}**: the file holds several pictures, as animations do; the first is shown.",
                    icon=":material/filter_1:",
                )
            analysed.append(AnalysedPhoto(photo, outcome))
    return analysed


def _analyse(
    photo: Photo, detector: FaceDetector, min_face_size: int, on_progress: OnProgress
) -> PhotoAnalysis | PhotoError:
    """A refusal is a result like others, so that it is not worked out again at every run of the page."""
    try:
        return analyse_photo(photo.data, detector, min_face_size, on_progress)
    except PhotoError as refusal:
        # Anew, since the one that was raised holds on to the picture through its traceback.
        return PhotoError(str(refusal))


# One visitor's results stay in that visitor's session, and are never evicted while still on the page.
@st.cache_resource(scope="session", max_entries=MAX_PHOTOS + 1, show_spinner=False)
def _outcomes(photo_id: str, min_face_size: int) -> list[PhotoAnalysis | PhotoError]:  # noqa: ARG001 - the key
    """Where the outcome for a photo is kept: an empty list until it is known.

    The analysis itself cannot be the cached function, since no progress can be shown from inside one.
    """
    return []
