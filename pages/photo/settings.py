"""The Photo page's settings. All are in the page's address, so a link brings them back."""

from dataclasses import dataclass

import streamlit as st

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings, Shape
from components.photo.faces import Order
from components.photo.limits import (
    DEFAULT_CONFIDENCE,
    DEFAULT_MIN_FACE_SIZE,
    LOWEST_CONFIDENCE,
    SMALLEST_FACE,
)
from components.ui.choices import choose_one

_ORDERS = {Order.CONFIDENCE: "Confidence", Order.SIZE: "Size", Order.POSITION: "Position"}
_SHAPES = {Shape.SQUARE: "Square", Shape.TIGHT: "Tight"}

_BOXES, _KEYPOINTS, _NUMBERS, _SCORES, _SMALLEST = (
    "Boxes",
    "Keypoints",
    "Numbers",
    "Scores",
    "Smallest",
)
_SHOWN = (_BOXES, _KEYPOINTS, _NUMBERS, _SCORES, _SMALLEST)


@dataclass(frozen=True, slots=True)
class PhotoSettings:
    """How faces are looked for, cut out and sorted.

    Attributes:
        min_face_size: Side of the smallest face that is looked for, in pixels of the photo.
        crops: How faces are cut out.
        largest: How many of the largest faces are shown; 0 for all.
        order: The order in which faces are numbered.
    """

    min_face_size: int
    crops: CropSettings
    largest: int
    order: Order


def choose_settings() -> PhotoSettings:
    """Show the settings that visitors seldom change."""
    with st.popover("Settings", icon=":material/tune:", width="stretch"):
        min_face_size = st.slider(
            "Smallest face",
            SMALLEST_FACE,
            200,
            DEFAULT_MIN_FACE_SIZE,
            5,
            format="%d pixels",
            key="smallest",
            bind="query-params",
            help="Smaller faces are not looked for. The white square in the photo's corner is this size.",
        )
        largest = st.slider(
            "Largest faces only",
            0,
            100,
            0,
            key="largest",
            bind="query-params",
            help="Shows only this many of the largest faces, such as those in front; 0 shows all.",
        )
        order = choose_one(
            "Sort and number by",
            _ORDERS,
            Order.CONFIDENCE,
            "order",
            "The most confident first, the largest first, or in reading order: row by row.",
        )
        margin = st.slider(
            "Space around cut-out faces",
            0,
            100,
            20,
            5,
            format="%d %%",
            key="margin",
            bind="query-params",
            help="On each side, as a share of the face's size.",
        )
        shape = choose_one("Shape of cut-out faces", _SHAPES, Shape.SQUARE, "shape")
        aligned = st.toggle(
            "Level the eyes",
            key="aligned",
            bind="query-params",
            help="Turns each cut-out face until its eyes are level.",
        )
    return PhotoSettings(min_face_size, CropSettings(margin / 100, shape, aligned), largest, order)


def choose_confidence() -> float:
    """Let the visitor choose the cut-off: how sure the network must be."""
    return st.slider(
        "Confidence",
        min_value=LOWEST_CONFIDENCE,
        max_value=1.0,
        value=DEFAULT_CONFIDENCE,
        step=0.01,
        key="confidence",
        bind="query-params",
        help="Faces that score lower are left out. To the left you get more faces and more false alarms, "
        "to the right fewer of both.",
    )


def choose_style() -> tuple[FaceStyle, bool]:
    """Let the visitor choose what is drawn of each face, and whether the smallest face's size is drawn."""
    shown = st.pills(
        "Show",
        _SHOWN,
        selection_mode="multi",
        default=_SHOWN,
        key="show",
        bind="query-params",
        help="Smallest: a white square with the size of the smallest face that is looked for.",
    )
    style = FaceStyle(
        boxes=_BOXES in shown,
        keypoints=_KEYPOINTS in shown,
        numbers=_NUMBERS in shown,
        confidences=_SCORES in shown,
    )
    return style, _SMALLEST in shown
