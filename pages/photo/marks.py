"""A visitor's marks in the photos: chosen faces, false alarms, missed faces and covers."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from components.geometry import Box, Point
from components.photo.face_hiding import Cover, CoverShape
from components.photo.judgement import Judgement, judge_by_known_boxes
from components.photo.sample_photo import known_boxes
from components.photo.selection import AnalysedPhoto
from components.ui.visitor_photos import as_turned, turn_photo

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
        covers: Places to hide besides the faces, in pixels of the photo.
        judged: Whether the visitor has judged the boxes, so that one without a mark counts as a face.
    """

    turn: int = 0
    chosen: tuple[int, ...] = ()
    false_alarms: tuple[int, ...] = ()
    missed: tuple[Point, ...] = ()
    covers: tuple[Cover, ...] = ()
    judged: bool = False

    @property
    def for_browser(self) -> dict[str, Any]:
        """The marks in the form that the stage in the browser takes."""
        return asdict(self)


def marks_in(photo: AnalysedPhoto) -> Marks:
    """The visitor's marks in a photo."""
    marks: Marks = st.session_state.get(_KEY, {}).get(photo.id, Marks())
    return marks


def marks_for_judging(photo: AnalysedPhoto) -> Marks:
    """The visitor's marks; in a sample that nobody has judged yet, those that are true."""
    marks = marks_in(photo)
    truth = _known_judgement(photo)
    if marks.judged or truth is None:
        return marks
    return replace(marks, false_alarms=tuple(sorted(truth.false_alarms)), missed=truth.missed)


def judgement_of(photo: AnalysedPhoto) -> Judgement | None:
    """What the visitor, or the known truth about a sample, says of the boxes; None before anybody judged."""
    marks = marks_in(photo)
    if marks.judged:
        return Judgement(frozenset(marks.false_alarms), marks.missed)
    return _known_judgement(photo)


def _known_judgement(photo: AnalysedPhoto) -> Judgement | None:
    """What is true of the boxes in a sample; None for any other photo."""
    boxes = known_boxes(photo.file)
    return None if boxes is None else judge_by_known_boxes(photo.analysis.faces, boxes)


def take_marks(report: dict[str, Any], photo: AnalysedPhoto) -> None:
    """Keep what the browser reports; see stage/stage.js."""
    if report["photo"] != photo.id:
        return
    _keep(
        photo,
        Marks(
            turn=int(report["turn"]),
            chosen=_known(report["chosen"], photo),
            false_alarms=_known(report["false_alarms"], photo),
            missed=tuple(_inside(spot, photo) for spot in report["missed"][:_MOST_SPOTS]),
            covers=tuple(
                Cover(_box_inside(cover["box"], photo), CoverShape(cover["shape"]))
                for cover in report["covers"][:_MOST_SPOTS]
            ),
            judged=bool(report["judged"]),
        ),
    )


def cover_missed_faces(photo: AnalysedPhoto) -> None:
    """Put an oval cover on each face that was marked as missed, as large as `cover_size`."""
    marks = marks_in(photo)
    width, height = cover_size(photo)
    covers = tuple(
        Cover(_box_inside((x - width / 2, y - height / 2, width, height), photo), CoverShape.OVAL)
        for x, y in marks.missed
    )
    _keep(photo, replace(marks, turn=marks.turn + 1, missed=(), covers=(*marks.covers, *covers)))


def cover_size(photo: AnalysedPhoto) -> tuple[float, float]:
    """The width and height of a cover that fits each face found in this photo, in its pixels."""
    analysis = photo.analysis
    largest = max((face.box[3] for face in analysis.faces), default=None)
    # The largest with some space around it, since too much is better than too little; where there are no
    # faces, a tenth of the photo.
    height = 1.4 * largest if largest else min(analysis.width, analysis.height) / 10
    return 0.8 * height, height


def judge_without_errors(photo: AnalysedPhoto) -> None:
    """Note that the visitor has looked at the boxes and found no error."""
    marks = marks_in(photo)
    _keep(photo, replace(marks, turn=marks.turn + 1, judged=True))


def clear_chosen_faces(photo: AnalysedPhoto) -> None:
    """Choose no faces any more."""
    marks = marks_in(photo)
    _keep(photo, replace(marks, turn=marks.turn + 1, chosen=()))


def clear_covers(photo: AnalysedPhoto) -> None:
    """Remove all covers."""
    marks = marks_in(photo)
    _keep(photo, replace(marks, turn=marks.turn + 1, covers=()))


def clear_judgement(photo: AnalysedPhoto) -> None:
    """Remove the marks of false alarms and missed faces."""
    marks = marks_in(photo)
    _keep(photo, replace(marks, turn=marks.turn + 1, false_alarms=(), missed=(), judged=False))


def turn_with_marks(photo: AnalysedPhoto, quarter_turns: int) -> None:
    """Turn a photo clockwise, with the covers and missed faces in it.

    The faces are found anew, so marks on them stay with the photo as it was, until it is turned back.
    """
    marks, analysis = marks_in(photo), photo.analysis
    width, height = float(analysis.width), float(analysis.height)
    missed, covers = list(marks.missed), list(marks.covers)
    for _ in range(quarter_turns % 4):
        missed = [(height - y, x) for x, y in missed]
        covers = [
            Cover((height - y - high, x, high, wide), cover.shape)
            for cover in covers
            for x, y, wide, high in [cover.box]
        ]
        width, height = height, width
    turn_photo(photo.file.id, quarter_turns)
    turned = replace(photo, file=as_turned(photo.file))
    there = marks_in(turned)
    _keep(turned, replace(there, turn=there.turn + 1, missed=tuple(missed), covers=tuple(covers)))


def forget_others(photos: Iterable[AnalysedPhoto]) -> None:
    """Forget the marks in photos that are no longer on the page, whichever way up they were."""
    ids = {photo.file.id for photo in photos}
    kept = {
        photo_id: marks
        for photo_id, marks in st.session_state.get(_KEY, {}).items()
        if photo_id.partition("-")[0] in ids
    }
    st.session_state[_KEY] = kept


def _known(indices: Iterable[Any], photo: AnalysedPhoto) -> tuple[int, ...]:
    return tuple({int(index): None for index in indices if 0 <= int(index) < len(photo.analysis.faces)})


def _inside(spot: Any, photo: AnalysedPhoto) -> Point:  # noqa: ANN401 - from the browser
    x, y = spot
    width, height = photo.analysis.width, photo.analysis.height
    return min(max(float(x), 0.0), float(width)), min(max(float(y), 0.0), float(height))


def _box_inside(box: Any, photo: AnalysedPhoto) -> Box:  # noqa: ANN401 - from the browser
    x, y, width, height = (float(length) for length in box)
    left, top = _inside((x, y), photo)
    right, bottom = _inside((x + width, y + height), photo)
    return left, top, max(right - left, 0.0), max(bottom - top, 0.0)


def _keep(photo: AnalysedPhoto, marks: Marks) -> None:
    st.session_state.setdefault(_KEY, {})[photo.id] = marks
