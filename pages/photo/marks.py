"""A visitor's marks in the photos: chosen faces, false alarms and missed faces."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from components.geometry import Point
from components.photo.judgement import Judgement
from components.photo.selection import AnalysedPhoto

_KEY = "marks"

# Nobody marks more faces than this in a photo; a browser could report any number.
_MOST_SPOTS = 500


@dataclass(frozen=True, slots=True)
class Marks:
    """A visitor's marks in one photo.

    Attributes:
        turn: Grows with every change, so that browser and server know whose marks are newer.
        chosen: Indices of the chosen faces.
        false_alarms: Indices of the boxes that are no faces, as the visitor says.
        missed: (x, y) of faces without a box, in pixels of the photo.
    """

    turn: int = 0
    chosen: tuple[int, ...] = ()
    false_alarms: tuple[int, ...] = ()
    missed: tuple[Point, ...] = ()

    @property
    def judgement(self) -> Judgement:
        """The marks as a judgement of the detector's boxes."""
        return Judgement(frozenset(self.false_alarms), self.missed)

    @property
    def for_browser(self) -> dict[str, Any]:
        """The marks in the form that the stage in the browser takes."""
        return asdict(self)


def marks_in(photo: AnalysedPhoto) -> Marks:
    """The visitor's marks in a photo."""
    marks: Marks = st.session_state.get(_KEY, {}).get(photo.id, Marks())
    return marks


def take_marks(report: dict[str, Any], photo: AnalysedPhoto) -> None:
    """Keep what the browser reports; see stage/stage.js."""
    if report["photo"] != photo.id:
        return
    width, height = photo.analysis.width, photo.analysis.height
    spots = [
        (min(max(float(x), 0.0), float(width)), min(max(float(y), 0.0), float(height)))
        for x, y in report["missed"][:_MOST_SPOTS]
    ]
    _keep(
        photo,
        Marks(
            turn=int(report["turn"]),
            chosen=_known(report["chosen"], photo),
            false_alarms=_known(report["false_alarms"], photo),
            missed=tuple(spots),
        ),
    )


def clear_chosen_faces(photo: AnalysedPhoto) -> None:
    """Choose no faces any more."""
    marks = marks_in(photo)
    _keep(photo, replace(marks, turn=marks.turn + 1, chosen=()))


def clear_judgement(photo: AnalysedPhoto) -> None:
    """Remove the marks of false alarms and missed faces."""
    marks = marks_in(photo)
    _keep(photo, replace(marks, turn=marks.turn + 1, false_alarms=(), missed=()))


def forget_others(photos: Iterable[AnalysedPhoto]) -> None:
    """Forget the marks in photos that are no longer on the page."""
    ids = {photo.id for photo in photos}
    kept = {photo_id: marks for photo_id, marks in st.session_state.get(_KEY, {}).items() if photo_id in ids}
    st.session_state[_KEY] = kept


def _known(indices: Iterable[Any], photo: AnalysedPhoto) -> tuple[int, ...]:
    return tuple({int(index): None for index in indices if 0 <= int(index) < len(photo.analysis.faces)})


def _keep(photo: AnalysedPhoto, marks: Marks) -> None:
    st.session_state.setdefault(_KEY, {})[photo.id] = marks
