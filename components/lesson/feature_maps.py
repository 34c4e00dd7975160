"""P-Net, R-Net and O-Net layer by layer, with the feature maps of each layer.

The weights are those of the real networks, so these are the maps that they make when they look for faces. The
networks that find faces are compiled and show no layers.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.lesson.convolution import (
    Activation,
    Maps,
    Pooling,
    activate,
    connect_fully,
    convolve,
    normalise,
    pool,
)
from components.photo.mtcnn_networks import CELL_SIDE, ONET_SIDE, RNET_SIDE, NetworkName, read_weights

Kind = Literal["convolution", "PReLU", "pooling", "fully connected", "score"]

# P-Net takes pictures of any size, the other networks only squares with these sides.
SQUARE_SIDE: dict[NetworkName, int] = {"R-Net": RNET_SIDE, "O-Net": ONET_SIDE}


@dataclass(frozen=True, slots=True, eq=False)
class LayerMaps:
    """The output of one layer.

    Attributes:
        name: The layer's name, such as "Convolution 1".
        kind: What the layer does.
        maps: float32 (height, width, maps). The maps of a fully connected layer have one place.
        weights: For a convolution, float32 (side, side, maps of the layer before, maps). For a fully
            connected layer, float32 (values of the layer before, maps). For the score the same, with a column
            for no face and one for face. Otherwise None.
        bias: float32, one for each of the weights' last axis; None without weights.
        slopes: float32 (maps,), PReLU's factors for negative values; otherwise None.
        sees: Side of the square of the picture that one value depends on, in pixels.
        step: Pixels of the picture from one value to the next; 0 where there is only one value.
    """

    name: str
    kind: Kind
    maps: Maps
    sees: int
    step: int
    weights: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None
    slopes: NDArray[np.float32] | None = None

    @property
    def parameters(self) -> int:
        """How many learned numbers this layer has."""
        learned = (self.weights, self.bias, self.slopes)
        return sum(values.size for values in learned if values is not None)


@dataclass(frozen=True, slots=True)
class _Pool:
    """A pooling layer with stride 2: its windows' side, and whether the last window may leave the maps."""

    side: int
    beyond: bool


# The pooling layer after each convolution and its PReLU, where there is one.
_POOLS: dict[NetworkName, tuple[_Pool | None, ...]] = {
    "P-Net": (_Pool(2, True), None, None),
    "R-Net": (_Pool(3, True), _Pool(3, False), None),
    "O-Net": (_Pool(3, True), _Pool(3, False), _Pool(2, True), None),
}


class _Recorder:
    """Runs layers one after the other, and keeps the output of each."""

    def __init__(self, maps: Maps) -> None:
        self.maps = maps
        self.layers: list[LayerMaps] = []
        self.sees, self.step = 1, 1

    def convolve(self, name: str, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self.sees += (weights.shape[0] - 1) * self.step
        self._keep(name, "convolution", convolve(self.maps, weights, bias), weights=weights, bias=bias)

    def prelu(self, name: str, slopes: NDArray[np.float32]) -> None:
        slopes = slopes.ravel()
        self._keep(name, "PReLU", activate(self.maps, Activation.PRELU, slopes), slopes=slopes)

    def pool(self, name: str, layer: _Pool) -> None:
        maps = _filled(self.maps, layer.side) if layer.beyond else self.maps
        self.sees += (layer.side - 1) * self.step
        self.step *= 2
        self._keep(name, "pooling", pool(maps, Pooling.MAXIMUM, layer.side))

    def connect(self, name: str, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        # The networks were trained with columns before rows.
        values = connect_fully(self.maps.transpose(1, 0, 2), weights, bias)
        self._keep(name, "fully connected", values, weights=weights, bias=bias)

    def score(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        """Softmax over "no face" and "face", of which the second is the score."""
        weights = weights.reshape(-1, 2)
        values = self.maps @ weights + bias
        exponentials = np.exp(values - values.max(axis=-1, keepdims=True))
        scores = exponentials[..., 1:] / exponentials.sum(axis=-1, keepdims=True)
        self._keep("Face score", "score", scores, weights=weights, bias=bias)

    def see_all(self, side: int) -> None:
        """Note that from here on there is only one place, which depends on the whole square."""
        self.sees, self.step = side, 0

    def _keep(
        self,
        name: str,
        kind: Kind,
        maps: Maps,
        *,
        weights: NDArray[np.float32] | None = None,
        bias: NDArray[np.float32] | None = None,
        slopes: NDArray[np.float32] | None = None,
    ) -> None:
        self.maps = maps
        self.layers.append(LayerMaps(name, kind, maps, self.sees, self.step, weights, bias, slopes))


def run_network(network: NetworkName, pixels: NDArray[np.uint8 | np.float32]) -> list[LayerMaps]:
    """Run a network and return the output of each layer, without offsets and keypoints.

    Args:
        network: Which one.
        pixels: Array of shape (height, width, 3), RGB, 0 to 255. For P-Net at least 12 pixels each way, for
            the other networks a square of exactly their side.

    Raises:
        ValueError: The network takes no picture of this size.
    """
    side = SQUARE_SIDE.get(network)
    if min(pixels.shape[:2]) < CELL_SIDE or (side and pixels.shape[:2] != (side, side)):
        raise ValueError(f"{network} takes no picture of shape {pixels.shape}")
    weights = read_weights(network)
    recorder = _Recorder(normalise(pixels))
    for number, layer in enumerate(_POOLS[network], start=1):
        recorder.convolve(f"Convolution {number}", weights.pop(0), weights.pop(0))
        recorder.prelu(f"PReLU {number}", weights.pop(0))
        if layer:
            recorder.pool(f"Pooling {number}", layer)
    if side:
        recorder.see_all(side)
        recorder.connect("Fully connected", weights.pop(0), weights.pop(0))
        recorder.prelu("Last PReLU", weights.pop(0))
    # The weights in between belong to the offsets, and to O-Net's keypoints.
    recorder.score(weights[-2], weights[-1])
    return recorder.layers


def face_score(layers: list[LayerMaps]) -> Maps:
    """The network's face score, float32 (rows, columns): P-Net's heat map, or a single score."""
    return layers[-1].maps[..., 0]


def _filled(maps: Maps, side: int) -> Maps:
    """Add what the last windows need beyond the right and lower edges: values that are never the largest."""
    missing = [max((-(-length // 2) - 1) * 2 + side - length, 0) for length in maps.shape[:2]]
    return np.pad(maps, ((0, missing[0]), (0, missing[1]), (0, 0)), constant_values=-np.inf)


def shift_right(pixels: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    """Shift a picture to the right, or to the left if negative; its edge column fills the gap."""
    before, after = max(by, 0), max(-by, 0)
    width = pixels.shape[1]
    padded = np.pad(pixels, ((0, 0), (before, after), (0, 0)), mode="edge")
    return padded[:, after : after + width]


@dataclass(frozen=True, slots=True)
class ShiftEffect:
    """How similar a layer's maps are before and after the picture is shifted.

    The measure is their correlation: 1 is equal, 0 is unrelated, negative is reversed. A single score has no
    correlation; for it the measure is 1 minus the difference.

    Attributes:
        in_place: Compared place by place.
        moved_along: Compared after shifting the maps along; None where the shift is not a whole number of the
            layer's steps, or the layer has only one place.
    """

    in_place: float
    moved_along: float | None


def effect_of_shift(before: LayerMaps, after: LayerMaps, by: int) -> ShiftEffect:
    """Compare a layer's maps before and after the picture is shifted to the right by some pixels."""
    in_place = _correlation(before.maps, after.maps)
    if not before.step or before.maps.shape[1] < 2:
        return ShiftEffect(in_place, None)
    places, between = divmod(abs(by), before.step)
    if between or places >= before.maps.shape[1]:
        return ShiftEffect(in_place, None)
    width = before.maps.shape[1] - places
    start, end = (0, places) if by >= 0 else (places, 0)
    return ShiftEffect(
        in_place, _correlation(before.maps[:, start : start + width], after.maps[:, end : end + width])
    )


def _correlation(a: Maps, b: Maps) -> float:
    """Pearson's correlation over all maps, each relative to its own mean; for constant maps, 1 if equal."""
    if a.size == 1:
        return 1 - abs(float(a.ravel()[0] - b.ravel()[0]))
    # Values without a place are compared with the mean of all values.
    axes = (0, 1) if a.shape[:2] != (1, 1) else (0, 1, 2)
    x, y = ((values - values.mean(axis=axes, keepdims=True)).ravel() for values in (a, b))
    norm = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / norm if norm else float(np.array_equal(a, b))
