"""Precision and recall over all cut-offs, as a chart."""

import json
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.palette import CHART, CHART_SECOND, CHART_THIRD, css_colour
from components.photo.faces import Face
from components.photo.judgement import Judgement, judge
from components.photo.scores import CUT_OFFS, confidence_label

# A chart's vertical axis for a field `share`, from 0 to 100 %.
SHARE_AXIS = {
    "field": "share",
    "type": "quantitative",
    "scale": {"domain": [0, 1]},
    "axis": {"title": None, "format": "%"},
}

# Scores with a label on the axis.
_LABELLED = (0.05, 0.5, 0.9, 0.99, 0.999, 1.0)


def show_precision_and_recall(
    candidates: Sequence[Face],
    judgement: Judgement,
    min_confidence: float,
    cut_offs: Sequence[float] = CUT_OFFS,
) -> None:
    """Plot precision and recall over the slider's range, with the cut-off drawn in.

    Args:
        candidates: All that were found, from the slider's lowest value up.
        judgement: What is true of them.
        min_confidence: The cut-off, one of `cut_offs`.
        cut_offs: The slider's values; the chart has the same scale.
    """
    points = []
    for place, cut_off in enumerate(cut_offs):
        outcome = judge(candidates, judgement, cut_off)
        for measure, share in (("precision", outcome.precision), ("recall", outcome.recall)):
            points.append({"place": place, "share": share, "measure": measure})
    lines = {
        "data": {"values": points},
        "mark": {"type": "line", "strokeWidth": 3, "interpolate": "step-before", "opacity": 0.8},
        "encoding": {
            "x": score_axis(cut_offs, "cut-off"),
            "y": SHARE_AXIS,
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
        "data": {"values": [{"place": list(cut_offs).index(min_confidence)}]},
        "mark": {"type": "rule", "strokeWidth": 2, "color": css_colour(CHART_THIRD)},
        "encoding": {"x": score_axis(cut_offs, "cut-off")},
    }
    st.vega_lite_chart({"layer": [lines, cut_off_line], "height": 220})


def score_axis(cut_offs: Sequence[float], title: str) -> dict[str, Any]:
    """A horizontal axis on the scale of some cut-offs, for a field `place` that counts them from 0."""
    labels = {
        place: confidence_label(cut_off) for place, cut_off in enumerate(cut_offs) if cut_off in _LABELLED
    }
    return {
        "field": "place",
        "type": "quantitative",
        "scale": {"domain": [0, len(cut_offs) - 1]},
        "axis": {
            "title": title,
            "values": list(labels),
            "labelExpr": f"({json.dumps(labels)})[datum.value]",
        },
    }
