"""The cascade on one picture: what each step keeps, where a face came from, why a face was missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

import numpy as np
from numpy.typing import NDArray

from components.lesson.convolution import Maps
from components.lesson.feature_maps import face_score, run_network
from components.photo.boxes import Boxes, to_squares
from components.photo.mtcnn_cascade import PNET_CUT_OFF, RNET_CUT_OFF, Stage, Stages
from components.photo.mtcnn_networks import CELL_SIDE, CELL_STRIDE, ONET_SIDE, RNET_SIDE
from components.photo.pyramid import Pyramid, even_sides
from components.photo.sampling import sample_squares

# A rejected box counts for a spot only if the spot is in the middle half of its width and height.
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step of the cascade.

    Attributes:
        boxes: float64 (n, 4), left, top, right and bottom edge of all boxes that went in, in pixels of the
            picture.
        scores: float64 (n,), the network's face score of each.
        kept: bool (n,), the boxes that go on.
    """

    boxes: Boxes
    scores: NDArray[np.float64]
    kept: NDArray[np.bool_]


class StepName(StrEnum):
    """The cascade's steps, in their order."""

    PROPOSE = "propose"
    SUPPRESS = "suppress"
    REFINE = "refine"
    OUTPUT = "output"


def cascade_steps(stages: Stages) -> dict[StepName, Step]:
    """What goes into each step, and which of it goes on to the next step."""
    levels = stages.levels
    proposed = np.concatenate([np.empty((0, 4)), *(level.boxes for level in levels)])
    scores = np.concatenate([np.empty(0), *(level.scores for level in levels)])
    # What each level keeps is suppressed once more, together with all levels, in the same order.
    within = np.concatenate([np.empty(0, np.bool_), *(level.kept for level in levels)])
    survives = within.copy()
    survives[within] = stages.proposals.kept
    return {
        StepName.PROPOSE: Step(proposed, scores, np.ones(len(scores), np.bool_)),
        StepName.SUPPRESS: Step(proposed, scores, survives),
        StepName.REFINE: _step(stages.refined),
        StepName.OUTPUT: _step(stages.output),
    }


def _step(stage: Stage) -> Step:
    return Step(stage.boxes, stage.scores, stage.kept)


def count_cells(pyramid: Pyramid) -> int:
    """How many places P-Net looks at, on all levels of a picture together."""
    return sum(
        int(np.prod([(side + side % 2 - CELL_SIDE) // CELL_STRIDE + 1 for side in size]))
        for size in pyramid.sizes
    )


def heat_map(pyramid: Pyramid, level: int) -> Maps:
    """P-Net's score at every place of a level, float32 (rows, columns).

    The value at (row, column) describes the level's 12×12 pixels from (2 row, 2 column).
    """
    return face_score(run_network("P-Net", even_sides(pyramid.level(level))))


@dataclass(frozen=True, slots=True, eq=False)
class Lineage:
    """The way of one box through the cascade.

    Attributes:
        level: The level of the pyramid on which P-Net proposed it.
        proposal: P-Net's box, float64 (4,): edges in pixels of the picture.
        rnet_square: What R-Net looked at, float64 (4,).
        onet_square: What O-Net looked at, float64 (4,).
        box: O-Net's box, float64 (4,).
        scores: P-Net's, R-Net's and O-Net's score.
    """

    level: int
    proposal: NDArray[np.float64]
    rnet_square: NDArray[np.float64]
    onet_square: NDArray[np.float64]
    box: NDArray[np.float64]
    scores: tuple[float, float, float]


def trace_back(stages: Stages, index: int) -> Lineage:
    """Follow one of O-Net's boxes, kept or not, back through the stages: each comes from exactly one box."""
    refined = int(np.flatnonzero(stages.refined.kept)[index])
    proposal = int(np.flatnonzero(stages.proposals.kept)[refined])
    ends = np.cumsum([level.kept.sum() for level in stages.levels])
    return Lineage(
        level=int(np.searchsorted(ends, proposal, side="right")),
        proposal=stages.proposals.boxes[proposal],
        rnet_square=to_squares(stages.proposals.boxes[[proposal]])[0],
        onet_square=to_squares(stages.refined.boxes[[refined]])[0],
        box=stages.output.boxes[index],
        scores=(
            float(stages.proposals.scores[proposal]),
            float(stages.refined.scores[refined]),
            float(stages.output.scores[index]),
        ),
    )


def seen_by(image: NDArray[np.uint8], square: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    """The crop that R-Net or O-Net gets of a square, uint8 (side, side, 3).

    The networks get it unrounded; see `sample_squares`.
    """
    return np.asarray(np.rint(sample_squares(image, square[np.newaxis], side)[0]), np.uint8)


def seen_by_rnet(image: NDArray[np.uint8], lineage: Lineage) -> NDArray[np.uint8]:
    """The crop that R-Net got of a face, uint8 (24, 24, 3)."""
    return seen_by(image, lineage.rnet_square, RNET_SIDE)


def seen_by_onet(image: NDArray[np.uint8], lineage: Lineage) -> NDArray[np.uint8]:
    """The crop that O-Net got of a face, uint8 (48, 48, 3)."""
    return seen_by(image, lineage.onet_square, ONET_SIDE)


class Fate(Enum):
    """How far a spot of the picture came in the cascade."""

    NOT_PROPOSED = auto()
    TAKEN_ELSEWHERE = auto()
    REJECTED_BY_RNET = auto()
    REJECTED_BY_ONET = auto()
    FOUND = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """How far a spot came, and why.

    Attributes:
        fate: How far it came.
        score: The best score there, from the network that decided.
        cut_off: The lowest score that this network accepts.
        box: float64 (4,), the box with that score; None without a box.
        output_index: Index of the box among O-Net's; None where it did not get that far.
    """

    fate: Fate
    score: float
    cut_off: float
    box: NDArray[np.float64] | None
    output_index: int | None = None


def explain_spot(
    pyramid: Pyramid, stages: Stages, spot: tuple[float, float], min_confidence: float
) -> Verdict:
    """Find out how far a face at a spot came, and which network rejected it.

    Args:
        pyramid: The picture's pyramid, as in the cascade.
        stages: What the cascade found in the picture, with any cut-off.
        spot: (x, y) in pixels of the picture, on the face.
        min_confidence: O-Net's cut-off.
    """
    # From the last stage back: the first stage with a box about the spot is the one that decided.
    output = stages.output
    kept = np.where(output.kept, output.scores, -1)
    # The spot may be anywhere in a kept box, but must be in the middle of a rejected one.
    index = _best_about(output.boxes, kept, spot, 1.0)
    if index is not None and output.kept[index]:
        score = float(output.scores[index])
        fate = Fate.FOUND if score >= min_confidence else Fate.REJECTED_BY_ONET
        return Verdict(fate, score, min_confidence, output.boxes[index], index)
    # Where one of O-Net's boxes is about the spot and none is kept, a better box nearby suppressed it.
    for stage, cut_off in ((output, min_confidence), (stages.refined, RNET_CUT_OFF)):
        index = _best_about(stage.boxes, stage.scores, spot, _MIDDLE)
        if index is not None:
            gone = stage is output or stage.passed[index]
            fate = Fate.TAKEN_ELSEWHERE if gone else Fate.REJECTED_BY_RNET
            return Verdict(fate, float(stage.scores[index]), cut_off, stage.boxes[index])
    proposed = cascade_steps(stages)[StepName.PROPOSE]
    index = _best_about(proposed.boxes, proposed.scores, spot, _MIDDLE)
    if index is not None:
        score = float(proposed.scores[index])
        return Verdict(Fate.TAKEN_ELSEWHERE, score, PNET_CUT_OFF, proposed.boxes[index])
    score = _pnet_score(pyramid, spot)
    # P-Net may see a face there, and draw the box elsewhere.
    fate = Fate.TAKEN_ELSEWHERE if score >= PNET_CUT_OFF else Fate.NOT_PROPOSED
    return Verdict(fate, score, PNET_CUT_OFF, None)


def _best_about(boxes: Boxes, scores: NDArray[np.float64], spot: Sequence[float], share: float) -> int | None:
    """The index of the best box with the spot in the inner `share` of its width and height."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    reach = share * (boxes[:, 2:] - boxes[:, :2]) / 2
    about = np.flatnonzero((np.abs(middles - np.asarray(spot)) <= reach).all(axis=1))
    return int(about[np.argmax(scores[about])]) if len(about) else None


def _pnet_score(pyramid: Pyramid, spot: tuple[float, float]) -> float:
    """P-Net's best score on all levels, at the places whose middle is near the spot."""
    best = 0.0
    # The nearest place on a level, and its neighbour on each side.
    side = CELL_SIDE + 2 * CELL_STRIDE
    for level, scale in enumerate(pyramid.scales):
        pixels = even_sides(pyramid.level(level))
        corner = (
            min(max(round(place * scale - side / 2), 0), max(length - side, 0))
            for place, length in zip(spot, (pixels.shape[1], pixels.shape[0]), strict=True)
        )
        left, top = (place - place % CELL_STRIDE for place in corner)
        around = pixels[top : top + side, left : left + side]
        best = max(best, float(face_score(run_network("P-Net", around)).max()))
    return best
