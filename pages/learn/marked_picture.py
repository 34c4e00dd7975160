"""A picture of the lesson with boxes over it, in which the visitor can pick a spot."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.geometry import Box, Point
from components.photo.image import encode_jpeg
from components.ui.data_url import jpeg_url, png_url
from components.ui.frontend import script, style_sheet

_HERE = Path(__file__)

_picture = st.components.v2.component(
    "visavis_learn_picture",
    html="<div class='frame'><img><svg preserveAspectRatio='none'></svg></div><p class='hint'></p>",
    css=style_sheet(_HERE.with_suffix(".css")),
    js=script(_HERE.with_suffix(".js")),
)

# How a box is drawn: it stays, it is rejected, it is a false alarm, it is a face without a box, or it is
# picked.
MarkKind = Literal["kept", "dropped", "wrong", "missed", "chosen"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A box over a picture.

    Attributes:
        box: (x, y, width, height) in pixels of the picture.
        kind: How it is drawn.
    """

    box: Box
    kind: MarkKind


def as_mark_box(edges: NDArray[np.float64]) -> Box:
    """A box (x, y, width, height) from left, top, right and bottom edge."""
    left, top, right, bottom = (float(edge) for edge in edges)
    return left, top, right - left, bottom - top


# Pictures with a longest side up to this many pixels show each pixel as a square.
_PIXELATED = 260


def show_picture(key: str, image: NDArray[np.uint8], alt: str, marks: Iterable[Mark] = ()) -> None:
    """Show a picture with boxes over it.

    Args:
        key: Identifies the picture on the page.
        image: uint8 array of shape (height, width, 3), RGB. A small one is shown pixel by pixel.
        alt: What it shows, for visitors who cannot see it.
        marks: The boxes; later ones lie over earlier ones.
    """
    _picture(key=key, data=_data(image, alt, marks))


def pick_spot(
    key: str,
    image: NDArray[np.uint8],
    alt: str,
    hint: str,
    first: Point,
    marks: Iterable[Mark] = (),
) -> Point:
    """Show a picture in which the visitor can pick a spot; returns the spot in pixels of the picture.

    Args:
        key: As for `show_picture`; each picture has its own key, and so its own spot.
        image: As for `show_picture`.
        alt: As for `show_picture`.
        hint: What picking does, shown below the picture.
        first: The spot until the visitor picks one.
        marks: As for `show_picture`.
    """
    spot = picked_spot(key, image, first)
    _picture(
        key=key,
        data=_data(image, alt, marks) | {"spot": spot, "hint": hint},
        on_spot_change=lambda: None,
    )
    return spot


def picked_spot(key: str, image: NDArray[np.uint8], first: Point) -> Point:
    """The spot that was picked last, or the first one; available before the picture is shown."""
    spot = st.session_state.get(key, {}).get("spot")
    if not spot:
        return first
    height, width = image.shape[:2]
    return min(max(float(spot["x"]), 0.0), width - 0.5), min(max(float(spot["y"]), 0.0), height - 0.5)


def _data(image: NDArray[np.uint8], alt: str, marks: Iterable[Mark]) -> dict[str, object]:
    height, width = image.shape[:2]
    pixelated = max(height, width) <= _PIXELATED
    return {
        "source": png_url(image) if pixelated else jpeg_url(encode_jpeg(image, 88)),
        "width": width,
        "height": height,
        "alt": alt,
        "pixelated": pixelated,
        "marks": [{"box": mark.box, "kind": mark.kind} for mark in marks],
    }
