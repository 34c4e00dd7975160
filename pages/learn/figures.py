"""Numbers as pictures: maps in colours, many maps side by side, small tables of values."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from components.geometry import Box, Point
from components.lesson.convolution import Maps
from components.palette import MAP_ABOVE, MAP_BELOW, MAP_ZERO, OUTLINE, css_colour
from components.ui.frontend import show_style

_STYLE = Path(__file__).with_suffix(".css")

_ZERO, _BELOW, _ABOVE = (np.array(colour, np.float32) for colour in (MAP_ZERO, MAP_BELOW, MAP_ABOVE))

# Pixels between maps that stand side by side, and their colour.
_GAP = 1
_GAP_COLOUR = 110

# Pixels that a map has on a contact sheet at least, so that the lines do not outweigh it.
_LEAST_SIDE = 12

Values = TypeVar("Values", NDArray[np.uint8], NDArray[np.float32])


def style_figures() -> None:
    """Bring the style for what this module shows, once a page."""
    show_style(_STYLE)


def picture_of_map(values: NDArray[np.float32], brightest: float = 0.0) -> NDArray[np.uint8]:
    """A map in colours: turquoise above zero, orange below, dark at zero.

    Args:
        values: float32 (height, width).
        brightest: The value, and its negative, that is drawn in full colour; 0 for the map's own largest.

    Returns:
        uint8 (height, width, 3), RGB.
    """
    largest = brightest or float(np.abs(values).max(initial=0)) or 1.0
    share = np.minimum(np.abs(values)[..., np.newaxis] / largest, 1)
    colour = np.where(values[..., np.newaxis] < 0, _BELOW, _ABOVE)
    return np.asarray(np.rint(_ZERO + share * (colour - _ZERO)), np.uint8)


def picture_of_pixels(maps: Maps) -> NDArray[np.uint8]:
    """What `convolution.normalise` made of a picture, as a picture again, in grey or in colours."""
    pixels = np.clip(np.rint(maps * 128 + 127.5), 0, 255).astype(np.uint8)
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def contact_sheet(maps: Maps) -> NDArray[np.uint8]:
    """All maps of a layer side by side, with a line between them.

    Each has its own brightness; those of one value, which have nothing else to compare with, share one.
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
    """Where one map lies on the contact sheet: (x, y, width, height) in its pixels."""
    height, width, _ = maps.shape
    factor, columns = _layout(maps)
    row, column = divmod(index, columns)
    return column * (factor * width + _GAP), row * (factor * height + _GAP), factor * width, factor * height


def map_at(maps: Maps, spot: Point) -> int:
    """Which map lies at a spot of the contact sheet."""
    height, width, count = (int(length) for length in maps.shape)
    factor, columns = _layout(maps)
    column, row = int(spot[0]) // (factor * width + _GAP), int(spot[1]) // (factor * height + _GAP)
    return min(row * columns + min(column, columns - 1), count - 1)


def _layout(maps: Maps) -> tuple[int, int]:
    """How large each value is on the contact sheet, in pixels, and how many maps stand side by side."""
    height, width, count = maps.shape
    factor = max(_LEAST_SIDE // max(height, width), 1)
    # About as wide as high; and of what comes near that, with the fewest places left over.
    ideal = float(np.clip(np.sqrt(count * height / width), 1, count))
    near = range(int(np.ceil(0.6 * ideal)), int(1.7 * ideal) + 1)
    columns = min(near, key=lambda columns: (-count % columns, abs(np.log(columns / ideal))))
    return factor, min(columns, count)


def lay_over(image: NDArray[np.uint8], heat: NDArray[np.float32], step: int, sees: int) -> NDArray[np.uint8]:
    """Lay a map over the picture that it was made of: the picture shines where the map is high.

    Args:
        image: uint8 (height, width, 3), RGB.
        heat: float32 (rows, columns), 0 to 1.
        step: Pixels from one value to the next.
        sees: Side of what each value is about, in pixels; in the middle of it, the value is drawn. So there
            is a rim about which the map says nothing.
    """
    large = _repeat(heat, step)
    # A window that reached beyond the picture's edge has its value there, too.
    rim = max((sees - step) // 2, 0)
    share = np.zeros((*image.shape[:2], 1), np.float32)
    seen = share[rim : rim + large.shape[0], rim : rim + large.shape[1]]
    seen[..., 0] = large[: seen.shape[0], : seen.shape[1]]
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)[..., np.newaxis] * 0.45
    return np.asarray(np.rint(grey * (1 - 0.75 * share) + 0.75 * share * _ABOVE), np.uint8)


def _repeat(values: Values, factor: int) -> Values:
    """Each value so many times as wide and as high."""
    return np.repeat(np.repeat(values, factor, axis=0), factor, axis=1)


def number(value: float) -> str:
    """A value with two decimals and a real minus sign, and never a minus before nothing."""
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")


def weights_html(values: NDArray[np.float32], title: str) -> str:
    """A table of numbers with a title, each on the colour that it has in `picture_of_map`."""
    return _grid_html(values, picture_of_map(values), title)


def pixels_html(values: NDArray[np.float32], title: str) -> str:
    """The same of normalised pixels, each on the grey that it is."""
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
    # Dark figures on bright ground and the other way round, by the ground's brightness.
    bright = float(colour @ np.array([0.299, 0.587, 0.114])) > 120
    red, green, blue = (int(part) for part in colour)
    figure_colour = css_colour(OUTLINE) if bright else "#fff"
    return (
        f"<td style='background: rgb({red}, {green}, {blue}); color: {figure_colour}'>"
        f"{number(float(value))}</td>"
    )


def bars_html(rows: Sequence[tuple[str, float, str]], label: str) -> str:
    """Bars below each other: name, share of the whole width 0 to 1, and what is said beside it."""
    lines = "".join(
        f"<span>{name}</span><div class='learn-track'><div style='width: {100 * share:.1f}%'></div></div>"
        f"<b>{words}</b>"
        for name, share, words in rows
    )
    return f"<div class='learn-bars' role='group' aria-label='{escape(label)}'>{lines}</div>"
