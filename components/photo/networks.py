"""P-Net, R-Net and O-Net, ready to run: pixels in, offsets and scores out.

The networks and their weights are the `mtcnn` package's, and this is the only module that knows it, or
TensorFlow.
"""

import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Neither Keras nor TensorFlow publishes types.
_Keras: TypeAlias = Any
_Tensor: TypeAlias = Any
_Function: TypeAlias = Callable[[_Tensor], _Tensor]

# Side of the square picture that P-Net looks at in one run, in pixels. Measured on one core, 192 does
# 93 GFLOP/s; 128 does 98 but loses more to overlaps; at 256, with 68, its maps no longer fit the cache.
PNET_SIDE = 192

# P-Net sees the level in cells of 12 pixels, each two pixels from the next.
CELL_SIDE, CELL_STRIDE = 12, 2

# Side of the crops that R-Net and O-Net look at, and how many they take in one run. Measured on one
# core, larger batches are no faster per crop, and a run that is not full costs as much as a full one.
RNET_SIDE, RNET_BATCH = 24, 32
ONET_SIDE, ONET_BATCH = 48, 8

# Crops are cut out so many batches at a time: each call costs some 0.2 ms besides its crops.
_BATCHES_AT_ONCE = 8

# What the networks' normalisation, (pixel - 127.5) / 128, makes zero: how they see what lies outside.
OUTSIDE = 127.5


class Network(threading.local):
    """One network, compiled for one shape of input.

    Every thread that calls it has an interpreter of its own, which uses that thread only: two such
    threads did 1.4 times the work that one interpreter does with two threads of its own, measured.
    """

    def __init__(self, compiled: bytes) -> None:
        import tensorflow as tf

        # TensorFlow 2.20 drops this class in favour of the same one in another package, and says so
        # each time; this TensorFlow stays at 2.19.
        warnings.filterwarnings("ignore", r"(?s).*tf\.lite\.Interpreter is deprecated")
        self._interpreter = tf.lite.Interpreter(model_content=compiled, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]
        self._output = self._interpreter.get_output_details()[0]

    @property
    def batch_size(self) -> int:
        """How many pictures the network takes in one run."""
        return int(self._input["shape"][0])

    @property
    def side(self) -> int:
        """Side of the squares it looks at, in pixels."""
        return int(self._input["shape"][1])

    @property
    def outputs(self) -> int:
        """How many values it gives for each square, or cell of it."""
        return int(self._output["shape"][-1])

    def __call__(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network.

        Args:
            pixels: float32 array of just the shape it was compiled for, RGB, 0 to 255.

        Returns:
            float32 array: what the network says, its last axis as `load_networks` describes it.
        """
        self._interpreter.set_tensor(self._input["index"], pixels)
        self._interpreter.invoke()
        output: NDArray[np.float32] = self._interpreter.get_tensor(self._output["index"])
        return output


class Cropper:
    """Cuts squares out of a picture, resized to what a network looks at."""

    def __init__(self, image: NDArray[np.uint8]) -> None:
        import tensorflow as tf

        # TensorFlow reads an array in place if it begins at such an address. Otherwise it copies it into
        # memory that it never gives back, measured.
        self._image = tf.expand_dims(_aligned(image, 64), 0)

    def batches(
        self, squares: NDArray[np.float64], side: int, batch_size: int
    ) -> Iterator[NDArray[np.float32]]:
        """Cut out squares and group them.

        Sampled bilinearly, without averaging, between the middles of the first and the last pixel, as
        the `mtcnn` package does it, which the networks' scores depend on: with positions rounded to 1/32
        pixel, as OpenCV has them, one face in 40 changes noticeably.

        Args:
            squares: float64 (n, 4), left, top, right and bottom edge of each, in pixels.
            side: Of the crops, in pixels.
            batch_size: Crops in each group; the last is filled up with anything.

        Yields:
            float32 arrays of shape (batch_size, side, side, 3), RGB, 0 to 255.
        """
        import tensorflow as tf

        height, width = self._image.shape[1:3]
        # TensorFlow wants top, left, bottom and right as shares of the picture.
        shares = (squares / [width, height, width, height])[:, [1, 0, 3, 2]]
        shares = np.concatenate([shares, np.zeros((-len(shares) % batch_size, 4))]).astype(np.float32)
        at_once = batch_size * _BATCHES_AT_ONCE
        for start in range(0, len(shares), at_once):
            some = shares[start : start + at_once]
            first_image = np.zeros(len(some), np.int32)
            crops = tf.image.crop_and_resize(
                self._image, some, first_image, (side, side), extrapolation_value=OUTSIDE
            ).numpy()
            yield from crops.reshape(-1, batch_size, side, side, 3)


def _aligned(image: NDArray[np.uint8], multiple: int) -> NDArray[np.uint8]:
    """A copy of an array that begins at a multiple of so many bytes."""
    buffer = np.empty(image.nbytes + multiple, np.uint8)
    start = -buffer.ctypes.data % multiple
    copy = buffer[start : start + image.nbytes].reshape(image.shape)
    copy[...] = image
    return copy


def load_networks() -> tuple[Network, Network, Network]:
    """Load the package's weights and compile its three networks; takes seconds, most of it TensorFlow.

    Compiled are TensorFlow Lite's models, run by XNNPACK: measured against the same networks as
    `tf.function`, 2.5 times as fast for P-Net and R-Net, and without the millisecond that each of its
    calls costs. The answers are the same to 2e-6.

    Returns:
        P-Net, (1, 192, 192, 3) -> (1, 91, 91, 5): for each cell, two pixels from the next, the offsets
            of a 12-pixel box's left, top, right and bottom edge in box sides, and the face score.
            That score is its logit, the other networks' is 0 to 1.
        R-Net, (32, 24, 24, 3) -> (32, 5): the same for each crop.
        O-Net, (8, 48, 48, 3) -> (8, 15): the four offsets; five x and five y of the keypoints in box
            sides from the box's corner; and the face score.
    """
    # Imported here because it brings TensorFlow, which takes seconds: this module stays cheap to
    # import, and whoever loads the networks chooses when and in which thread to wait.
    from mtcnn.stages import StageONet, StagePNet, StageRNet

    pnet, rnet, onet = StagePNet().model, StageRNet().model, StageONet().model
    for model in (pnet, rnet, onet):
        _fold_normalisation(model.conv1)
    return (
        Network(_compile(_pnet_function(pnet), (1, PNET_SIDE, PNET_SIDE, 3))),
        Network(_compile(_single_output(rnet), (RNET_BATCH, RNET_SIDE, RNET_SIDE, 3))),
        Network(_compile(_single_output(onet), (ONET_BATCH, ONET_SIDE, ONET_SIDE, 3))),
    )


def _fold_normalisation(conv1: _Keras) -> None:
    """Let the first convolution take pixels as they are: normalising them is linear, as it is."""
    weights, bias = conv1.get_weights()
    conv1.set_weights([weights / 128, bias - OUTSIDE / 128 * weights.sum(axis=(0, 1, 2))])


def _pnet_function(pnet: _Keras) -> _Function:
    """P-Net with its two last convolutions as one, and the score's softmax left to the few cells that count.

    That takes three quarters of the time, measured.
    """
    import tensorflow as tf

    offset_weights, offset_bias = pnet.conv4_1.get_weights()
    class_weights, class_bias = pnet.conv4_2.get_weights()
    # Softmax over "no face" and "face" depends only on their difference.
    weights = np.concatenate([offset_weights, np.diff(class_weights)], axis=-1)
    bias = np.concatenate([offset_bias, np.diff(class_bias)])

    def run(pixels: _Tensor) -> _Tensor:
        maps = pnet.maxpool1(pnet.prelu1(pnet.conv1(pixels)))
        maps = pnet.prelu3(pnet.conv3(pnet.prelu2(pnet.conv2(maps))))
        return tf.nn.bias_add(tf.nn.conv2d(maps, weights, strides=1, padding="VALID"), bias)

    return run


def _single_output(model: _Keras) -> _Function:
    """R-Net or O-Net with all it says side by side."""
    import tensorflow as tf

    def run(pixels: _Tensor) -> _Tensor:
        *values, scores = model(pixels)
        # Of "no face" and "face", which add up to 1, the second is enough.
        return tf.concat([*values, scores[:, 1:]], axis=-1)

    return run


def _compile(function: _Function, shape: tuple[int, ...]) -> bytes:
    """A TensorFlow Lite model of a function for one shape of float32 input."""
    import tensorflow as tf

    signature = [tf.TensorSpec(shape, tf.float32)]
    concrete = tf.function(function, input_signature=signature, autograph=False).get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], tf.Module())
    # Its other way leads through a file, and loses the weights.
    converter.experimental_lower_to_saved_model = False
    compiled: bytes = converter.convert()
    return compiled
