"""What a cut-off costs, drawn."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.photo.analysis import LOWEST_CONFIDENCE
from components.photo.annotate import confidence_label
from components.photo.faces import Face
from components.photo.judgement import Judgement, judge

_STYLE = Path(__file__).with_suffix(".css")

_BINS = 50


def style_charts() -> None:
    """Bring the style for `show_histogram`, by itself: renewed with the bars, it would restyle the page."""
    st.html(_STYLE)


def show_histogram(scores: NDArray[np.float64], min_confidence: float) -> None:
    """Show how many candidates have which score, and which of them the cut-off leaves out.

    One element of HTML, which takes the browser far less work than a chart of Streamlit's.
    """
    counts, edges = np.histogram(scores, _BINS, (0, 1))
    top = max(int(counts.max()), 1)
    bars = "".join(
        # A single candidate is to be seen beside a hundred.
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


def show_precision_and_recall(
    candidates: Sequence[Face], judgement: Judgement, min_confidence: float, lowest: float = LOWEST_CONFIDENCE
) -> None:
    """Plot precision and recall over the slider's range, with the cut-off drawn in.

    Args:
        candidates: All that were found, from the slider's lowest value up.
        judgement: What is true of them.
        min_confidence: The cut-off.
        lowest: The slider's lowest value; its highest is 1.
    """
    points = []
    for cut_off in (step / 100 for step in range(round(100 * lowest), 101)):
        outcome = judge(candidates, judgement, cut_off)
        for measure, share in (("precision", outcome.precision), ("recall", outcome.recall)):
            points.append({"cut-off": cut_off, "share": share, "measure": measure})
    x = {"field": "cut-off", "type": "quantitative", "scale": {"domain": [lowest, 1]}}
    lines = {
        "data": {"values": points},
        "mark": {"type": "line", "strokeWidth": 3, "interpolate": "step-before", "opacity": 0.8},
        "encoding": {
            "x": x,
            "y": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "axis": {"title": None, "format": "%"},
            },
            "color": {
                "field": "measure",
                "type": "nominal",
                "scale": {"domain": ["precision", "recall"], "range": ["#12a594", "#e8833a"]},
                "legend": {"orient": "top", "title": None},
            },
        },
    }
    cut_off_line = {
        "data": {"values": [{"cut-off": min_confidence}]},
        "mark": {"type": "rule", "strokeWidth": 2, "color": "#8a9499"},
        "encoding": {"x": x},
    }
    st.vega_lite_chart({"layer": [lines, cut_off_line], "height": 220})
