"""The Photo page's settings. All are in the page's address, so a link brings them back."""

from dataclasses import dataclass

import streamlit as st

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings, Shape
from components.photo.faces import Order
from components.photo.limits import (
    DEFAULT_CONFIDENCE,
    DEFAULT_MIN_FACE_SIZE,
    SMALLEST_FACE,
)
from components.photo.scores import CUT_OFFS, confidence_label, nearest_cut_off
from components.ui.choices import choose_one, replace_in_address

# Each setting's name in the session and in the address.
_CONFIDENCE, _SHOW = "confidence", "show"
_SMALLEST_FACE, _LARGEST_KEY, _ORDER = "smallest", "largest", "order"
_MARGIN, _SHAPE, _ALIGNED = "margin", "shape", "aligned"

# How many of the largest faces may be shown; 0 for all.
_LARGEST = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100)

# Space around a cut-out face on each side, in percent of its size.
_MARGIN_PERCENT = 20

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
    with st.expander("Settings", icon=":material/tune:"):
        faces, crops = st.columns(2, gap="medium")
        with faces:
            min_face_size = st.slider(
                "Smallest face",
                SMALLEST_FACE,
                200,
                DEFAULT_MIN_FACE_SIZE,
                5,
                format="%d pixels",
                key=_SMALLEST_FACE,
                bind="query-params",
                help="Smaller faces are not looked for; the white square in the photo's corner has this "
                "size. The last network fits the box to the face, so a box may be a third smaller.",
            )
            largest = st.select_slider(
                "Only the largest faces",
                _LARGEST,
                format_func=lambda count: str(count) if count else "all",
                key=_LARGEST_KEY,
                bind="query-params",
                help="Shows only this many of the largest faces, such as those in front.",
            )
            order = choose_one(
                "Sort and number by",
                _ORDERS,
                Order.CONFIDENCE,
                _ORDER,
                "The most confident first, the largest first, or in reading order: row by row.",
            )
        with crops:
            margin = st.slider(
                "Space around cut-out faces",
                0,
                100,
                _MARGIN_PERCENT,
                5,
                format="%d %%",
                key=_MARGIN,
                bind="query-params",
                help="On each side, as a share of the face's size.",
            )
            shape = choose_one("Shape of cut-out faces", _SHAPES, Shape.SQUARE, _SHAPE)
            aligned = st.toggle(
                "Level the eyes",
                key=_ALIGNED,
                bind="query-params",
                help="Turns each cut-out face until its eyes are level.",
            )
        st.button("Back to the defaults", icon=":material/restart_alt:", on_click=_reset)
    return PhotoSettings(min_face_size, CropSettings(margin / 100, shape, aligned), largest, order)


def _reset() -> None:
    """Set everything in the settings, the cut-off and what is drawn back to how it was at first."""
    st.session_state.update(
        {
            _SMALLEST_FACE: DEFAULT_MIN_FACE_SIZE,
            _LARGEST_KEY: _LARGEST[0],
            _ORDER: Order.CONFIDENCE,
            _MARGIN: _MARGIN_PERCENT,
            _SHAPE: Shape.SQUARE,
            _ALIGNED: False,
            _CONFIDENCE: DEFAULT_CONFIDENCE,
            _SHOW: list(_SHOWN),
        }
    )


def choose_confidence() -> float:
    """Let the visitor choose the cut-off, one of `CUT_OFFS`: how sure the network must be."""
    named = st.query_params.get(_CONFIDENCE, "")
    # An address may name any number; the nearest step is taken.
    if _is_score(named):
        replace_in_address(_CONFIDENCE, confidence_label(nearest_cut_off(float(named))))
    with st.container(key="cut_off"):
        return st.select_slider(
            "Confidence",
            CUT_OFFS,
            DEFAULT_CONFIDENCE,
            format_func=confidence_label,
            key=_CONFIDENCE,
            bind="query-params",
            help="Candidates that score lower are left out. To the left you get more faces and more false "
            "alarms, to the right fewer of both. The steps become smaller towards 1, where most faces are. A "
            f"candidate is a box to which the last network gives a score of {confidence_label(CUT_OFFS[0])} "
            "or more. How many of them may be no face is estimated from 3,944 boxes in 600 photos of the "
            "data set WIDER FACE; your photos may differ.",
        )


def choose_lowest_confidence() -> None:
    """Move the cut-off to its lowest value."""
    st.session_state[_CONFIDENCE] = CUT_OFFS[0]


def _is_score(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def choose_style() -> tuple[FaceStyle, bool]:
    """Let the visitor choose what is drawn of each face, and whether the smallest face's size is drawn."""
    shown = st.pills(
        "Show",
        _SHOWN,
        selection_mode="multi",
        default=_SHOWN,
        wrap=True,
        key=_SHOW,
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
