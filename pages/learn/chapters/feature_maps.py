"""Feature maps: each layer of the three networks on the visitor's picture or face."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.cascade_story import Lineage, seen_by_onet, seen_by_rnet, trace_back
from components.lesson.feature_maps import LayerMaps, run_network
from components.ui.choices import choose_one
from components.ui.text import counted
from pages.learn.cascade_run import explain, found_faces
from pages.learn.chapters.feature_maps_shift import show_shift
from pages.learn.chapters.feature_maps_weights import show_weights
from pages.learn.choose_picture import LessonPicture, shrink
from pages.learn.figures import (
    box_on_sheet,
    contact_sheet,
    lay_over,
    map_at,
    number,
    picture_of_map,
)
from pages.learn.layout import show_in_short, show_question
from pages.learn.marked_picture import Mark, pick_spot, picked_spot, show_picture

# Longest side of P-Net's picture, in pixels.
_SMALLEST, _USUAL, _LARGEST = 24, 144, 240


class _Network(StrEnum):
    """Which network's maps are shown."""

    PNET = "P-Net"
    RNET = "R-Net"
    ONET = "O-Net"


_LABELS = {network: network.value for network in _Network}

_ABOUT = {
    _Network.PNET: "P-Net looks at the whole picture, and responds to faces of about 12 pixels. Choose the "
    "last layer, the face score: on a larger face it lights up in pieces. Make the picture smaller, until "
    "one spot is left in the middle of the face.",
    _Network.RNET: "R-Net looks at what P-Net proposed, cut out and resized to 24 × 24 pixels.",
    _Network.ONET: "O-Net looks at what R-Net let through, cut out and resized to 48 × 48 pixels.",
}


def show_maps(picture: LessonPicture) -> None:
    """Show the maps of one layer, one of them closely, and what a small shift does to all layers."""
    show_question("What do the layers of a real network respond to?")
    st.markdown(
        "The Photo page finds faces with **MTCNN**, three networks one after the other: **P-Net** proposes, "
        "**R-Net** refines, **O-Net** decides; the next chapter shows how. These are the maps that they make "
        "on your picture, with the weights that they learned. Pick a layer, then one of its maps."
    )
    controls, shown = st.columns([1, 2], gap="large")
    with controls:
        network = choose_one("Network", _LABELS, _Network.PNET, "network")
        st.caption(_ABOUT[network])
        pixels = _choose_input(picture, network)
    if pixels is None:
        _say_in_short()
        return
    layers = run_network(network.value, pixels)
    names = [layer.name for layer in layers]
    with controls:
        name = st.selectbox("Layer", names, key=f"layer_{network}")
    layer = layers[names.index(name)]
    with shown:
        chosen = _choose_map(picture, network, layer)
    before = layers[names.index(name) - 1] if layer is not layers[0] else None
    _show_one_map(pixels, layer, chosen, _names_of_maps(before))
    show_shift(network.value, pixels, layers, names.index(name), chosen)
    _say_in_short()


def _say_in_short() -> None:
    show_in_short(
        "The first layers respond to edges and colours, later layers to more and more of the picture. Maps "
        "shift with the picture; O-Net's score, the last result, hardly changes with a small shift."
    )


def _choose_input(picture: LessonPicture, network: _Network) -> NDArray[np.uint8] | None:
    """The network's input: the picture, or a face cut out of it; None where there is no face."""
    if network is _Network.PNET:
        side = st.slider(
            "Longest side of the picture, at most",
            _SMALLEST,
            _LARGEST,
            _USUAL,
            2,
            format="%d pixels",
            key="maps_side",
            bind="query-params",
        )
        return shrink(picture.image, side)
    lineages = _lineages(picture)
    if not lineages:
        st.info("MTCNN finds no face in this picture, so there is nothing to look at. Choose another above.")
        return None
    number_of_face = (
        st.slider("Face", 1, len(lineages), 1, key="maps_face", help="The most confident face is number 1.")
        if len(lineages) > 1
        else 1
    )
    lineage = lineages[number_of_face - 1]
    if network is _Network.RNET:
        return seen_by_rnet(picture.image, lineage)
    return seen_by_onet(picture.image, lineage)


def _lineages(picture: LessonPicture) -> list[Lineage]:
    """The ways of the picture's faces through the cascade, the most confident face first."""
    stages = explain(picture).stages
    kept = np.flatnonzero(stages.output.kept)
    by_score = kept[np.argsort(-stages.output.scores[kept], kind="stable")]
    return [trace_back(stages, int(index)) for index in by_score[: len(found_faces(picture))]]


def _choose_map(picture: LessonPicture, network: _Network, layer: LayerMaps) -> int:
    """Show all maps of a layer; returns the index of the map that the visitor picked."""
    maps = layer.maps
    count = maps.shape[2]
    st.markdown(f"**{layer.name}: {counted(count, 'map')}** of {maps.shape[1]} × {maps.shape[0]}")
    if layer.kind == "score":
        _show_score(layer)
        return 0
    sheet = contact_sheet(maps)
    key = f"maps_{picture.id}_{network}_{layer.name}_{maps.shape[0]}_{maps.shape[1]}"
    # At first the map with the strongest response.
    strongest = int(maps.max(axis=(0, 1)).argmax())
    x, y, width, height = box_on_sheet(maps, strongest)
    first = (x + width / 2, y + height / 2)
    chosen = map_at(maps, picked_spot(key, sheet, first))
    pick_spot(
        key,
        sheet,
        f"All {count} maps of {layer.name}; number {chosen + 1} is picked",
        f"Pick {'a map. Each has its own brightness' if layer.step else 'a value'}: turquoise is above zero, "
        "orange below.",
        first,
        [Mark(box_on_sheet(maps, chosen), "chosen")],
    )
    st.caption(_words_for(layer))
    return chosen


def _words_for(layer: LayerMaps) -> str:
    match layer.kind:
        case "convolution":
            said = "Each map is the response of one learned filter."
        case "PReLU":
            said = "Values below zero are multiplied by a learned slope, one for each map."
        case "pooling":
            said = (
                "The largest of neighbouring values is kept. The map becomes smaller, and depends less on "
                "the exact place."
            )
        case "fully connected":
            said = (
                "Each value is a weighted sum of all values of the layer before. It has no place in the "
                "picture."
            )
        case "score":
            said = "The classification: 0 is no face, 1 is a face."
    learned = f" {layer.parameters:,} learned numbers." if layer.parameters else " Nothing to learn."
    sees = f" Each value depends on {layer.sees} × {layer.sees} pixels of the picture."
    return said + learned + sees


def _names_of_maps(layer: LayerMaps | None) -> list[str]:
    """The names of a layer's maps; before the first layer, the names of the picture's colours."""
    if layer is None:
        return ["red", "green", "blue"]
    return [f"map {number + 1}" for number in range(layer.maps.shape[2])]


def _show_one_map(pixels: NDArray[np.uint8], layer: LayerMaps, chosen: int, planes: Sequence[str]) -> None:
    """Show where one map responds, and the filter that made it."""
    st.subheader(f"Map {chosen + 1} of {layer.name}", anchor=False)
    where, made = st.columns(2, gap="large")
    with where:
        if layer.step:
            _show_place(pixels, layer, chosen)
        else:
            st.markdown(f"**Its value: {number(float(layer.maps[0, 0, chosen]))}**")
            show_picture("maps_where", pixels, "All that the network sees")
            st.caption("It has no place: it depends on all of this.")
    with made:
        st.markdown("**What made it**")
        show_weights(layer, chosen, planes)


def _show_score(layer: LayerMaps) -> None:
    """Show the score: P-Net's at every place, the other networks' as one number."""
    if layer.step:
        show_picture("maps_score", picture_of_map(layer.maps[..., 0], brightest=1), "The face score's map")
    else:
        st.metric("Face score", f"{float(layer.maps[0, 0, 0]):.3f}")
    st.caption(_words_for(layer))


def _show_place(pixels: NDArray[np.uint8], layer: LayerMaps, chosen: int) -> None:
    """Show where in the picture a map responds, and what its strongest value sees."""
    values = layer.maps[..., chosen]
    row, column = (int(place) for place in np.unravel_index(int(values.argmax()), values.shape))
    largest = 1.0 if layer.kind == "score" else max(float(values.max()), 1e-9)
    height, width = pixels.shape[:2]
    seen = (column * layer.step, row * layer.step, min(layer.sees, width), min(layer.sees, height))
    st.markdown("**Where it responds**")
    show_picture(
        "maps_where",
        lay_over(pixels, np.clip(values / largest, 0, 1), layer.step, layer.sees),
        f"The picture, bright where map {chosen + 1} responds",
        [Mark(seen, "chosen")],
    )
    st.caption(
        f"Strongest response: {number(float(values.max()))}. The frame shows all that this value sees."
    )
