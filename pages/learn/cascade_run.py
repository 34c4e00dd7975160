"""The cascade's run on the lesson's picture, for every chapter that shows a part of it."""

from dataclasses import dataclass

import streamlit as st

from components.geometry import area
from components.photo.cascade import Stages
from components.photo.detector import CascadeDetector, faces_of
from components.photo.faces import Face, filter_by_confidence
from components.photo.limits import DEFAULT_CONFIDENCE, DEFAULT_MIN_FACE_SIZE
from components.photo.pyramid import Pyramid
from components.ui.detector import loaded_cascade
from pages.learn.choose_picture import LessonPicture


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What the cascade did with a picture.

    Attributes:
        stages: Its steps, with no cut-off at the end.
        faces: All that O-Net saw, most confident first, whatever they score.
    """

    stages: Stages
    faces: tuple[Face, ...]


def explain(picture: LessonPicture) -> Explained:
    """Run the cascade on a picture, once for each."""
    return _explained(picture.id, picture, loaded_cascade())


def found_faces(picture: LessonPicture) -> list[Face]:
    """The faces that the cascade is sure of, most confident first."""
    return filter_by_confidence(explain(picture).faces, DEFAULT_CONFIDENCE)


def clearest_face(picture: LessonPicture) -> Face | None:
    """The largest of the faces that the cascade is sure of, of which there is most to be seen."""
    return max(found_faces(picture), key=lambda face: area(face.box), default=None)


# Of the pictures of the moment; boxes only.
@st.cache_resource(scope="session", max_entries=4, show_spinner="Running the cascade…")
def _explained(
    picture_id: str,  # noqa: ARG001 - the key
    _picture: LessonPicture,
    _detector: CascadeDetector,
) -> Explained:
    height, width = _picture.image.shape[:2]
    stages = _detector.explain(_picture.image, DEFAULT_MIN_FACE_SIZE, min_confidence=0)
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
    return Pyramid(_picture.image, DEFAULT_MIN_FACE_SIZE)
