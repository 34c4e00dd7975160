"""Precision and recall over all cut-offs, as a chart."""

from collections.abc import Sequence

import streamlit as st

from components.palette import CHART, CHART_SECOND, CHART_THIRD, css_colour
from components.photo.faces import Face
from components.photo.judgement import Judgement, judge
from components.photo.limits import LOWEST_CONFIDENCE


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
                "scale": {
                    "domain": ["precision", "recall"],
                    "range": [css_colour(CHART), css_colour(CHART_SECOND)],
                },
                "legend": {"orient": "top", "title": None},
            },
        },
    }
    cut_off_line = {
        "data": {"values": [{"cut-off": min_confidence}]},
        "mark": {"type": "rule", "strokeWidth": 2, "color": css_colour(CHART_THIRD)},
        "encoding": {"x": x},
    }
    st.vega_lite_chart({"layer": [lines, cut_off_line], "height": 220})
