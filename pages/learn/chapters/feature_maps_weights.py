"""The learned weights, bias and slope behind one map of a layer."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.feature_maps import LayerMaps
from pages.learn.figures import number, picture_of_map, weights_html
from pages.learn.marked_picture import show_picture

# How many planes of a filter are shown: those with the largest weights.
_PLANES = 6


def show_weights(layer: LayerMaps, chosen: int, planes: Sequence[str]) -> None:
    """Show the learned numbers behind one map of a layer.

    Args:
        layer: The layer.
        chosen: Index of the map.
        planes: Names of the maps of the layer before; a filter has a plane of weights for each.
    """
    # The second of the score's two classes is "face".
    is_score = layer.kind == "score"
    index = 1 if is_score else chosen
    if layer.slopes is not None:
        st.metric("Slope below zero", number(float(layer.slopes[chosen])))
        st.caption("Values below zero are multiplied by it; values above zero stay as they are.")
    elif layer.weights is None:
        st.markdown("No filter, and nothing learned: the largest value of each window of the map before.")
    elif layer.kind == "convolution":
        _show_planes(layer.weights[..., chosen], planes)
    else:
        weights = layer.weights.reshape(-1, layer.weights.shape[-1])
        _show_all_weights(weights[:, index], " There are as many for *no face*." if is_score else "")
    if layer.bias is not None:
        bias = float(layer.bias[index])
        st.caption(f"The bias, which is added to each sum: {number(bias)}.")


def _show_planes(weights: NDArray[np.float32], names: Sequence[str]) -> None:
    """Show a filter, float32 (height, width, planes), plane by plane; of many, the largest."""
    heaviest = np.argsort(-np.abs(weights).sum(axis=(0, 1)), kind="stable")[:_PLANES]
    shown = heaviest if len(names) > _PLANES else range(len(names))
    tables = "".join(weights_html(weights[..., plane], f"On {names[plane]}") for plane in shown)
    st.html(f"<div class='learn-grids'>{tables}</div>")
    if len(names) > _PLANES:
        st.caption(
            f"It has a plane of weights for each of the {len(names)} maps of the layer before; these are the "
            f"{_PLANES} planes with the largest weights."
        )


def _show_all_weights(weights: NDArray[np.float32], more: str) -> None:
    """Show many weights as one picture that is nearly square."""
    count = len(weights)
    rows = max(rows for rows in range(1, int(np.sqrt(count)) + 1) if count % rows == 0)
    show_picture("maps_weights", picture_of_map(weights.reshape(rows, -1)), "All its weights")
    st.caption(f"Its {count:,} weights, one for each value of the layer before.{more}")
