"""The cascade's run on the lesson's picture, for the chapters that show a part of it."""

from dataclasses import dataclass

import streamlit as st

from components.geometry import area
from components.photo.detector import faces_of
from components.photo.faces import Face, filter_by_confidence
from components.photo.limits import DEFAULT_CONFIDENCE, DEFAULT_MIN_FACE_SIZE
from components.photo.mtcnn_cascade import Stages
from components.photo.pyramid import Pyramid
from components.tasks.photos import run_cascade
from components.ui.progress import Progress
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker
from pages.learn.choose_picture import LessonPicture

# Pictures whose runs are kept; these are boxes only.
_KEPT = 4


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What the cascade did with a picture.

    Attributes:
        stages: Its stages, without O-Net's cut-off.
        faces: All of O-Net's boxes as faces, most confident first, without a cut-off.
    """

    stages: Stages
    faces: tuple[Face, ...]


def explain(picture: LessonPicture) -> Explained:
    """Run the cascade on a picture, once for each picture."""

    def run(progress: Progress) -> Explained:
        height, width = picture.image.shape[:2]
        stages = in_worker(progress, run_cascade, picture.image, DEFAULT_MIN_FACE_SIZE)
        return Explained(stages, tuple(faces_of(stages, width, height)))

    return run_once("cascades", picture.id, _KEPT, run, st.empty(), "Running the cascade…")


def found_faces(picture: LessonPicture) -> list[Face]:
    """The faces from the default confidence up, most confident first."""
    return filter_by_confidence(explain(picture).faces, DEFAULT_CONFIDENCE)


def clearest_face(picture: LessonPicture) -> Face | None:
    """The largest of the found faces, which shows the most detail."""
    return max(found_faces(picture), key=lambda face: area(face.box), default=None)


@dataclass(frozen=True, slots=True, eq=False)
class CascadeStory:
    """All that the cascade's chapter shows of a picture.

    Attributes:
        picture: The picture.
        stages: What the cascade did with it.
        pyramid: The picture at all scales, as P-Net sees it.
    """

    picture: LessonPicture
    stages: Stages
    pyramid: Pyramid


def tell_story(picture: LessonPicture) -> CascadeStory:
    """Run the cascade on a picture, once for each picture, and return what its chapter shows."""
    return CascadeStory(picture, explain(picture).stages, _pyramid(picture.id, picture))


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _pyramid(picture_id: str, _picture: LessonPicture) -> Pyramid:  # noqa: ARG001 - the key
    return Pyramid(_picture.image, DEFAULT_MIN_FACE_SIZE)
