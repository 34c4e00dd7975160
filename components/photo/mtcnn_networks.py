"""P-Net, R-Net and O-Net, ready to run: pixels in, offsets and scores out.

The networks come from the `mtcnn` package, converted once by `network_conversion.py`; LiteRT runs them.
"""

import io
import os
from importlib.metadata import distribution
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

# LiteRT publishes no types.
_Interpreter: TypeAlias = Any

# The converted networks, P-Net's first.
_FOLDER = Path(__file__).parent / "networks"
MODEL_FILES = tuple(_FOLDER / f"{name}.tflite" for name in ("pnet", "rnet", "onet"))

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


class Network:
    """One network, compiled for one input shape. Several threads can call it at the same time.

    Each call runs in the calling thread only. Measured, two threads side by side do 1.4 times the work of one
    network on both cores.
    """

    def __init__(self, compiled: bytes, cores: int) -> None:
        # Imported here, since only worker processes run networks; the server imports this module as well.
        from ai_edge_litert.interpreter import Interpreter

        interpreters = [Interpreter(model_content=compiled, num_threads=1) for _ in range(cores)]
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


def load_networks(cores: int = CORES) -> tuple[Network, Network, Network]:
    """Read the converted networks, to be run in `cores` threads side by side; takes a tenth of a second.

    XNNPACK, LiteRT's engine, runs them. Measured against `tf.function`, that is 2.5 times as fast for P-Net
    and R-Net, and saves a millisecond for each call. The answers agree with the package's to 2e-6.

    Returns:
        P-Net, (1, 144, 144, 3) -> (1, 67, 67, 5): for each cell, two pixels from the next, the offsets
            of a 12-pixel box's left, top, right and bottom edge in box sides, and the face score.
            This score is a logit; the other networks' scores are 0 to 1.
        R-Net, (16, 24, 24, 3) -> (16, 5): the same for each crop.
        O-Net, (4, 48, 48, 3) -> (4, 15): the four offsets; five x and five y of the keypoints in box
            sides from the box's corner; and the face score.
    """
    pnet, rnet, onet = (Network(path.read_bytes(), cores) for path in MODEL_FILES)
    return pnet, rnet, onet


def read_weights(network: NetworkName) -> list[NDArray[np.float32]]:
    """The weights of a network, layer by layer, for normalised pixels. Takes milliseconds and no TensorFlow.

    A convolution has float32 (height, width, channels, filters) and then its biases, a PReLU its slopes, a
    fully connected layer (values, answers) and then its biases. The outputs come last: four offsets, in O-Net
    ten coordinates of keypoints, and two classes.
    """
    # Imported here, since only the lesson reads weights.
    import joblib
    import lz4.frame

    file_name = f"{network.replace('-', '').lower()}.lz4"
    # Located without importing the package, which would import TensorFlow.
    path = distribution("mtcnn").locate_file(f"mtcnn/assets/weights/{file_name}")
    # Unpacked first: joblib leaves the packed file open, of which Python 3.13 complains.
    unpacked = lz4.frame.decompress(Path(str(path)).read_bytes())
    weights: list[NDArray[np.float32]] = joblib.load(io.BytesIO(unpacked))
    return weights
