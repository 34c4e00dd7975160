"""Numbers as figures: maps in colours, many maps side by side, small tables, and bars."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from components.geometry import Box, Point
from components.lesson.convolution import Maps
from components.palette import MAP_ABOVE, MAP_BELOW, MAP_ZERO
from components.ui.frontend import show_style

_STYLE = Path(__file__).with_suffix(".css")

_ZERO, _BELOW, _ABOVE = (np.array(colour, np.float32) for colour in (MAP_ZERO, MAP_BELOW, MAP_ABOVE))

# Pixels between maps side by side, and their grey level.
_GAP = 1
_GAP_COLOUR = 110

# The smallest side of a map on a contact sheet, so that the lines between maps do not dominate.
_LEAST_SIDE = 12

Values = TypeVar("Values", NDArray[np.uint8], NDArray[np.float32])


def style_figures() -> None:
    """Apply the style for this module's figures, once for each page."""
    show_style(_STYLE)


def picture_of_map(values: NDArray[np.float32], brightest: float = 0.0) -> NDArray[np.uint8]:
    """A map in colours: turquoise above zero, orange below, dark at zero.

    Args:
        values: float32 (height, width).
        brightest: The absolute value that is drawn in full colour; 0 for the map's own largest.

    Returns:
        uint8 (height, width, 3), RGB.
    """
    largest = brightest or float(np.abs(values).max(initial=0)) or 1.0
    share = np.minimum(np.abs(values)[..., np.newaxis] / largest, 1)
    colour = np.where(values[..., np.newaxis] < 0, _BELOW, _ABOVE)
    return np.asarray(np.rint(_ZERO + share * (colour - _ZERO)), np.uint8)


def picture_of_pixels(maps: Maps) -> NDArray[np.uint8]:
    """The picture from which `convolution.normalise` made these maps, in grey or in colours."""
    pixels = np.clip(np.rint(maps * 128 + 127.5), 0, 255).astype(np.uint8)
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def contact_sheet(maps: Maps) -> NDArray[np.uint8]:
    """All maps of a layer side by side, with a line between them.

    Each map has its own brightness; maps of a single value share one brightness.
    """
    height, width, count = maps.shape
    factor, columns = _layout(maps)
    high, wide = factor * height, factor * width
    rows = -(-count // columns)
    sheet = np.full((rows * (high + _GAP) - _GAP, columns * (wide + _GAP) - _GAP, 3), _GAP_COLOUR, np.uint8)
    single = picture_of_map(maps[0]) if height == width == 1 else None
    for index in range(count):
        row, column = divmod(index, columns)
        top, left = row * (high + _GAP), column * (wide + _GAP)
        picture = picture_of_map(maps[..., index]) if single is None else single[:, [index]]
        sheet[top : top + high, left : left + wide] = _repeat(picture, factor)
    return sheet


def box_on_sheet(maps: Maps, index: int) -> Box:
    """The box of one map on the contact sheet, in the sheet's pixels."""
    height, width, _ = maps.shape
    factor, columns = _layout(maps)
    row, column = divmod(index, columns)
    return column * (factor * width + _GAP), row * (factor * height + _GAP), factor * width, factor * height


def map_at(maps: Maps, spot: Point) -> int:
    """The index of the map at a spot of the contact sheet."""
    height, width, count = (int(length) for length in maps.shape)
    factor, columns = _layout(maps)
    column, row = int(spot[0]) // (factor * width + _GAP), int(spot[1]) // (factor * height + _GAP)
    return min(row * columns + min(column, columns - 1), count - 1)


def _layout(maps: Maps) -> tuple[int, int]:
    """The size of each value on the contact sheet, in pixels, and how many maps are side by side."""
    height, width, count = maps.shape
    factor = max(_LEAST_SIDE // max(height, width), 1)
    # About as wide as high, and among such layouts the one with the fewest empty places.
    ideal = float(np.clip(np.sqrt(count * height / width), 1, count))
    near = range(int(np.ceil(0.6 * ideal)), int(1.7 * ideal) + 1)
    columns = min(near, key=lambda columns: (-count % columns, abs(np.log(columns / ideal))))
    return factor, min(columns, count)


def lay_over(image: NDArray[np.uint8], heat: NDArray[np.float32], step: int, sees: int) -> NDArray[np.uint8]:
    """Lay a map over the picture that it was made of: the picture is bright where the map is high.

    Args:
        image: uint8 (height, width, 3), RGB.
        heat: float32 (rows, columns), 0 to 1.
        step: Pixels from one value to the next.
        sees: Side of the square that each value depends on, in pixels. The value is drawn in its middle, so
            the map says nothing about a rim.
    """
    large = _repeat(heat, step)
    # A window that reaches beyond the picture's edge has a value, too.
    rim = max((sees - step) // 2, 0)
    share = np.zeros((*image.shape[:2], 1), np.float32)
    seen = share[rim : rim + large.shape[0], rim : rim + large.shape[1]]
    seen[..., 0] = large[: seen.shape[0], : seen.shape[1]]
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)[..., np.newaxis] * 0.45
    return np.asarray(np.rint(grey * (1 - 0.75 * share) + 0.75 * share * _ABOVE), np.uint8)


def _repeat(values: Values, factor: int) -> Values:
    """Each value, repeated `factor` times in both directions."""
    return np.repeat(np.repeat(values, factor, axis=0), factor, axis=1)


def number(value: float) -> str:
    """A value with two decimals and a real minus sign, but never a negative zero."""
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")


def weights_html(values: NDArray[np.float32], title: str) -> str:
    """A table of numbers with a title, each on its colour from `picture_of_map`."""
    return _grid_html(values, picture_of_map(values), title)


def pixels_html(values: NDArray[np.float32], title: str) -> str:
    """A table of normalised pixels with a title, each on its own grey."""
    return _grid_html(values, picture_of_pixels(values[..., np.newaxis]), title)


def _grid_html(values: NDArray[np.float32], colours: NDArray[np.uint8], title: str) -> str:
    rows = "".join(
        "<tr>"
        + "".join(_cell(value, colour) for value, colour in zip(row, row_colours, strict=True))
        + "</tr>"
        for row, row_colours in zip(values, colours, strict=True)
    )
    return f"<table class='learn-grid'><caption>{title}</caption><tbody>{rows}</tbody></table>"


def _cell(value: np.float32, colour: NDArray[np.uint8]) -> str:
    # Black on a bright background, and white on a dark one: on this grey, both have a contrast of 4.6.
    bright = float(colour @ np.array([0.299, 0.587, 0.114])) > 117
    red, green, blue = (int(part) for part in colour)
    figure_colour = "#000" if bright else "#fff"
    return (
        f"<td style='background: rgb({red}, {green}, {blue}); color: {figure_colour}'>"
        f"{number(float(value))}</td>"
    )


def bars_html(rows: Sequence[tuple[str, float, str]], label: str) -> str:
    """Bars below each other, each with a name, its share of the width from 0 to 1, and a text beside it."""
    lines = "".join(
        f"<span>{name}</span><div class='learn-track'><div style='width: {100 * share:.1f}%'></div></div>"
        f"<b>{words}</b>"
        for name, share, words in rows
    )
    return f"<div class='learn-bars' role='group' aria-label='{escape(label)}'>{lines}</div>"
