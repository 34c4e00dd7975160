"""Feature maps: what each layer of the three networks makes of the visitor's picture or face."""

from enum import StrEnum

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.feature_maps import LayerMaps, run_network
from components.lesson.following import Lineage, follow_back, seen_by_onet, seen_by_rnet
from components.photo.image import fit_within
from components.photo.networks import CELL_SIDE
from components.ui.learn_figures import (
    box_on_sheet,
    contact_sheet,
    enlarge,
    lay_over,
    map_at,
    number,
    picture_of_map,
    weights_html,
)
from components.ui.learn_parts import explain, found_faces, show_in_short, show_question
from components.ui.learn_picture import Mark, pick_spot, picked_spot, show_picture
from components.ui.learn_pictures import LessonPicture
from components.ui.learn_shift import show_shift
from components.ui.photo_settings import choose_one
from components.ui.text import counted

# P-Net's picture: longest side in pixels.
_SMALLEST, _USUAL, _LARGEST = 24, 144, 240

# Of a later layer's filter, so many of its planes are shown: the heaviest.
_PLANES = 6


class _Network(StrEnum):
    """Which network's maps are shown."""

    PNET = "P-Net"
    RNET = "R-Net"
    ONET = "O-Net"


_ABOUT = {
    _Network.PNET: "P-Net looks at the whole picture, and answers to faces of about 12 pixels. Choose the "
    "last layer, the face score, and make the picture smaller until it lights up on a face.",
    _Network.RNET: "R-Net looks at what P-Net proposed, cut out and resized to 24 × 24 pixels.",
    _Network.ONET: "O-Net looks at what R-Net let through, cut out and resized to 48 × 48 pixels.",
}


def show_maps(picture: LessonPicture) -> None:
    """Show the maps of one layer, one of them closely, and what a small shift does to all layers."""
    show_question("What do the layers of a real network answer to?")
    st.markdown(
        "These are the maps that MTCNN's three networks make when they look for faces, with the weights that "
        "they learned. Pick a layer, then one of its maps."
    )
    controls, shown = st.columns([1, 2], gap="large")
    with controls:
        network = choose_one("Network", _Network.PNET, "network")
        st.caption(_ABOUT[network])
        pixels = _choose_input(picture, network)
    if pixels is None:
        return
    layers = run_network(network.value, pixels)
    names = [layer.name for layer in layers]
    with controls:
        name = st.selectbox("Layer", names, key=f"layer_{network}")
    layer = layers[names.index(name)]
    with shown:
        chosen = _choose_map(picture, network, layer)
    _show_one_map(pixels, layer, chosen, names.index(name) > 0)
    show_shift(network.value, pixels, names.index(name), chosen)
    show_in_short(
        "First layers answer to edges and colours and shift with the picture; later ones see more of it and "
        "care less about small shifts, until one number is left: the face score."
    )


def _choose_input(picture: LessonPicture, network: _Network) -> NDArray[np.uint8] | None:
    """What the network gets: the picture, or a face cut out of it; None where there is no face."""
    if network is _Network.PNET:
        side = st.slider(
            "Longest side of the picture",
            _SMALLEST,
            _LARGEST,
            _USUAL,
            2,
            format="%d pixels",
            key="maps_side",
            bind="query-params",
        )
        return _resized(picture.image, side)
    lineages = _lineages(picture)
    if not lineages:
        st.info("MTCNN finds no face in this picture, so there is nothing to look at. Choose another above.")
        return None
    number_of_face = (
        st.slider("Face", 1, len(lineages), 1, key="maps_face", help="The surest face is number 1.")
        if len(lineages) > 1
        else 1
    )
    lineage = lineages[number_of_face - 1]
    if network is _Network.RNET:
        return seen_by_rnet(picture.image, lineage)
    return seen_by_onet(picture.image, lineage)


def _resized(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with this longest side; a long strip keeps what P-Net needs across."""
    reduced = fit_within(image, side)
    height, width = (max(length, CELL_SIDE) for length in reduced.shape[:2])
    if (height, width) == reduced.shape[:2]:
        return reduced
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _lineages(picture: LessonPicture) -> list[Lineage]:
    """Where the picture's faces came from, the surest first."""
    stages = explain(picture).stages
    kept = np.flatnonzero(stages.output.kept)
    by_score = kept[np.argsort(-stages.output.scores[kept], kind="stable")]
    return [follow_back(stages, int(index)) for index in by_score[: len(found_faces(picture))]]


def _choose_map(picture: LessonPicture, network: _Network, layer: LayerMaps) -> int:
    """Show all maps of a layer, of which one is picked."""
    maps = layer.maps
    count = maps.shape[2]
    st.markdown(f"**{layer.name}: {counted(count, 'map')}** of {maps.shape[1]} × {maps.shape[0]}")
    if count == 1:
        show_picture("maps_single", picture_of_map(maps[..., 0]), f"The only map of {layer.name}")
        st.caption(_words_for(layer))
        return 0
    sheet = contact_sheet(maps)
    key = f"maps_{picture.id}_{network}_{layer.name}_{maps.shape[0]}_{maps.shape[1]}"
    # At first the map with the strongest answer.
    strongest = int(maps.max(axis=(0, 1)).argmax())
    x, y, width, height = box_on_sheet(maps, strongest)
    first = (x + width / 2, y + height / 2)
    chosen = map_at(maps, picked_spot(key, sheet, first))
    pick_spot(
        key,
        sheet,
        f"All {count} maps of {layer.name}; number {chosen + 1} is picked",
        "Pick a map. Each has its own brightness: turquoise is above zero, orange below.",
        first,
        [Mark(box_on_sheet(maps, chosen), "chosen")],
    )
    st.caption(_words_for(layer))
    return chosen


def _words_for(layer: LayerMaps) -> str:
    match layer.kind:
        case "convolution":
            said = "Each map is the answer of one learned filter."
        case "PReLU":
            said = "Values below zero are multiplied by a learned slope, one for each map."
        case "pooling":
            said = (
                "Of neighbouring values, the largest goes on: a smaller map, that cares less for the place."
            )
        case "fully connected":
            said = "Each value weighs all values of the layer before. There is no place any more."
        case "score":
            said = "The classification: 0 is no face, 1 is a face."
    learned = f" {layer.parameters:,} learned numbers." if layer.parameters else " Nothing to learn."
    sees = f" Each value depends on {layer.sees} × {layer.sees} pixels of the picture."
    return said + learned + sees


def _show_one_map(pixels: NDArray[np.uint8], layer: LayerMaps, chosen: int, deep: bool) -> None:
    """Show where one map answers, and the filter that made it."""
    values = layer.maps[..., chosen]
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    st.subheader(f"Map {chosen + 1} of {layer.name}", anchor=False)
    where, made = st.columns(2, gap="large")
    with where:
        st.markdown("**Where it answers**")
        covered = (
            layer.sees + (values.shape[0] - 1) * layer.step,
            layer.sees + (values.shape[1] - 1) * layer.step,
        )
        bright = np.clip(values, 0, None) / (float(values.max()) if values.max() > 0 else 1)
        height, width = pixels.shape[:2]
        show_picture(
            "maps_where",
            lay_over(pixels, bright, (min(covered[0], height), min(covered[1], width))),
            f"The picture, bright where map {chosen + 1} answers",
            [
                Mark(
                    (
                        int(column) * layer.step,
                        int(row) * layer.step,
                        min(layer.sees, width),
                        min(layer.sees, height),
                    ),
                    "chosen",
                )
            ],
        )
        st.caption(
            f"Strongest answer: {number(float(values.max()))}, at the frame, which is all that this value "
            "sees."
        )
    with made:
        st.markdown("**What made it**")
        _show_filter(layer, chosen, deep)


def _show_filter(layer: LayerMaps, chosen: int, deep: bool) -> None:
    if layer.slopes is not None:
        st.metric("Slope below zero", number(float(layer.slopes[chosen])))
        st.caption("Above zero, a value stays as it is.")
    elif layer.weights is None:
        st.markdown("No filter: the largest of each window of the map before.")
    elif layer.kind == "convolution":
        weights = layer.weights[..., chosen]
        planes = range(3) if not deep else np.argsort(-np.abs(weights).sum(axis=(0, 1)))[:_PLANES]
        titles = (
            ("red", "green", "blue")
            if not deep
            else [f"map {plane + 1}" for plane in range(weights.shape[2])]
        )
        st.html(
            "<div class='learn-grids'>"
            + "".join(weights_html(weights[..., plane], f"On {titles[plane]}") for plane in planes)
            + "</div>"
        )
        if deep:
            st.caption(
                f"It has a plane of weights for each of the {weights.shape[2]} maps of the layer before; "
                f"these are the {_PLANES} heaviest."
            )
        if layer.bias is not None:
            st.caption(f"Bias: {number(float(layer.bias[chosen]))}.")
    else:
        weights = layer.weights.reshape(-1, layer.weights.shape[-1])[
            :, -1 if layer.kind == "score" else chosen
        ]
        columns = int(np.ceil(np.sqrt(len(weights))))
        square = np.zeros(columns**2, np.float32)
        square[: len(weights)] = weights
        st.image(
            enlarge(picture_of_map(square.reshape(columns, columns)), 400),
            width=320,
            output_format="PNG",
            alt="All its weights",
        )
        st.caption(f"Its {len(weights):,} weights, one for each value of the layer before.")
