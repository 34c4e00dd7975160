"""Choosing the lesson's picture: a sample, the test picture, or one of the visitor's photos."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.known_faces import Condition, make_known_picture
from components.photo.image import PhotoError, fit_within
from components.photo.mtcnn_networks import CELL_SIDE
from components.photo.photo_file import PhotoFile
from components.photo.sample_photo import Sample, sample_photo
from components.tasks.photos import open_reduced
from components.ui.progress import Progress
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker, quiet_workers
from components.ui.text import escape_markdown
from components.ui.visitor_photos import open_photo_id, photos_of_visitor
from components.workers.worker import TaskError
from pages.page_table import PHOTO

# Longest side, in pixels: enough for the faces in a class photo, and small enough to keep all of its maps.
LESSON_SIDE = 800

# The lesson's first picture: its face is large enough to see what the networks see.
SAMPLE_ID = "sample"
_CROWD_ID, _TEST_ID = "solvay", "test"

_TEST_NAME = "Test picture: faces and look-alikes"

# In the session: the chosen picture, which stays from chapter to chapter, and the photo that was open on the
# Photo page at that time.
_CHOSEN, _OPEN = "learn_picture", "learn_open_photo"


@dataclass(frozen=True, slots=True, eq=False)
class LessonPicture:
    """The picture that the lesson uses.

    Attributes:
        id: Identifies the picture.
        name: Its name for the visitor.
        image: uint8 (height, width, 3), RGB, no side longer than `LESSON_SIDE`.
        full_size: Width and height before reduction, in pixels.
    """

    id: str
    name: str
    image: NDArray[np.uint8]
    full_size: tuple[int, int]


def choose_picture() -> LessonPicture:
    """Let the visitor choose a picture; at first the one that is open on the Photo page, or the sample."""
    photos = {photo.id: photo for photo in photos_of_visitor()}
    names = {
        SAMPLE_ID: sample_photo(Sample.GRACE).name,
        _CROWD_ID: sample_photo(Sample.SOLVAY).name,
        _TEST_ID: _TEST_NAME,
    } | {photo.id: photo.name for photo in photos.values()}
    ids = list(names)
    opened = open_photo_id()
    # When the visitor has opened another photo since, that one is shown.
    first = opened if opened != st.session_state.get(_OPEN) else st.session_state.get(_CHOSEN)
    chooser, hint = st.columns([2, 3], vertical_alignment="bottom")
    with chooser:
        chosen = st.selectbox(
            "Picture",
            ids,
            index=ids.index(first) if first in ids else 0,
            format_func=names.__getitem__,
            key="learn_picture_choice",
        )
    st.session_state.update({_CHOSEN: chosen, _OPEN: opened})
    with hint:
        st.page_link(
            PHOTO.script,
            label="Add more on the Photo page" if photos else "Use your own: open it on the Photo page",
            icon=":material/add_photo_alternate:",
        )
    if chosen == SAMPLE_ID:
        return sample_picture()
    if chosen == _TEST_ID:
        return _test_picture()
    return _read(sample_photo(Sample.SOLVAY) if chosen == _CROWD_ID else photos[chosen])


def shrink(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Reduce a picture until no side is longer than `side`.

    The short side of a strip is kept at the fewest pixels that a network needs.
    """
    reduced = fit_within(image, side)
    height, width = (max(length, CELL_SIDE) for length in reduced.shape[:2])
    if (height, width) == reduced.shape[:2]:
        return reduced
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _read(photo: PhotoFile) -> LessonPicture:
    """A photo of any size; where it cannot be used, a sentence and the sample."""
    try:
        picture = _reduced(photo)
    except (PhotoError, TaskError) as refusal:
        st.error(f"**{escape_markdown(photo.name)}**: {refusal}", icon=":material/broken_image:")
        return sample_picture()
    height, width = picture.image.shape[:2]
    if picture.full_size != (width, height):
        st.caption(
            f"Here it has {width} × {height} pixels instead of {picture.full_size[0]} × "
            f"{picture.full_size[1]}, so that every step can be shown. The Photo page uses the full size, "
            "and finds more of the small faces."
        )
    return replace(picture, name=photo.name)


def _reduced(photo: PhotoFile) -> LessonPicture:

    def open_it(progress: Progress) -> LessonPicture:
        image, full_size = in_worker(progress, open_reduced, photo, LESSON_SIDE)
        return LessonPicture(photo.id, photo.name, image, full_size)

    # Only the current picture is kept, at most two megabytes.
    return run_once("lesson_pictures", photo.id, 1, open_it, st.empty(), "Opening the photo…")


# The same for all visitors.
@st.cache_resource(show_spinner=False)
def sample_picture() -> LessonPicture:
    """The picture until the visitor brings one."""
    sample = sample_photo(Sample.GRACE)
    image, _ = quiet_workers()(open_reduced, sample, LESSON_SIDE)
    return _whole(SAMPLE_ID, sample.name, image)


@st.cache_resource(show_spinner=False)
def _test_picture() -> LessonPicture:
    image = make_known_picture(sample_picture().image, Condition.CLEAR).image
    return _whole(_TEST_ID, _TEST_NAME, image)


def _whole(picture_id: str, name: str, image: NDArray[np.uint8]) -> LessonPicture:
    height, width = image.shape[:2]
    return LessonPicture(picture_id, name, image, (width, height))
