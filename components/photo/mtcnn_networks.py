"""P-Net, R-Net and O-Net, ready to run: pixels in, offsets and scores out.

The networks and their weights come from the `mtcnn` package. This is the only module that uses the package or
TensorFlow.
"""

import os
import warnings
from collections.abc import Callable
from importlib.metadata import distribution
from queue import SimpleQueue
from typing import Any, Literal, TypeAlias

import joblib
import numpy as np
from numpy.typing import NDArray

# Neither Keras nor TensorFlow publishes types.
_Interpreter: TypeAlias = Any
_Keras: TypeAlias = Any
_Tensor: TypeAlias = Any
_Function: TypeAlias = Callable[[_Tensor], _Tensor]

# How many threads run the networks side by side. Bounded, since each takes 7 MB, and shared hosts report more
# cores than they give.
CORES = min(os.cpu_count() or 1, 8)

# Side of the square picture that P-Net gets in one run, in pixels. Measured, sides from 96 to 224 take the
# same time per pixel; smaller squares lose more to overlaps, larger ones have more empty room.
PNET_SIDE = 144

# P-Net sees a level of the pyramid in cells of 12 pixels, two pixels apart.
CELL_SIDE, CELL_STRIDE = 12, 2

# Side of the crops that R-Net and O-Net get, in pixels, and how many crops they take in one run. Measured,
# larger batches are no faster per crop, and a run that is not full costs as much as a full one.
RNET_SIDE, RNET_BATCH = 24, 16
ONET_SIDE, ONET_BATCH = 48, 4

NetworkName = Literal["P-Net", "R-Net", "O-Net"]

# The networks' normalisation is (pixel - 127.5) / 128.
_MEAN, _SCALE = 127.5, 128


class Network:
    """One network, compiled for one input shape. Several threads can call it at the same time.

    Each call runs in the calling thread only. Measured, two threads side by side do 1.4 times the work of one
    network on both cores.
    """

    def __init__(self, compiled: bytes) -> None:
        import tensorflow as tf

        interpreters = [tf.lite.Interpreter(model_content=compiled, num_threads=1) for _ in range(CORES)]
        self._idle: SimpleQueue[_Interpreter] = SimpleQueue()
        for interpreter in interpreters:
            interpreter.allocate_tensors()
            self._idle.put(interpreter)
        self._input = interpreters[0].get_input_details()[0]
        self._output = interpreters[0].get_output_details()[0]

    @property
    def batch_size(self) -> int:
        """How many crops the network takes in one run."""
        return int(self._input["shape"][0])

    @property
    def side(self) -> int:
        """Side of its square input, in pixels."""
        return int(self._input["shape"][1])

    @property
    def outputs(self) -> int:
        """How many values it gives for each square, or for each cell of P-Net's."""
        return int(self._output["shape"][-1])

    def __call__(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network.

        Args:
            pixels: float32 array of exactly the shape that the network was compiled for, RGB, 0 to 255.

        Returns:
            float32 array; `load_networks` describes its last axis.
        """
        interpreter = self._idle.get()
        try:
            interpreter.set_tensor(self._input["index"], pixels)
            interpreter.invoke()
            output: NDArray[np.float32] = interpreter.get_tensor(self._output["index"])
        finally:
            self._idle.put(interpreter)
        return output


def load_networks() -> tuple[Network, Network, Network]:
    """Load the package's weights and compile its three networks; takes seconds, most of it TensorFlow.

    The networks become TensorFlow Lite models, which XNNPACK runs. Measured against `tf.function`, that is
    2.5 times as fast for P-Net and R-Net, and saves a millisecond for each call. The answers agree to 2e-6.

    Returns:
        P-Net, (1, 144, 144, 3) -> (1, 67, 67, 5): for each cell, two pixels from the next, the offsets
            of a 12-pixel box's left, top, right and bottom edge in box sides, and the face score.
            This score is a logit; the other networks' scores are 0 to 1.
        R-Net, (16, 24, 24, 3) -> (16, 5): the same for each crop.
        O-Net, (4, 48, 48, 3) -> (4, 15): the four offsets; five x and five y of the keypoints in box
            sides from the box's corner; and the face score.
    """
    # Imported here because it imports TensorFlow, which takes seconds. So this module stays cheap to import,
    # and the caller chooses when, and in which thread, to wait.
    from mtcnn.stages import StageONet, StagePNet, StageRNet

    # TensorFlow 2.19 warns each time that 2.20 moves its interpreter to another package.
    warnings.filterwarnings("ignore", r"(?s).*tf\.lite\.Interpreter is deprecated")
    pnet, rnet, onet = StagePNet().model, StageRNet().model, StageONet().model
    for model in (pnet, rnet, onet):
        _fold_normalisation(model.conv1)
    return (
        Network(_compile(_pnet_function(pnet), (1, PNET_SIDE, PNET_SIDE, 3))),
        Network(_compile(_single_output(rnet), (RNET_BATCH, RNET_SIDE, RNET_SIDE, 3))),
        Network(_compile(_single_output(onet), (ONET_BATCH, ONET_SIDE, ONET_SIDE, 3))),
    )


def read_weights(network: NetworkName) -> list[NDArray[np.float32]]:
    """The weights of a network, layer by layer, for normalised pixels. Takes milliseconds and no TensorFlow.

    A convolution has float32 (height, width, channels, filters) and then its biases, a PReLU its slopes, a
    fully connected layer (values, answers) and then its biases. The outputs come last: four offsets, in O-Net
    ten coordinates of keypoints, and two classes.
    """
    file_name = f"{network.replace('-', '').lower()}.lz4"
    # Located without importing the package, which would import TensorFlow.
    path = distribution("mtcnn").locate_file(f"mtcnn/assets/weights/{file_name}")
    weights: list[NDArray[np.float32]] = joblib.load(path)
    return weights


def _fold_normalisation(conv1: _Keras) -> None:
    """Let the first convolution take pixels of 0 to 255; normalising is linear, so it fits in the weights."""
    weights, bias = conv1.get_weights()
    conv1.set_weights([weights / _SCALE, bias - _MEAN / _SCALE * weights.sum(axis=(0, 1, 2))])


def _pnet_function(pnet: _Keras) -> _Function:
    """P-Net with its last two convolutions combined, and without softmax, which only a few cells need.

    Measured, that and the folded normalisation take 0.7 of the original time.
    """
    import tensorflow as tf

    offset_weights, offset_bias = pnet.conv4_1.get_weights()
    class_weights, class_bias = pnet.conv4_2.get_weights()
    # Softmax over "no face" and "face" depends only on the difference of the two values.
    weights = np.concatenate([offset_weights, np.diff(class_weights)], axis=-1)
    bias = np.concatenate([offset_bias, np.diff(class_bias)])

    def run(pixels: _Tensor) -> _Tensor:
        maps = pnet.maxpool1(pnet.prelu1(pnet.conv1(pixels)))
        maps = pnet.prelu3(pnet.conv3(pnet.prelu2(pnet.conv2(maps))))
        return tf.nn.bias_add(tf.nn.conv2d(maps, weights, strides=1, padding="VALID"), bias)

    return run


def _single_output(model: _Keras) -> _Function:
    """R-Net or O-Net with all outputs side by side in one array."""
    import tensorflow as tf

    def run(pixels: _Tensor) -> _Tensor:
        *values, scores = model(pixels)
        # "no face" and "face" add up to 1, so the second is enough.
        return tf.concat([*values, scores[:, 1:]], axis=-1)

    return run


def _compile(function: _Function, shape: tuple[int, ...]) -> bytes:
    """A function as a TensorFlow Lite model for one shape of float32 input."""
    import tensorflow as tf

    signature = [tf.TensorSpec(shape, tf.float32)]
    concrete = tf.function(function, input_signature=signature, autograph=False).get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], tf.Module())
    # The converter's other way, through a file, loses the weights.
    converter.experimental_lower_to_saved_model = False
    compiled: bytes = converter.convert()
    return compiled
