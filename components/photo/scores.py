"""Scores as people read and choose them: labels, the scale of cut-offs, and how many boxes are faces.

Most faces score between 0.99 and 1, where an even scale shows nothing. On the scale of this module, the way
from 0.9 to 0.99 is as long as that from 0.99 to 0.999, and as that from 0.999 to 0.9999.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.photo.limits import LOWEST_CONFIDENCE

# Cut-offs that a visitor can choose, in order: steps of 0.05 up to 0.9, of 0.01 up to 0.99, of 0.001 up to
# 0.999, of 0.0001 up to 0.9999, and 1. On the page, neighbours are equally far apart.
CUT_OFFS: tuple[float, ...] = (
    *(step / 100 for step in range(round(100 * LOWEST_CONFIDENCE), 90, 5)),
    *(step / 100 for step in range(90, 99)),
    *(step / 1000 for step in range(990, 999)),
    *(step / 10000 for step in range(9990, 10000)),
    1.0,
)

# The same scale begun lower, for a lesson on what the last network rejects.
LESSON_CUT_OFFS = (*(step / 100 for step in range(5, round(100 * LOWEST_CONFIDENCE), 5)), *CUT_OFFS)


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """Boxes with similar scores, and how many of them lie on a face.

    Attributes:
        low: The lowest score.
        high: The score below which they are.
        boxes: How many there are.
        share_of_faces: 0 to 1.
    """

    low: float
    high: float
    boxes: int
    share_of_faces: float


# Measured with this detector, smallest face 20 pixels, on 600 photos of the WIDER FACE validation set (Yang
# and others, "WIDER FACE: A Face Detection Benchmark", 2016). A box lies on a face at an IoU of at least 0.5.
BANDS = (
    ScoreBand(0.5, 0.6, 289, 0.35),
    ScoreBand(0.6, 0.7, 286, 0.41),
    ScoreBand(0.7, 0.8, 258, 0.57),
    ScoreBand(0.8, 0.9, 310, 0.69),
    ScoreBand(0.9, 0.95, 240, 0.78),
    ScoreBand(0.95, 0.99, 548, 0.92),
    ScoreBand(0.99, 0.999, 912, 0.99),
    ScoreBand(0.999, 1.0, 1101, 0.995),
)


def confidence_label(confidence: float) -> str:
    """A score rounded down, so that a label never overstates it: 0.987 gives 0.98.

    It has two digits, from 0.99 up three, and from 0.999 up four, without zeros at the end: 0.99, 0.995,
    0.9998. Only 1 itself is written as 1.
    """
    if confidence >= 1:
        return "1"
    digits = 2 + (confidence >= 0.99) + (confidence >= 0.999)
    # Rounded first, since 0.57 * 100 is 56.99999999999999.
    text = f"{math.floor(round(confidence * 10**digits, 6)) / 10**digits:.{digits}f}"
    return text[:4] + text[4:].rstrip("0")


def places_on_scale(scores: NDArray[np.float64], cut_offs: Sequence[float] = CUT_OFFS) -> NDArray[np.float64]:
    """Where scores lie on the scale of some cut-offs: 0 at the lowest, 1 at the highest.

    Args:
        scores: float64 array; what lies beyond the scale is placed at its end.
        cut_offs: In order; neighbours are equally far apart.
    """
    return np.interp(scores, cut_offs, np.linspace(0, 1, len(cut_offs)))


def nearest_cut_off(confidence: float) -> float:
    """The highest of `CUT_OFFS` that is not above a score; the lowest one where all are above it."""
    return max((cut_off for cut_off in CUT_OFFS if cut_off <= confidence), default=CUT_OFFS[0])


def share_of_faces(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many of the boxes with such scores lie on a face, 0 to 1, by `BANDS`.

    A line through the middle of each band on the scale of `CUT_OFFS`; beyond the outermost ones it is level.

    Args:
        scores: float64 array, from the lowest cut-off up.
    """
    edges = places_on_scale(np.array([(band.low, band.high) for band in BANDS]))
    return np.interp(places_on_scale(scores), edges.mean(axis=1), [band.share_of_faces for band in BANDS])


def expected_false_alarms(scores: Iterable[float]) -> float:
    """How many of the boxes with these scores lie on no face, as far as `BANDS` can tell."""
    return float((1 - share_of_faces(np.fromiter(scores, np.float64))).sum())


def count_by_cut_off(scores: NDArray[np.float64]) -> Sequence[int]:
    """How many scores lie between each of `CUT_OFFS` and the next one; the last number counts scores of 1."""
    edges = [*CUT_OFFS, math.inf]
    return [int(count) for count in np.histogram(scores, edges)[0]]
