"""What the `mtcnn` package and TensorFlow answer, for tests to compare with.

They run in a process of their own: TensorFlow in one process with streamlit-webrtc's pylibsrtp ends it with a
segmentation fault, since both bring their own BoringSSL.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pytest
from loky.backend import get_context
from numpy.typing import NDArray
from pebble import ProcessPool

from components.photo.mtcnn_networks import NetworkName

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Array = NDArray[Any]


def in_tensorflow(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run one of the functions below in the process that may import TensorFlow."""
    if find_spec("tensorflow") is None:
        pytest.skip("TensorFlow has no release for this Python")
    return _process().schedule(function, args, kwargs).result()


@cache
def _process() -> ProcessPool:
    # Not loky's own pool: it takes TensorFlow's memory for a leak, and starts the process anew.
    return ProcessPool(1, context=get_context("loky"))


def converted_networks() -> tuple[bytes, bytes, bytes]:
    """The package's networks, converted now."""
    from components.photo.network_conversion import convert_networks

    return convert_networks()


def network_answers(network: NetworkName, pixels: Array) -> list[Array]:
    """All outputs of the package's network for normalised pixels."""
    return [np.asarray(output) for output in _model(network)(pixels)]


def count_parameters(network: NetworkName) -> int:
    """How many numbers the package's network has learned."""
    return int(_model(network).count_params())


def layer_answers(network: NetworkName, layers: list[str], pixels: Array) -> list[Array]:
    """The output of each of some layers that follow each other, for normalised pixels."""
    outputs, values = [], pixels
    for layer in layers:
        values = np.asarray(getattr(_model(network), layer)(values))
        outputs.append(values)
    return outputs


@cache
def _model(network: NetworkName) -> Any:  # noqa: ANN401 - Keras publishes no types
    from mtcnn.stages import StageONet, StagePNet, StageRNet

    return {"P-Net": StagePNet, "R-Net": StageRNet, "O-Net": StageONet}[network]().model


def crops_of_tensorflow(image: Array, shares: Array, side: int, outside: float) -> Array:
    """TensorFlow's crops of a picture, whose boxes are shares of its height and width."""
    import tensorflow as tf

    places = np.zeros(len(shares), np.int32)
    crops = tf.image.crop_and_resize(
        image[np.newaxis], shares, places, (side, side), extrapolation_value=outside
    )
    return np.asarray(crops)


def crops_of_the_package(normalised: Array, squares: Array, side: int) -> Array:
    """The package's crops of a normalised picture."""
    from mtcnn.utils.images import extract_patches

    return np.asarray(extract_patches(normalised, np.insert(squares, 0, 0, axis=1), (side, side)))


def faces_of_the_package(image: Array, cut_off: float) -> Array:
    """A row for each face that the package finds: it begins with a number, the box's edges, and the score."""
    found = _detector().detect_faces(
        image, fit_to_image=False, box_format="xyxy", output_type="numpy", threshold_onet=cut_off
    )
    return np.asarray(found)


def keypoints_of_the_package(image: Array) -> dict[str, tuple[float, float]]:
    """The keypoints of the one face that the package finds."""
    (face,) = _detector().detect_faces(image)
    return {name: (float(x), float(y)) for name, (x, y) in face["keypoints"].items()}


@cache
def _detector() -> Any:  # noqa: ANN401 - the package publishes no types
    from mtcnn import MTCNN

    return MTCNN()
