"""A test picture with known faces: it is put together from Grace Hopper's face and from drawings."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from components.geometry import Box
from components.lesson.lookalikes import SIDE, draw_doll, draw_moon, draw_socket
from components.photo.sample_photo import GRACE_FACE

_COLUMNS = 4

Picture = NDArray[np.uint8]


class Condition(StrEnum):
    """How the whole test picture is changed."""

    CLEAR = "clear"
    BLURRED = "blurred"
    NOISY = "noisy"
    DARK = "dark"


@dataclass(frozen=True, slots=True, eq=False)
class KnownPicture:
    """A picture and the true boxes of its faces, (x, y, width, height) in pixels."""

    image: Picture
    boxes: tuple[Box, ...]


def make_known_picture(photo: Picture, condition: Condition) -> KnownPicture:
    """Make a sheet of twelve tiles: some with Grace Hopper's face, some with things that look like a face.

    Args:
        photo: The sample photo of Grace Hopper, uint8 (600, 512, 3), RGB.
        condition: How the sheet is changed in the end.

    Returns:
        800 pixels wide and 600 high.
    """
    tiles = [make(photo) for make in _TILES]
    rows = [
        np.concatenate([tile.image for tile in tiles[start : start + _COLUMNS]], axis=1)
        for start in range(0, len(tiles), _COLUMNS)
    ]
    boxes = []
    for index, tile in enumerate(tiles):
        row, column = divmod(index, _COLUMNS)
        boxes += [(x + SIDE * column, y + SIDE * row, w, h) for x, y, w, h in tile.boxes]
    return KnownPicture(_under(np.concatenate(rows), condition), tuple(boxes))


def _under(image: Picture, condition: Condition) -> Picture:
    match condition:
        case Condition.CLEAR:
            return image
        case Condition.BLURRED:
            return np.asarray(cv2.GaussianBlur(image, (0, 0), 2.5), np.uint8)
        case Condition.NOISY:
            # Always the same noise, so that everybody sees the same numbers.
            noise = np.random.default_rng(1).normal(0, 45, image.shape)
            return np.clip(image + noise, 0, 255).astype(np.uint8)
        case Condition.DARK:
            return (image * 0.22).astype(np.uint8)


def _portrait(zoom: float, degrees: float = 0.0) -> Callable[[Picture], KnownPicture]:
    """Her face in the middle of a tile, scaled and rotated."""

    def make(photo: Picture) -> KnownPicture:
        x, y, width, height = GRACE_FACE
        middle = (x + width / 2, y + height / 2)
        view = np.asarray(cv2.getRotationMatrix2D(middle, degrees, zoom), np.float64)
        view[:, 2] += SIDE / 2 - np.array(middle)
        # Smoothed before it is reduced, to avoid jagged edges.
        smooth = cv2.GaussianBlur(photo, (0, 0), 0.4 / zoom)
        tile = cv2.warpAffine(smooth, view, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
        across, high = width * zoom, height * zoom
        box = (SIDE / 2 - across / 2, SIDE / 2 - high / 2, across, high)
        return KnownPicture(np.asarray(tile, np.uint8), (box,))

    return make


def _covered(rows: slice, columns: slice, colour: tuple[int, int, int]) -> Callable[[Picture], KnownPicture]:
    """Her face with a part of the tile covered."""

    def make(photo: Picture) -> KnownPicture:
        tile = _portrait(0.6)(photo)
        image = tile.image.copy()
        image[rows, columns] = colour
        return KnownPicture(image, tile.boxes)

    return make


def _blurred(photo: Picture) -> KnownPicture:
    tile = _portrait(0.6)(photo)
    return KnownPicture(np.asarray(cv2.GaussianBlur(tile.image, (0, 0), 12), np.uint8), tile.boxes)


def _no_face(draw: Callable[[], Picture]) -> Callable[[Picture], KnownPicture]:
    return lambda _photo: KnownPicture(draw(), ())


def _medals(photo: Picture) -> KnownPicture:
    """The medals in the sample photo."""
    return KnownPicture(photo[390 : 390 + SIDE, 290 : 290 + SIDE], ())


_ALL = slice(None)
_SCARF, _MASK, _DOOR = (230, 230, 230), (196, 218, 228), (58, 66, 70)

# From left to right, row by row.
_TILES: tuple[Callable[[Picture], KnownPicture], ...] = (
    _portrait(0.6),
    _no_face(draw_doll),
    _portrait(0.5, degrees=30),
    _portrait(0.2),
    _no_face(draw_moon),
    _covered(slice(112, 150), _ALL, _MASK),
    _covered(slice(92, None), _ALL, _SCARF),
    _portrait(0.5, degrees=66),
    _blurred,
    _no_face(draw_socket),
    _covered(_ALL, slice(95, None), _DOOR),
    _medals,
)
