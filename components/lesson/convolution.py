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

# MTCNN's own normalisation: black is about -1, white about 1.
_MEAN, _SCALE = 127.5, 128


class Padding(StrEnum):
    """What lies beyond the edges: nothing, so that the maps shrink, or zeros, so that they do not."""

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
    """What of each window of a map goes on."""

    NONE = "none"
    MAXIMUM = "maximum"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """What a convolution weighs its window with.

    Attributes:
        name: What people call it.
        weights: float32 (height, width, channels).
        bias: Is added to each sum.
        slope: What PReLU multiplies negative values by.
    """

    name: str
    weights: Maps
    bias: float = 0.0
    slope: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class WeighedSum:
    """How one value of a convolution came about.

    Attributes:
        window: float32 (height, width, channels), what the filter saw.
        products: The same shape, window times weights.
        bias: What is added.
        total: The value.
    """

    window: Maps
    products: Maps
    bias: float
    total: float


def normalise(image: NDArray[np.uint8 | np.float32]) -> Maps:
    """Make maps of a picture as MTCNN does: 0..255 becomes -1..1, nearly.

    Args:
        image: Array of shape (height, width, channels), 0 to 255.
    """
    return (image.astype(np.float32) - _MEAN) / _SCALE


def to_grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The brightness of a picture, as an array of shape (height, width, 1)."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)[..., np.newaxis]


def pad(maps: Maps, padding: Padding) -> Maps:
    """Add what the lesson's filters, which are of 3×3, see beyond the edges."""
    if padding is Padding.NONE:
        return maps
    return np.pad(maps, ((1, 1), (1, 1), (0, 0)))


def convolve(maps: Maps, weights: NDArray[np.float32], bias: NDArray[np.float32], stride: int = 1) -> Maps:
    """Lay filters on every place of some maps, and sum up what each sees, weighed.

    As in every deep learning library, the filters are not flipped, which mathematics would call a
    cross-correlation.

    Args:
        maps: float32 (height, width, channels), at least as large as the filters.
        weights: float32 (filter height, filter width, channels, filters).
        bias: float32 (filters,).
        stride: Steps from one place to the next.

    Returns:
        float32 (rows, columns, filters), without places at which a filter would reach beyond the maps.
    """
    windows = _windows(maps, weights.shape[0], weights.shape[1], stride)
    sums = np.tensordot(windows, weights, axes=((3, 4, 2), (0, 1, 2)))
    return np.asarray(sums + bias, np.float32)


def apply_filter(maps: Maps, kernel: Filter, stride: int) -> Maps:
    """Convolve with one filter; one map comes out, of shape (rows, columns, 1)."""
    return convolve(maps, kernel.weights[..., np.newaxis], np.array([kernel.bias], np.float32), stride)


def weigh(maps: Maps, kernel: Filter, row: int, column: int, stride: int) -> WeighedSum:
    """Explain one value of `apply_filter`, that at a row and a column of its result."""
    height, width = kernel.weights.shape[:2]
    top, left = row * stride, column * stride
    window = maps[top : top + height, left : left + width]
    products = window * kernel.weights
    return WeighedSum(window, products, kernel.bias, float(products.sum() + kernel.bias))


def activate(maps: Maps, activation: Activation, slopes: NDArray[np.float32]) -> Maps:
    """Bend each value by itself; without that, any number of convolutions would be no more than one.

    Args:
        maps: float32 (height, width, channels).
        activation: Which function.
        slopes: float32, what PReLU multiplies negative values by, one for each channel.
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
    """From any number to 0..1."""
    # By tanh, which does not overflow as the exponential does.
    return np.asarray((1 + np.tanh(values / 2)) / 2, np.float32)


def pool(maps: Maps, pooling: Pooling, side: int = 2, stride: int = 2) -> Maps:
    """Keep one value of each window, so that the maps get smaller and a small shift matters less.

    Args:
        maps: float32 (height, width, channels).
        pooling: Which value.
        side: Of the window.
        stride: Steps from one window to the next. Windows that reach beyond the maps are left out.
    """
    if pooling is Pooling.NONE:
        return maps
    windows = _windows(maps, side, side, stride)
    return np.asarray(
        windows.max(axis=(3, 4)) if pooling is Pooling.MAXIMUM else windows.mean(axis=(3, 4)), np.float32
    )


def _windows(maps: Maps, height: int, width: int, stride: int) -> Maps:
    """A view of every window: float32 (rows, columns, channels, height, width)."""
    # All at once, since NumPy's types know no window along some axes only.
    windows = sliding_window_view(maps, (height, width, maps.shape[2]))[::stride, ::stride, 0]
    return windows.transpose(0, 1, 4, 2, 3)


def connect_fully(values: Maps, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> Maps:
    """Weigh every value for every answer.

    Args:
        values: Any shape.
        weights: float32 (values, answers).
        bias: float32 (answers,).

    Returns:
        float32 (1, 1, answers): maps of one place each.
    """
    return np.asarray(values.reshape(1, 1, -1) @ weights + bias, np.float32)


def parameters_of_filter(kernel: Filter) -> int:
    """How many numbers are to be learned for one filter."""
    return kernel.weights.size + 1


def parameters_fully_connected(inputs: Maps, outputs: Maps) -> int:
    """How many it would be if each result had a weight of its own for each value of the input."""
    return inputs.size * outputs.size + outputs.size
