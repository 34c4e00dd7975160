"""The histogram of scores, on the scale of the slider above it."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.photo.limits import LOWEST_CONFIDENCE
from components.photo.scores import CUT_OFFS, confidence_label, count_by_cut_off, places_on_scale
from components.ui.frontend import show_style
from components.ui.text import counted

_STYLE = Path(__file__).with_suffix(".css")

# The scores that are written below the histogram.
_TICKS = np.array([0.5, 0.9, 0.99, 0.999, 1.0])


def style_charts() -> None:
    """Apply the style for `show_histogram` separately, since sending it again restyles the page."""
    show_style(_STYLE)


def show_histogram(scores: NDArray[np.float64], min_confidence: float) -> None:
    """Show the number of candidates at each score, and which of them the cut-off leaves out.

    This is one element of HTML, which takes the browser far less work than a chart.

    Args:
        scores: Of all boxes that reached the last network.
        min_confidence: One of `CUT_OFFS`.
    """
    kept = scores[scores >= LOWEST_CONFIDENCE]
    *counts, certain = count_by_cut_off(kept)
    counts[-1] += certain
    top = max(*counts, len(scores) - len(kept), 1)
    first_shown = CUT_OFFS.index(min_confidence)
    bars = "".join(
        f"<i style='height: {_height(count, top)}'{' class=shown' if index >= first_shown else ''}></i>"
        for index, count in enumerate(counts)
    )
    ticks = "".join(
        f"<span style='left: {100 * place:.2f}%'>{confidence_label(tick)}</span>"
        for tick, place in zip(_TICKS, places_on_scale(_TICKS), strict=True)
    )
    words = _words(scores, kept, min_confidence)
    st.html(
        f"<div class='score-chart' role='img' aria-label='Histogram of scores. {words}'>"
        f"<div class='score-lost'><i style='height: {_height(len(scores) - len(kept), top)}'></i></div>"
        f"<div class='score-bars'>{bars}"
        f"<b style='left: {100 * first_shown / (len(CUT_OFFS) - 1):.2f}%'></b></div>"
        f"<small>not kept</small><div class='score-scale'>{ticks}</div></div>"
        f"<p class='score-words'>{words}</p>"
    )


def _height(count: int, top: int) -> str:
    # A single candidate stays visible beside a hundred.
    return f"{max(100 * count / top, 4 * bool(count)):.1f}%"


def _words(scores: NDArray[np.float64], kept: NDArray[np.float64], min_confidence: float) -> str:
    reaching, below = int((kept >= min_confidence).sum()), len(scores) - len(kept)
    words = f"{reaching} of {counted(len(kept), 'candidate')} from {confidence_label(min_confidence)} up"
    return words + f"; {below} more below {confidence_label(LOWEST_CONFIDENCE)}, not kept" * bool(below) + "."
