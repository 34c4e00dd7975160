"""The histogram of scores."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.photo.annotate import confidence_label
from components.ui.frontend import show_style

_STYLE = Path(__file__).with_suffix(".css")

_BINS = 50


def style_charts() -> None:
    """Apply the style for `show_histogram` separately, since sending it again restyles the page."""
    show_style(_STYLE)


def show_histogram(scores: NDArray[np.float64], min_confidence: float) -> None:
    """Show the number of candidates at each score, and which of them the cut-off leaves out.

    This is one element of HTML, which takes the browser far less work than a chart.
    """
    counts, edges = np.histogram(scores, _BINS, (0, 1))
    top = max(int(counts.max()), 1)
    bars = "".join(
        # A single candidate stays visible beside a hundred.
        f"<i style='height: {max(100 * count / top, 4 * bool(count)):.1f}%'"
        f"{' class=shown' if edge >= min_confidence - 1e-9 else ''}></i>"
        for count, edge in zip(counts, edges, strict=False)
    )
    shown = int((scores >= min_confidence).sum())
    cut_off = confidence_label(min_confidence)
    words = f"{shown} of {len(scores)} candidates reach {cut_off}."
    st.html(
        f"<div class='score-chart' role='img' aria-label='Histogram of scores. {words}'>"
        f"<div class='score-bars'>{bars}<b style='left: {100 * min_confidence:.1f}%'></b></div>"
        "<div class='score-scale'><span>0</span><span>score</span><span>1</span></div></div>"
        f"<p class='score-words'>{words} The line is your cut-off.</p>"
    )
