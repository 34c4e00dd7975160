"""The errors of a cut-off, by what a person calls true: false alarms (Type I) and misses (Type II)."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.geometry import Point, holds
from components.photo.faces import Face


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
