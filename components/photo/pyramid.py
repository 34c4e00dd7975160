"""The image pyramid: a picture at many scales, cut and packed into the squares that P-Net looks at.

P-Net finds faces of one size only, about its 12-pixel cell. Somewhere in the pyramid, a face of any size has
that size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from components.photo.mtcnn_networks import CELL_SIDE, CELL_STRIDE, PNET_SIDE

# The scale from one level to the next, as in the paper: two steps halve the picture.
SCALE_STEP = 0.709

# Neighbouring patches of a level share this many pixels, so that each cell lies wholly in one patch.
_OVERLAP = CELL_SIDE - CELL_STRIDE

# A level may be averaged from a halved picture if each pixel of the level covers this many or more pixels of
# it each way. Of the `mtcnn` package's 735 faces on 41 photos, 8 finds all but one, the same as without
# halving; 4 finds all but 7, and 2 all but 24.
_PIXELS_AVERAGED = 8

# A picture up to this size is averaged as float32. A larger one is averaged as uint8, and so rounded, to save
# memory: that moves one face in 26 noticeably, and AP from 0.2777 to 0.2760 on the same photos.
_FLOAT_PIXELS = 4_000_000

# Levels up to this many pixels are resized together, so that they can be packed together. Larger levels fill
# squares by themselves; they are resized one at a time, so that only one is in memory.
_SMALL_LEVEL_PIXELS = 2_000_000

Picture = NDArray[np.uint8 | np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A piece of a level, at most as large as P-Net's square.

    Attributes:
        level: Index of the level's scale.
        top: Where it lies in the level, in pixels; even, since P-Net's cells begin at even pixels.
        left: As `top`.
        pixels: Array of shape (height, width, 3), RGB; height and width are even.
    """

    level: int
    top: int
    left: int
    pixels: Picture


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A patch, and where it lies on a canvas, in pixels."""

    patch: Patch
    top: int
    left: int


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """Patches that together fill one of P-Net's squares."""

    patches: tuple[Placed, ...]

    def pixels(self) -> NDArray[np.float32]:
        """The picture to give to P-Net, shape (1, 144, 144, 3)."""
        canvas = np.zeros((1, PNET_SIDE, PNET_SIDE, 3), np.float32)
        for placed in self.patches:
            height, width = placed.patch.pixels.shape[:2]
            canvas[0, placed.top : placed.top + height, placed.left : placed.left + width] = (
                placed.patch.pixels
            )
        return canvas


def level_size(image: NDArray[np.uint8], scale: float) -> tuple[int, int]:
    """Height and width of a level in pixels, rounded down as the `mtcnn` package does."""
    height, width = image.shape[:2]
    return int(height * scale), int(width * scale)


def scales_of(image: NDArray[np.uint8], min_face_size: float) -> list[float]:
    """The scales of a picture's pyramid.

    The first scale brings a face of `min_face_size` pixels to a cell, the last the whole picture to about
    one.
    """
    scale = CELL_SIDE / min_face_size
    scales = []
    while min(level_size(image, scale)) >= CELL_SIDE:
        scales.append(scale)
        scale *= SCALE_STEP
    return scales


class Pyramid:
    """A picture at falling scales.

    Attributes:
        scales: As `scales_of` gives them; level k shows the picture at `scales[k]`.
        sizes: Height and width of each level, in pixels.
    """

    def __init__(self, image: NDArray[np.uint8], min_face_size: float) -> None:
        self.scales = scales_of(image, min_face_size)
        self.sizes = [level_size(image, scale) for scale in self.scales]
        self._halved = _halved(image, self.scales)

    def level(self, index: int) -> Picture:
        """The picture resized to a level; array of shape (height, width, 3), RGB, 0 to 255."""
        scale = self.scales[index]
        # Averaging avoids aliasing, and the networks expect it. A level larger than the picture has nothing
        # to average.
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        return _resized(self._halved[_halvings(scale)], *self.sizes[index], how)

    def groups(self) -> list[range]:
        """Which levels to pack together, as indices: each large level alone, then all others."""
        large = sum(height * width > _SMALL_LEVEL_PIXELS for height, width in self.sizes)
        rest = [range(large, len(self.sizes))] if large < len(self.sizes) else []
        return [*(range(index, index + 1) for index in range(large)), *rest]


@dataclass(slots=True, eq=False)
class _Shelf:
    """A row of a canvas that is being filled from the left."""

    canvas: list[Placed]
    top: int
    filled: int = 0


def pack(levels: Mapping[int, Picture]) -> list[Canvas]:
    """Cut levels into patches and arrange the patches on few canvases.

    The highest patch comes first, each on the first shelf with room for it. So small levels share runs of
    P-Net: 30 runs instead of 45 for a picture of 1024×682. Packing a pyramid follows Dubout and Fleuret,
    "Exact Acceleration of Linear Object Detectors", ECCV 2012; the shelves are the usual first-fit decreasing
    height.

    Args:
        levels: The levels' pixels, by their indices.
    """
    patches = [patch for index, pixels in levels.items() for patch in _cut(index, pixels)]
    canvases: list[list[Placed]] = []
    next_top = PNET_SIDE  # On the last canvas; full at first, so that the first patch opens one.
    shelves: list[_Shelf] = []
    for patch in sorted(patches, key=lambda patch: patch.pixels.shape[0], reverse=True):
        height, width = patch.pixels.shape[:2]
        shelf = next((shelf for shelf in shelves if shelf.filled + width <= PNET_SIDE), None)
        if shelf is None:
            if next_top + height > PNET_SIDE:
                canvases.append([])
                next_top = 0
            shelf = _Shelf(canvases[-1], next_top)
            next_top += height
            shelves.append(shelf)
        shelf.canvas.append(Placed(patch, shelf.top, shelf.filled))
        shelf.filled += width
        if shelf.filled + CELL_SIDE > PNET_SIDE:
            shelves.remove(shelf)
    return [Canvas(tuple(placed)) for placed in canvases]


def _halvings(scale: float) -> int:
    """How often the picture may be halved before it is averaged down to this scale."""
    return max(0, int(np.log2(1 / (scale * _PIXELS_AVERAGED))))


def _halved(image: NDArray[np.uint8], scales: Sequence[float]) -> list[Picture]:
    """The picture, its half, its quarter and so on, as far as the smallest scale makes use of them."""
    halved: list[Picture] = [_as_float(image)]
    for _ in range(_halvings(min(scales, default=1))):
        height, width = halved[-1].shape[0] // 2, halved[-1].shape[1] // 2
        # Without an odd last row or column: the exact mean of 2×2 pixels takes a tenth of the time.
        even = halved[-1][: 2 * height, : 2 * width]
        halved.append(_as_float(_resized(even, height, width, cv2.INTER_AREA)))
    return halved


def _resized(picture: Picture, height: int, width: int, interpolation: int) -> Picture:
    return cast(Picture, cv2.resize(picture, (width, height), interpolation=interpolation))


def _as_float(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    return picture.astype(np.float32, copy=False) if height * width <= _FLOAT_PIXELS else picture


def _cut(level: int, pixels: Picture) -> Iterator[Patch]:
    """Cut a level into patches that overlap just enough for each cell to lie wholly in exactly one patch."""
    height, width = pixels.shape[:2]
    step = PNET_SIDE - _OVERLAP
    for top in range(0, height - _OVERLAP, step):
        for left in range(0, width - _OVERLAP, step):
            yield Patch(level, top, left, even_sides(pixels[top : top + PNET_SIDE, left : left + PNET_SIDE]))


def even_sides(pixels: Picture) -> Picture:
    """Repeat an odd last row or column. P-Net would pool it alone, and this comes closest to that."""
    rows, columns = pixels.shape[0] % 2, pixels.shape[1] % 2
    if not rows and not columns:
        return pixels
    return cast(Picture, cv2.copyMakeBorder(pixels, 0, rows, 0, columns, cv2.BORDER_REPLICATE))
