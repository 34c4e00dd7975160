"""The `mtcnn` package's networks as models for LiteRT: `make networks` writes them anew.

The models lie in `networks/`, so the server needs neither TensorFlow nor the package. Only this module and
the comparison with the package import them.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from components.photo.mtcnn_networks import (
    MODEL_FILES,
    ONET_BATCH,
    ONET_SIDE,
    PNET_SIDE,
    RNET_BATCH,
    RNET_SIDE,
)

# Neither Keras nor TensorFlow publishes types.
_Keras: TypeAlias = Any
_Tensor: TypeAlias = Any
_Function: TypeAlias = Callable[[_Tensor], _Tensor]

# The networks' normalisation is (pixel - 127.5) / 128.
_MEAN, _SCALE = 127.5, 128


def convert_networks() -> tuple[bytes, bytes, bytes]:
    """The package's P-Net, R-Net and O-Net as models, as `mtcnn_networks.load_networks` describes them."""
    from mtcnn.stages import StageONet, StagePNet, StageRNet

    pnet, rnet, onet = StagePNet().model, StageRNet().model, StageONet().model
    for model in (pnet, rnet, onet):
        _fold_normalisation(model.conv1)
    return (
        _compile(_pnet_function(pnet), (1, PNET_SIDE, PNET_SIDE, 3)),
        _compile(_single_output(rnet), (RNET_BATCH, RNET_SIDE, RNET_SIDE, 3)),
        _compile(_single_output(onet), (ONET_BATCH, ONET_SIDE, ONET_SIDE, 3)),
    )


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


if __name__ == "__main__":
    for path, model in zip(MODEL_FILES, convert_networks(), strict=True):
        path.write_bytes(model)
