"""MTCNN's cascade: three networks, each of which rejects most of what the one before it passed.

P-Net proposes boxes all over the picture, cheaply. R-Net looks at each proposal. O-Net looks closer at
those that remain, and finds the keypoints. Each stage scores its boxes, moves their edges, drops those
below its cut-off, and keeps the best of those that overlap.

Zhang, Zhang, Li and Qiao, "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
Networks", IEEE Signal Processing Letters 23(10), 2016. Cut-offs, thresholds and rounding are those of
the `mtcnn` package, so it finds the same faces. One difference: here a score equal to a cut-off passes.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from components.photo.boxes import (
    Boxes,
    Mask,
    Scores,
    regress,
    suppress_by_iou,
    suppress_by_smaller,
    to_squares,
)
from components.photo.mtcnn_networks import CELL_SIDE, CELL_STRIDE, CORES, Network, load_networks
from components.photo.pyramid import Canvas, Pyramid, pack
from components.photo.sampling import sample_squares
from components.photo.threads import Threads

# Lowest scores of P-Net's and R-Net's boxes that go on to the next network. The caller chooses O-Net's.
PNET_CUT_OFF = 0.6
RNET_CUT_OFF = 0.7

# Overlap above which the better box suppresses the other: as IoU within a level of the pyramid, as IoU
# between all boxes of P-Net and of R-Net, and as share of the smaller box between those of O-Net.
_OVERLAP_WITHIN_LEVEL = 0.5
_OVERLAP = 0.7

# Called with the share of the work done, 0 to 1, in the thread that runs the cascade.
OnProgress = Callable[[float], None]


def ignore_progress(_share: float) -> None:
    """For callers that show no progress."""


# The shares of the work done after P-Net and after R-Net, from their times on a crowd.
_PNET_DONE, _RNET_DONE = 0.5, 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What one stage made of its boxes; each row is a box.

    Attributes:
        boxes: float64 (n, 4), left, top, right and bottom edge in pixels of the picture, as the network
            moved them. They may lie partly outside the picture.
        scores: float64 (n,), the network's face score, 0 to 1.
        passed: bool (n,), whether the score reaches the stage's cut-off.
        kept: bool (n,), whether the box passed and no better one suppressed it.
    """

    boxes: Boxes
    scores: Scores
    passed: Mask
    kept: Mask

    @property
    def kept_boxes(self) -> Boxes:
        """What goes on to the next stage."""
        return self.boxes[self.kept]


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """What the cascade found in a picture, and what it kept and rejected on the way to the faces.

    Attributes:
        scales: The pyramid's; on level k, P-Net finds faces of about 12 / `scales[k]` pixels.
        levels: For each level, P-Net's boxes from its cut-off up. It keeps those that no better one on
            the same level suppressed.
        proposals: All boxes the levels kept. Those that no box of another level suppressed are kept here.
        refined: R-Net's boxes, one for each kept proposal.
        output: O-Net's boxes, one for each kept box of R-Net. Those kept here are the faces.
        keypoints: float64 (n, 5, 2), x and y of each of `output`'s left eye, right eye, nose, left and
            right corner of the mouth, where left is the picture's left.
        seconds: How long P-Net, R-Net and O-Net took, each with the suppression after it.
    """

    scales: tuple[float, ...]
    levels: tuple[Stage, ...]
    proposals: Stage
    refined: Stage
    output: Stage
    keypoints: NDArray[np.float64]
    seconds: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Cells of a level in which P-Net sees a face.

    Attributes:
        level: Index of the level.
        corners: int (n, 2), left and top edge of each cell, in pixels of the level.
        values: float32 (n, 5), P-Net's answer for each cell.
    """

    level: int
    corners: NDArray[np.intp]
    values: NDArray[np.float32]


class Cascade:
    """The three networks, and the threads in which they run."""

    def __init__(self, cores: int = CORES) -> None:
        """Load the networks, to be run in `cores` threads side by side."""
        self._pnet, self._rnet, self._onet = load_networks(cores)
        self._threads = Threads(cores)

    def run(
        self,
        image: NDArray[np.uint8],
        min_face_size: float,
        min_confidence: float,
        on_progress: OnProgress,
    ) -> Stages:
        """Run the cascade on a picture.

        Args:
            image: uint8 array of shape (height, width, 3), RGB.
            min_face_size: Side of the smallest face to find, in pixels.
            min_confidence: O-Net's cut-off, 0 to 1.
            on_progress: Called repeatedly. An exception that it raises ends the run and passes through.
        """
        times = [time.perf_counter()]
        scales, levels = self._propose(image, min_face_size, _part(on_progress, 0, _PNET_DONE))
        boxes = np.concatenate([np.empty((0, 4)), *(level.kept_boxes for level in levels)])
        scores = np.concatenate([np.empty(0), *(level.scores[level.kept] for level in levels)])
        # All of these have passed P-Net's cut-off; only their overlap is left to judge.
        proposals = _judge(boxes, scores, 0, suppress_by_iou)
        times.append(time.perf_counter())

        # From here on the networks see crops of the picture itself, not of the pyramid.
        image = np.ascontiguousarray(image)
        squares = to_squares(proposals.kept_boxes)
        values = self._look_at(image, squares, self._rnet, _part(on_progress, _PNET_DONE, _RNET_DONE))
        boxes = regress(squares, values[:, :4])
        refined = _judge(boxes, values[:, -1], RNET_CUT_OFF, suppress_by_iou)
        times.append(time.perf_counter())

        squares = to_squares(refined.kept_boxes)
        values = self._look_at(image, squares, self._onet, _part(on_progress, _RNET_DONE, 1))
        boxes = regress(squares, values[:, :4])
        output = _judge(boxes, values[:, -1], min_confidence, suppress_by_smaller)
        keypoints = _keypoints(squares, values[:, 4:-1])
        times.append(time.perf_counter())
        on_progress(1.0)
        pnet, rnet, onet = (end - start for start, end in pairwise(times))
        return Stages(scales, levels, proposals, refined, output, keypoints, (pnet, rnet, onet))

    def _propose(
        self, image: NDArray[np.uint8], min_face_size: float, on_progress: OnProgress
    ) -> tuple[tuple[float, ...], tuple[Stage, ...]]:
        """Run P-Net over the picture's pyramid; returns the scales, and what P-Net found at each."""
        pyramid = Pyramid(image, min_face_size)
        cells: list[_Cells] = []
        shares = np.cumsum([0.0, *(height * width for height, width in pyramid.sizes)])
        for group in pyramid.groups():
            start, end = shares[[group.start, group.stop]] / shares[-1]
            cells += self._find_cells(pyramid, group, _part(on_progress, start, end))
        return tuple(pyramid.scales), _levels(cells, pyramid.scales)

    def _find_cells(self, pyramid: Pyramid, group: range, on_progress: OnProgress) -> list[_Cells]:
        """Run P-Net over some levels of the pyramid, packed together."""
        levels = dict(zip(group, self._threads.map(pyramid.level, group), strict=True))
        packed = pack(levels)
        found = self._threads.map(self._face_cells, packed, lambda done: on_progress(done / len(packed)))
        return list(chain.from_iterable(found))

    def _face_cells(self, canvas: Canvas) -> list[_Cells]:
        """Run P-Net on a canvas; returns the cells with faces, by the patches they are in."""
        values = self._pnet(canvas.pixels())[0]
        found = []
        for placed in canvas.patches:
            # Only cells that lie wholly in the patch: those across two patches mean nothing.
            rows, columns = ((side - CELL_SIDE) // CELL_STRIDE + 1 for side in placed.patch.pixels.shape[:2])
            top, left = placed.top // CELL_STRIDE, placed.left // CELL_STRIDE
            inside = values[top : top + rows, left : left + columns]
            # Only cells with a face, few of thousands, leave this thread.
            row, column = np.nonzero(inside[..., -1] >= _logit(PNET_CUT_OFF))
            if len(row):
                corners = CELL_STRIDE * np.stack([column, row], axis=1)
                corners += [placed.patch.left, placed.patch.top]
                found.append(_Cells(placed.patch.level, corners, inside[row, column]))
        return found

    def _look_at(
        self, image: NDArray[np.uint8], squares: Boxes, network: Network, on_progress: OnProgress
    ) -> NDArray[np.float64]:
        """Run R-Net or O-Net on some squares of the picture; returns one row of output for each."""
        size = network.batch_size

        def look(start: int) -> NDArray[np.float32]:
            batch = np.zeros((size, network.side, network.side, 3), np.float32)
            some = squares[start : start + size]
            batch[: len(some)] = sample_squares(image, some, network.side)
            return network(batch)[: len(some)]

        starts = range(0, len(squares), size)
        answers = self._threads.map(look, starts, lambda done: on_progress(done / len(starts)))
        return np.concatenate([np.empty((0, network.outputs)), *answers])


def _part(on_progress: OnProgress, start: float, end: float) -> OnProgress:
    """Progress within a part of the work, converted to progress of the whole."""
    return lambda share: on_progress(start + (end - start) * share)


def _logit(score: float) -> float:
    """The difference of the two classes' values at which softmax gives a class this score."""
    return float(np.log(score / (1 - score)))


def _levels(found: list[_Cells], scales: Sequence[float]) -> tuple[Stage, ...]:
    """P-Net's boxes on each level, in pixels of the picture."""
    found = sorted(found, key=lambda cells: cells.level)
    level = np.repeat([cells.level for cells in found], [len(cells.values) for cells in found]).astype(int)
    corners = np.concatenate([np.empty((0, 2), np.intp), *(cells.corners for cells in found)])
    values = np.concatenate([np.empty((0, 5), np.float32), *(cells.values for cells in found)])
    # In the package a cell reaches from its second pixel to the one after its last, and its side is 11.
    cells = np.concatenate([corners + 1, corners + CELL_SIDE], axis=1)
    boxes = (cells + values[:, :4] * (CELL_SIDE - 1)) / np.take(scales, level)[:, np.newaxis]
    scores = 1 / (1 + np.exp(-values[:, 4].astype(np.float64)))
    # Moved apart, boxes of different levels do not suppress each other, so one call handles all levels.
    span = boxes.max(initial=0) - boxes.min(initial=0)
    kept = suppress_by_iou(boxes + span * level[:, np.newaxis], scores, _OVERLAP_WITHIN_LEVEL)
    passed = np.ones(len(scores), np.bool_)
    edges = np.searchsorted(level, np.arange(len(scales) + 1))
    return tuple(
        Stage(boxes[start:end], scores[start:end], passed[start:end], kept[start:end])
        for start, end in pairwise(edges)
    )


def _judge(
    boxes: Boxes,
    scores: Scores,
    cut_off: float,
    suppress: Callable[[Boxes, Scores, float], Mask],
) -> Stage:
    """Reject the boxes below a cut-off, and those that a better box suppresses."""
    passed = scores >= cut_off
    kept = passed.copy()
    kept[passed] = suppress(boxes[passed], scores[passed], _OVERLAP)
    return Stage(boxes, scores, passed, kept)


def _keypoints(squares: Boxes, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """O-Net's keypoints, five x and five y in sides of the square it saw, in pixels of the picture."""
    corners, sides = squares[:, :2], squares[:, 2:] - squares[:, :2] + 1
    points = values.reshape(-1, 2, 5).transpose(0, 2, 1)
    return np.asarray(points * sides[:, np.newaxis] + corners[:, np.newaxis] - 1)
