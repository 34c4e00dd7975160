"""Learning from examples in its smallest form: one filter learns to tell a face from anything else.

This is logistic regression by gradient descent. It does what a network's last layer does, but on pixels
instead of learned features, and its error is propagated through one layer only.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from components.geometry import Box
from components.lesson.convolution import Maps, normalise, sigmoid, to_grey

# The filter's side in pixels; pictures are reduced until the face has that size.
SIDE = 24

# An example is a face from the first IoU with the face's box, and no face up to the second.
_FACE_IOU, _OTHER_IOU = 0.6, 0.3

# How far around the face examples are taken, in face sides from its centre, and how many examples without the
# face. More would take longer and teach nothing new.
_AROUND = 2.5
_MOST_OTHERS = 2000

_LEARNING_RATE = 0.03
# Weight decay: keeps weights small that the examples do not need.
_DECAY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Labelled pieces of one picture.

    Attributes:
        picture: float32 (height, width), grey, the surroundings of the face, reduced until the face has
            `SIDE` pixels.
        face: float32 (SIDE, SIDE), the piece that matches the face best.
        pieces: float32 (n, SIDE²), one row of pixels for each.
        labels: float32 (n,), 1 for the face and 0 for anything else.
    """

    picture: NDArray[np.float32]
    face: NDArray[np.float32]
    pieces: NDArray[np.float32]
    labels: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The state of learning after some steps.

    Attributes:
        weights: float32 (SIDE, SIDE).
        bias: Added to the weighted sum.
        error: Mean cross-entropy over faces and others, each counting half.
    """

    weights: NDArray[np.float32]
    bias: float
    error: float


def collect_examples(image: NDArray[np.uint8], box: Box) -> Examples:
    """Cut a picture with a face into labelled examples.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
        box: (x, y, width, height) of the face, in pixels.

    Raises:
        ValueError: The face fills so much of the picture that no example without it is left.
    """
    x, y, width, height = box
    side = max(width, height)
    middle = (x + width / 2, y + height / 2)
    left, top = (max(round(place - _AROUND * side), 0) for place in middle)
    around = image[top : round(middle[1] + _AROUND * side), left : round(middle[0] + _AROUND * side)]
    scale = SIDE / side
    rows, columns = (max(round(length * scale), SIDE) for length in around.shape[:2])
    small = np.asarray(cv2.resize(around, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    picture = normalise(to_grey(small))[..., 0]
    windows = sliding_window_view(picture, (SIDE, SIDE))
    # For a face at the edge, the nearest piece.
    corner = (
        min(max((place - start) * scale - SIDE / 2, 0), count - 1)
        for place, start, count in zip(middle[::-1], (top, left), windows.shape[:2], strict=True)
    )
    iou = _iou_with_square(windows.shape[:2], tuple(corner))
    faces, others = np.argwhere(iou >= _FACE_IOU), np.argwhere(iou <= _OTHER_IOU)
    if not len(faces) or not len(others):
        raise ValueError("There is nothing beside the face to tell it from.")
    if len(others) > _MOST_OTHERS:
        # Always the same ones, so that a picture always gives the same result.
        others = others[np.random.default_rng(0).permutation(len(others))[:_MOST_OTHERS]]
    used = np.concatenate([faces, others])
    best_row, best_column = np.unravel_index(int(iou.argmax()), iou.shape)
    return Examples(
        picture=picture,
        face=windows[best_row, best_column].copy(),
        pieces=windows[used[:, 0], used[:, 1]].reshape(-1, SIDE**2),
        labels=np.repeat(np.array([1, 0], np.float32), [len(faces), len(others)]),
    )


def _iou_with_square(places: tuple[int, ...], corner: tuple[float, ...]) -> NDArray[np.float64]:
    """IoU of the square at each place, in rows and columns, with the square at a corner (row, column)."""
    down, across = (
        np.clip(SIDE - np.abs(np.arange(count) - start), 0, None)
        for count, start in zip(places, corner, strict=True)
    )
    shared = np.outer(down, across)
    return np.asarray(shared / (2 * SIDE**2 - shared))


def train(examples: Examples, steps: int) -> list[Moment]:
    """Learn from the examples, starting at zero; returns the state before the first step and after each step.

    In each step, every example's error is propagated back to the weights, and each weight moves a little
    towards less error.
    """
    pieces, labels = examples.pieces, examples.labels
    # There are few faces, so faces and others count half each.
    share = np.where(labels == 1, 0.5 / labels.sum(), 0.5 / (1 - labels).sum()).astype(np.float32)
    weights, bias = np.zeros(SIDE**2, np.float32), 0.0
    moments = []
    for _ in range(steps + 1):
        scores = sigmoid(pieces @ weights + bias)
        right = np.where(labels == 1, scores, 1 - scores)
        error = -float((share * np.log(np.maximum(right, 1e-12))).sum())
        moments.append(Moment(weights.reshape(SIDE, SIDE), bias, error))
        # The derivative of the error with respect to each example's sum is this difference.
        blame = share * (scores - labels)
        weights = weights - _LEARNING_RATE * (blame @ pieces + _DECAY * weights)
        bias -= _LEARNING_RATE * float(blame.sum())
    return moments


def answer(picture: NDArray[np.float32], moment: Moment) -> Maps:
    """The filter's score at every place of a picture, float32 (rows, columns), 0 to 1.

    Args:
        picture: float32 (height, width), as in `Examples`.
        moment: The state of learning.
    """
    # The same as our convolution, but without a copy of every window, which takes much memory here.
    sums = cv2.filter2D(picture, cv2.CV_32F, moment.weights, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    inside = sums[: picture.shape[0] - SIDE + 1, : picture.shape[1] - SIDE + 1]
    return sigmoid(np.asarray(inside, np.float32) + moment.bias)
