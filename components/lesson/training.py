"""Learning from examples, as small as it gets: one filter that learns to tell a face from anything else.

Logistic regression by gradient descent. It is what a network's last layer does, on pixels in place of
learned features, and its error goes back over one layer only.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from components.lesson.convolution import Maps, normalise, to_grey

Box = tuple[float, float, float, float]

# The filter looks at this many pixels each way; pictures are made smaller until the face has that size.
SIDE = 24

# An example is a face if it overlaps the face's box by this IoU; if by less than the lower one, it is none.
_FACE_IOU, _OTHER_IOU = 0.6, 0.3

_LEARNING_RATE = 0.03
# Keeps weights small that the examples do not need.
_DECAY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Labelled pieces of one picture.

    Attributes:
        picture: float32 (height, width), grey, small enough for the face to be `SIDE` pixels.
        pieces: float32 (n, SIDE²), one row of pixels for each.
        labels: float32 (n,), 1 for the face and 0 for anything else.
    """

    picture: NDArray[np.float32]
    pieces: NDArray[np.float32]
    labels: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What was learned after some steps.

    Attributes:
        weights: float32 (SIDE, SIDE).
        bias: One number more.
        error: Mean cross-entropy over faces and others, each counting half.
    """

    weights: NDArray[np.float32]
    bias: float
    error: float


def collect_examples(image: NDArray[np.uint8], box: Box) -> Examples:
    """Cut a picture with a face into labelled pieces.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
        box: (x, y, width, height) of the face, in pixels.

    Raises:
        ValueError: The face fills so much of the picture that nothing else is left to learn from.
    """
    x, y, width, height = box
    scale = SIDE / max(width, height)
    rows, columns = (max(round(length * scale), SIDE) for length in image.shape[:2])
    small = np.asarray(cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    picture = normalise(to_grey(small))[..., 0]
    windows = sliding_window_view(picture, (SIDE, SIDE))
    # Where the face's square lies, in the small picture.
    left = (x + width / 2) * scale - SIDE / 2
    top = (y + height / 2) * scale - SIDE / 2
    across = np.clip(SIDE - np.abs(np.arange(windows.shape[1]) - left), 0, None)
    down = np.clip(SIDE - np.abs(np.arange(windows.shape[0]) - top), 0, None)
    shared = np.outer(down, across)
    iou = shared / (2 * SIDE**2 - shared)
    is_face, is_other = iou >= _FACE_IOU, iou <= _OTHER_IOU
    if not is_face.any() or not is_other.any():
        raise ValueError("There is nothing beside the face to tell it from.")
    used = is_face | is_other
    pieces = windows[used].reshape(-1, SIDE**2)
    return Examples(picture, pieces, is_face[used].astype(np.float32))


def train(examples: Examples, steps: int) -> list[Moment]:
    """Learn from the examples, starting from nothing; one moment for each step, and that before the first.

    In each step the error says of every example how far the answer is off, that goes back to the weights,
    each is moved a little towards less error, and so on.
    """
    pieces, labels = examples.pieces, examples.labels
    # Of faces there are few: each kind counts half.
    share = np.where(labels == 1, 0.5 / labels.sum(), 0.5 / (1 - labels).sum()).astype(np.float32)
    weights, bias = np.zeros(SIDE**2, np.float32), 0.0
    moments = []
    for _ in range(steps + 1):
        scores = _sigmoid(pieces @ weights + bias)
        right = np.where(labels == 1, scores, 1 - scores)
        error = -float((share * np.log(np.maximum(right, 1e-12))).sum())
        moments.append(Moment(weights.reshape(SIDE, SIDE), bias, error))
        # The derivative of the error for each example's sum is just the difference.
        blame = share * (scores - labels)
        weights = weights - _LEARNING_RATE * (blame @ pieces + _DECAY * weights)
        bias -= _LEARNING_RATE * float(blame.sum())
    return moments


def answer(examples: Examples, moment: Moment) -> Maps:
    """The filter's score at every place of the picture, float32 (rows, columns), 0 to 1."""
    windows = sliding_window_view(examples.picture, (SIDE, SIDE))
    return np.asarray(_sigmoid(np.tensordot(windows, moment.weights, axes=2) + moment.bias), np.float32)


def _sigmoid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))), np.float32)
