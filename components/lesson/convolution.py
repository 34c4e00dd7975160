"""A convolutional network's four steps, each a few lines of NumPy: convolve, activate, pool, connect fully.

Maps are float32 arrays of shape (height, width, channels). A picture is three maps, red, green and blue.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Maps = NDArray[np.float32]

# MTCNN's normalisation: black becomes about -1, white about 1.
_MEAN, _SCALE = 127.5, 128


class Padding(StrEnum):
    """What is beyond the edges: nothing, so that the maps shrink, or zeros, so that they keep their size."""

    NONE = "none"
    ZEROS = "zeros"


class Activation(StrEnum):
    """The non-linearity that follows a convolution."""

    NONE = "none"
    SIGMOID = "sigmoid"
    TANH = "tanh"
    RELU = "relu"
    PRELU = "prelu"


class Pooling(StrEnum):
    """What is kept of each window of a map."""

    NONE = "none"
    MAXIMUM = "maximum"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """The weights of a convolution.

    Attributes:
        name: The filter's name for people.
        weights: float32 (height, width, channels).
        bias: Added to each sum.
        slope: PReLU's factor for negative values.
    """

    name: str
    weights: Maps
    bias: float = 0.0
    slope: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class WeighedSum:
    """How one value of a convolution is made.

    Attributes:
        window: float32 (height, width, channels), what the filter sees.
        products: Window times weights, of the same shape.
        bias: Added to the sum of the products.
        total: The resulting value.
    """

    window: Maps
    products: Maps
    bias: float
    total: float


def normalise(image: NDArray[np.uint8 | np.float32]) -> Maps:
    """A picture as maps, normalised as in MTCNN: 0..255 becomes about -1..1.

    Args:
        image: Array of shape (height, width, channels), 0 to 255.
    """
    return np.asarray((image.astype(np.float32) - _MEAN) / _SCALE, np.float32)


def to_grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The brightness of a picture, as an array of shape (height, width, 1)."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)[..., np.newaxis]


def pad(maps: Maps, padding: Padding) -> Maps:
    """Add a rim, one value wide, which the lesson's 3×3 filters see beyond the edges."""
    if padding is Padding.NONE:
        return maps
    return np.pad(maps, ((1, 1), (1, 1), (0, 0)))


def convolve(maps: Maps, weights: NDArray[np.float32], bias: NDArray[np.float32], stride: int = 1) -> Maps:
    """Lay filters on every place of the maps; each place gives the weighted sum of what the filter sees.

    As in every deep learning library, the filters are not flipped; mathematically this is a
    cross-correlation.

    Args:
        maps: float32 (height, width, channels), at least as large as the filters.
        weights: float32 (filter height, filter width, channels, filters).
        bias: float32 (filters,).
        stride: Steps from one place to the next.

    Returns:
        float32 (rows, columns, filters), only places at which the filters lie wholly in the maps.
    """
    windows = _windows(maps, weights.shape[0], weights.shape[1], stride)
    sums = np.tensordot(windows, weights, axes=((3, 4, 2), (0, 1, 2)))
    return np.asarray(sums + bias, np.float32)


def apply_filter(maps: Maps, kernel: Filter, stride: int) -> Maps:
    """Convolve with one filter; returns one map, of shape (rows, columns, 1)."""
    return convolve(maps, kernel.weights[..., np.newaxis], np.array([kernel.bias], np.float32), stride)


def weigh(maps: Maps, kernel: Filter, row: int, column: int, stride: int) -> WeighedSum:
    """Explain the value of `apply_filter` at a row and a column of its result."""
    height, width = kernel.weights.shape[:2]
    top, left = row * stride, column * stride
    window = maps[top : top + height, left : left + width]
    products = window * kernel.weights
    return WeighedSum(window, products, kernel.bias, float(products.sum() + kernel.bias))


def activate(maps: Maps, activation: Activation, slopes: NDArray[np.float32]) -> Maps:
    """Apply a non-linearity to each value; without it, any number of convolutions equals a single one.

    Args:
        maps: float32 (height, width, channels).
        activation: Which function.
        slopes: float32, PReLU's factors for negative values, one for each channel.
    """
    match activation:
        case Activation.SIGMOID:
            return sigmoid(maps)
        case Activation.TANH:
            return np.tanh(maps)
        case Activation.RELU:
            return np.maximum(maps, 0)
        case Activation.PRELU:
            # He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", ICCV 2015.
            return np.where(maps > 0, maps, maps * slopes)
        case Activation.NONE:
            return maps


def sigmoid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Map any number to 0..1."""
    # By tanh, which does not overflow like the exponential.
    return np.asarray((1 + np.tanh(values / 2)) / 2, np.float32)


def pool(maps: Maps, pooling: Pooling, side: int = 2, stride: int = 2) -> Maps:
    """Keep one value of each window, so that the maps become smaller and a small shift matters less.

    Args:
        maps: float32 (height, width, channels).
        pooling: Which value.
        side: Side of the window.
        stride: Steps from one window to the next. Windows that leave the maps are left out.
    """
    if pooling is Pooling.NONE:
        return maps
    windows = _windows(maps, side, side, stride)
    return np.asarray(
        windows.max(axis=(3, 4)) if pooling is Pooling.MAXIMUM else windows.mean(axis=(3, 4)), np.float32
    )


def _windows(maps: Maps, height: int, width: int, stride: int) -> Maps:
    """A view of every window: float32 (rows, columns, channels, height, width)."""
    # Over all axes, since NumPy's types do not describe windows along some axes only.
    windows = sliding_window_view(maps, (height, width, maps.shape[2]))[::stride, ::stride, 0]
    return windows.transpose(0, 1, 4, 2, 3)


def connect_fully(values: Maps, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> Maps:
    """Each answer is a weighted sum of all values.

    Args:
        values: Any shape.
        weights: float32 (values, answers).
        bias: float32 (answers,).

    Returns:
        float32 (1, 1, answers): maps with one place each.
    """
    return np.asarray(values.reshape(1, 1, -1) @ weights + bias, np.float32)


def parameters_of_filter(kernel: Filter) -> int:
    """How many numbers one filter has to learn."""
    return kernel.weights.size + 1


def parameters_fully_connected(inputs: Maps, outputs: Maps) -> int:
    """How many numbers to learn if each result had its own weight for each input value."""
    return inputs.size * outputs.size + outputs.size
