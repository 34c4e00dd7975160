"""What several chapters of the lesson use."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.photo.cascade import Stages
from components.photo.detector import FaceDetector, faces_of
from components.photo.faces import Face, filter_by_confidence
from components.photo.pyramid import Pyramid
from components.ui.detector import loaded_detector
from pages.learn.choose_picture import LessonPicture

# P-Net's and the page's: smaller faces are not looked for.
MIN_FACE_SIZE = 20

# From here on something counts as a face where the visitor sets no cut-off.
_SURE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What the cascade did with a picture.

    Attributes:
        stages: Its steps, with no cut-off at the end.
        faces: All that O-Net saw, most confident first, whatever they score.
    """

    stages: Stages
    faces: tuple[Face, ...]


def show_question(question: str) -> None:
    """Begin a chapter with the question that it answers."""
    st.header(question, anchor=False)


def show_in_short(sentence: str) -> None:
    """End a chapter with what to remember."""
    st.html(f"<p class='learn-short'><strong>In short.</strong> {sentence}</p>")


def side_by_side() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two places next to each other on a phone too, for pictures that one compares."""
    row = st.container(horizontal=True, wrap=False)
    return row.container(), row.container()


def explain(picture: LessonPicture) -> Explained:
    """Run the cascade on a picture, once for each."""
    return _explained(picture.id, picture, loaded_detector())


def found_faces(picture: LessonPicture) -> list[Face]:
    """The faces that the cascade is sure of, most confident first."""
    return filter_by_confidence(explain(picture).faces, _SURE)


def clearest_face(picture: LessonPicture) -> Face | None:
    """The largest of the faces that the cascade is sure of, of which there is most to be seen."""
    return max(found_faces(picture), key=lambda face: face.box[2] * face.box[3], default=None)


# Of the pictures of the moment; boxes only.
@st.cache_resource(scope="session", max_entries=4, show_spinner="Running the cascade…")
def _explained(
    picture_id: str,  # noqa: ARG001 - the key
    _picture: LessonPicture,
    _detector: FaceDetector,
) -> Explained:
    height, width = _picture.image.shape[:2]
    stages = _detector.explain(_picture.image, MIN_FACE_SIZE, min_confidence=0)
    return Explained(stages, tuple(faces_of(stages, width, height)))


@dataclass(frozen=True, slots=True, eq=False)
class CascadeStory:
    """All that the cascade's chapter tells of a picture.

    Attributes:
        picture: The picture.
        stages: What the cascade did with it.
        pyramid: The picture at all sizes, as P-Net sees it.
    """

    picture: LessonPicture
    stages: Stages
    pyramid: Pyramid


def tell_story(picture: LessonPicture) -> CascadeStory:
    """Run the cascade on a picture, once for each, and keep what its chapter tells."""
    return CascadeStory(picture, explain(picture).stages, _pyramid(picture.id, picture))


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _pyramid(picture_id: str, _picture: LessonPicture) -> Pyramid:  # noqa: ARG001 - the key
    return Pyramid(_picture.image, MIN_FACE_SIZE)
