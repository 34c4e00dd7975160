"""P-Net, R-Net and O-Net, ready to run: pixels in, offsets and scores out.

The networks and their weights are the `mtcnn` package's, and this is the only module that knows it, or
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

# How many threads run the networks side by side. Bounded, since each takes 7 MB, and shared hosts show
# more cores than they give.
CORES = min(os.cpu_count() or 1, 8)

# Side of the square picture that P-Net looks at in one run, in pixels. From 96 to 224 all take the same
# time a pixel, measured; smaller ones lose more to overlaps, larger ones are left with more empty room.
PNET_SIDE = 144

# P-Net sees the level in cells of 12 pixels, each two pixels from the next.
CELL_SIDE, CELL_STRIDE = 12, 2

# Side of the crops that R-Net and O-Net look at, and how many they take in one run. Larger batches are
# no faster a crop, measured, and a run that is not full costs as much as a full one.
RNET_SIDE, RNET_BATCH = 24, 16
ONET_SIDE, ONET_BATCH = 48, 4

NetworkName = Literal["P-Net", "R-Net", "O-Net"]

# The networks' normalisation is (pixel - 127.5) / 128.
_MEAN, _SCALE = 127.5, 128


class Network:
    """One network, compiled for one shape of input. Threads can call it at the same time.

    Each call uses the thread that it is made in and no other: two threads side by side did 1.4 times the
    work that a network running on both cores does, measured.
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

    Compiled are TensorFlow Lite's models, run by XNNPACK: measured against the same networks as
    `tf.function`, 2.5 times as fast for P-Net and R-Net, and without the millisecond that each of its
    calls costs. The answers are the same to 2e-6.

    Returns:
        P-Net, (1, 144, 144, 3) -> (1, 67, 67, 5): for each cell, two pixels from the next, the offsets
            of a 12-pixel box's left, top, right and bottom edge in box sides, and the face score.
            That score is its logit, the other networks' is 0 to 1.
        R-Net, (16, 24, 24, 3) -> (16, 5): the same for each crop.
        O-Net, (4, 48, 48, 3) -> (4, 15): the four offsets; five x and five y of the keypoints in box
            sides from the box's corner; and the face score.
    """
    # Imported here because it brings TensorFlow, which takes seconds: this module stays cheap to
    # import, and whoever loads the networks chooses when and in which thread to wait.
    from mtcnn.stages import StageONet, StagePNet, StageRNet

    # TensorFlow 2.20 drops its interpreter in favour of the same one in another package, and says so each
    # time; this TensorFlow stays at 2.19.
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
    """The weights of a network, layer by layer, for normalised pixels; takes milliseconds and no TensorFlow.

    Of a convolution float32 (height, width, channels, filters) and then its biases, of a PReLU its slopes, of
    a fully connected layer (values, answers) and then its biases. At the end those of the outputs: four
    offsets, in O-Net ten coordinates of keypoints, and two classes.
    """
    file_name = f"{network.replace('-', '').lower()}.lz4"
    # Located without importing the package, which would bring TensorFlow.
    path = distribution("mtcnn").locate_file(f"mtcnn/assets/weights/{file_name}")
    weights: list[NDArray[np.float32]] = joblib.load(path)
    return weights


def _fold_normalisation(conv1: _Keras) -> None:
    """Let the first convolution take pixels as they are: normalising them is linear, as it is."""
    weights, bias = conv1.get_weights()
    conv1.set_weights([weights / _SCALE, bias - _MEAN / _SCALE * weights.sum(axis=(0, 1, 2))])


def _pnet_function(pnet: _Keras) -> _Function:
    """P-Net with its two last convolutions as one, and the score's softmax left to the few cells that count.

    With the normalisation folded in, too, that takes 0.7 of the time, measured.
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
