"""The errors of a cut-off, by what a person calls true: false alarms (Type I) and misses (Type II)."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.geometry import Box, Point, centre, holds, iou
from components.photo.faces import Face

# IoU from which a box matches a known face: less than the usual 0.5, since known boxes may be drawn by eye.
_LEAST_IOU = 0.4


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says about the detector's boxes.

    Attributes:
        false_alarms: Indices of candidates that are no faces.
        missed: (x, y) of faces that got no box, in pixels of the photo.
    """

    false_alarms: frozenset[int] = frozenset()
    missed: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one cut-off, compared with the judgement.

    Attributes:
        found: Faces that are shown: true positives.
        false_alarms: Shown boxes that are no faces: false positives, Type I errors.
        misses: Faces that are not shown: false negatives, Type II errors.
    """

    found: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float | None:
        """Share of what is shown that is a face; None where nothing is shown."""
        shown = self.found + self.false_alarms
        return self.found / shown if shown else None

    @property
    def recall(self) -> float | None:
        """Share of the faces that is shown; None where there are none."""
        faces = self.found + self.misses
        return self.found / faces if faces else None


def judge(candidates: Sequence[Face], judgement: Judgement, min_confidence: float) -> Outcome:
    """Count the errors that a cut-off makes.

    A candidate that nobody called a false alarm counts as a face. A missed spot within such a candidate's box
    is the same face: the cut-off missed it, the networks did not.

    Args:
        candidates: All that the cascade found, whatever the cut-off.
        judgement: What a person says about them.
        min_confidence: The cut-off, 0 to 1.
    """
    shown = [face.confidence >= min_confidence for face in candidates]
    faces = [index not in judgement.false_alarms for index in range(len(candidates))]
    real = [face for face, is_face in zip(candidates, faces, strict=True) if is_face]
    never_found = sum(not any(holds(face.box, spot) for face in real) for spot in judgement.missed)
    pairs = list(zip(shown, faces, strict=True))
    return Outcome(
        found=pairs.count((True, True)),
        false_alarms=pairs.count((True, False)),
        misses=pairs.count((False, True)) + never_found,
    )


def judge_by_known_boxes(candidates: Sequence[Face], boxes: Sequence[Box]) -> Judgement:
    """Which candidates match no known face, and which known faces have no candidate.

    Each face matches one candidate, the most confident; a second box on the same face is a false alarm.

    Args:
        candidates: Most confident first.
        boxes: The known faces, (x, y, width, height).
    """
    free = list(range(len(boxes)))
    false_alarms = set()
    for index, candidate in enumerate(candidates):
        best = max(free, key=lambda known: iou(candidate.box, boxes[known]), default=None)
        if best is None or iou(candidate.box, boxes[best]) < _LEAST_IOU:
            false_alarms.add(index)
        else:
            free.remove(best)
    return Judgement(frozenset(false_alarms), tuple(centre(boxes[known]) for known in free))
