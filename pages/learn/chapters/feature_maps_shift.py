"""How a small shift of the picture changes the layers of a network."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.feature_maps import (
    LayerMaps,
    effect_of_shift,
    face_score,
    run_network,
    shift_right,
)
from components.photo.mtcnn_networks import NetworkName
from components.ui.text import percent
from pages.learn.figures import bars_html, picture_of_map
from pages.learn.layout import side_by_side
from pages.learn.marked_picture import show_picture

_MOST, _FIRST = 8, 2


def show_shift(
    network: NetworkName, pixels: NDArray[np.uint8], before: list[LayerMaps], layer: int, chosen: int
) -> None:
    """Show which layers move with the picture, and which stay the same.

    Args:
        network: The network whose layers are compared.
        pixels: Its input, as for `run_network`.
        before: Its layers for that input.
        layer: Index of the layer that is shown as a picture.
        chosen: Index of the map of that layer.
    """
    st.subheader("What a small shift does", anchor=False)
    shift = st.slider(
        "Shift the picture to the right by",
        -_MOST,
        _MOST,
        _FIRST,
        format="%d pixels",
        key="shift",
        bind="query-params",
    )
    after = run_network(network, shift_right(pixels, shift))
    pictures, effects = st.columns(2, gap="medium")
    with pictures:
        _show_before_and_after(before[layer], after[layer], chosen)
    with effects:
        _show_effects(before, after, shift)
    st.markdown(_what_it_means(network, _score(before), _score(after)))
    st.caption(
        "The figures are correlations between a layer's maps before and after the shift: 100 % is equal, 0 % "
        "is unrelated, and negative is reversed. For a single score it is the share that did not change. A "
        "dash means that the shift is not a whole number of steps, or that the layer has one place only."
    )


def _what_it_means(network: NetworkName, before: str, after: str) -> str:
    if network == "P-Net":
        return (
            "All maps of P-Net **move along**, the last one too: what it finds shifts with the picture. "
            "That is **equivariance**. Its pooling takes two pixels at a time, so a shift by an odd number "
            f"falls in between two places. Its best score is {before} before and {after} after."
        )
    return (
        f"The first layers of {network} **move along**: **equivariance**. Each pooling makes the steps from "
        "place to place twice as large, and other shifts fall in between. In the last layers there is no "
        f"place any more, and one number is left, the face score: {before} before, {after} after. What does "
        "not change with a shift is called **invariant**; shift further, and see how far that goes."
    )


def _show_before_and_after(before: LayerMaps, after: LayerMaps, chosen: int) -> None:
    first, second = side_by_side()
    for place, when, layer in ((first, "Before", before), (second, "After", after)):
        with place:
            if layer.step:
                brightest = 1.0 if layer.kind == "score" else 0.0
                st.markdown(f"**{when}**")
                show_picture(
                    f"shift_{when}",
                    picture_of_map(layer.maps[..., chosen], brightest),
                    f"Map {chosen + 1}, {when.lower()} the shift",
                )
            else:
                st.metric(when, f"{float(layer.maps[0, 0, chosen]):.3f}")


def _show_effects(before: list[LayerMaps], after: list[LayerMaps], shift: int) -> None:
    effects = [
        (then.name, effect_of_shift(then, now, shift)) for then, now in zip(before, after, strict=True)
    ]
    along, stays = st.columns(2, gap="medium")
    with along:
        st.markdown("**Moves along**")
        st.html(
            bars_html(
                [
                    (name, max(effect.moved_along or 0.0, 0.0), percent(effect.moved_along))
                    for name, effect in effects
                ],
                "How far each layer's maps move along with the picture",
            )
        )
    with stays:
        st.markdown("**Stays in place**")
        st.html(
            bars_html(
                [(name, max(effect.in_place, 0.0), percent(effect.in_place)) for name, effect in effects],
                "How far each layer's maps stay the same",
            )
        )


def _score(layers: list[LayerMaps]) -> str:
    return f"{float(face_score(layers).max()):.3f}"
