"""Convolution with one filter, step by step, on the visitor's picture."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.geometry import Point
from components.lesson.convolution import (
    Activation,
    Filter,
    Maps,
    Padding,
    Pooling,
    WeighedSum,
    activate,
    apply_filter,
    normalise,
    pad,
    parameters_fully_connected,
    parameters_of_filter,
    pool,
    to_grey,
    weigh,
)
from components.lesson.filters import filters_by_hand, learned_filters
from components.ui.choices import choose_one
from pages.learn.choose_picture import LessonPicture, shrink
from pages.learn.figures import (
    number,
    picture_of_map,
    picture_of_pixels,
    pixels_html,
    weights_html,
)
from pages.learn.layout import show_in_short, show_question, side_by_side
from pages.learn.marked_picture import Mark, pick_spot, picked_spot, show_picture

# Longest side of the picture, in pixels: few enough to see each pixel.
_SIDE = 96

_DEFAULT_FILTER = "Upright edges"

_ACTIVATIONS = {
    Activation.NONE: "None",
    Activation.SIGMOID: "Sigmoid",
    Activation.TANH: "Tanh",
    Activation.RELU: "ReLU",
    Activation.PRELU: "PReLU",
}
_POOLINGS = {Pooling.NONE: "None", Pooling.MAXIMUM: "Maximum", Pooling.MEAN: "Mean"}
_PADDINGS = {Padding.NONE: "None", Padding.ZEROS: "Zeros"}

# In the session: the nine weights of the filter that the visitor can edit.
_WEIGHT_KEYS = [[f"weight_{row}_{column}" for column in range(3)] for row in range(3)]


@dataclass(frozen=True, slots=True)
class _Settings:
    """The filter, and what is done with the picture."""

    kernel: Filter
    stride: int
    padding: Padding
    activation: Activation
    pooling: Pooling


def show_convolution(picture: LessonPicture) -> None:
    """Show each step of a convolution on the picture, and let the visitor change it."""
    show_question("What does a convolutional network see?")
    st.markdown(
        "A **filter** is a small square of weights. It is applied at every place of the picture: each pixel "
        "is multiplied by the weight on it, and the sum is one pixel of the result. With the right weights, "
        "it responds to edges. Many filters, layer after layer, respond to corners, then to eyes."
    )
    choice, steps = st.columns([2, 3], gap="large")
    with choice:
        settings = _choose()
    image = shrink(picture.image, _SIDE)
    # In colour where the filter has three planes of weights, for red, green and blue.
    pixels = normalise(image if settings.kernel.weights.shape[2] == 3 else to_grey(image))
    padded = pad(pixels, settings.padding)
    sums = apply_filter(padded, settings.kernel, settings.stride)
    bent = activate(sums, settings.activation, np.array([settings.kernel.slope], np.float32))
    pooled = pool(bent, settings.pooling)
    with steps:
        spot = _show_steps(picture, settings, (padded, sums, bent, pooled))
    row, column = int(spot[1]), int(spot[0])
    _explain_sum(weigh(padded, settings.kernel, row, column, settings.stride), settings, bent[row, column, 0])
    _count_parameters(settings.kernel, pixels, sums)
    show_in_short(
        "One small filter, used everywhere: few weights to learn, each result depends only on its "
        "neighbourhood, and when the picture shifts, the result shifts with it."
    )


def _choose() -> _Settings:
    kernel = _choose_filter()
    activation = choose_one(
        "Non-linearity",
        _ACTIVATIONS,
        Activation.RELU,
        "bend",
        "Bends each value by itself. Sigmoid: to 0..1; tanh: to −1..1; ReLU: below zero becomes zero; PReLU: "
        "below zero becomes smaller.",
    )
    pooling = choose_one(
        "Pooling",
        _POOLINGS,
        Pooling.MAXIMUM,
        "pool",
        "Keeps one value for each 2×2 values: the largest, or their mean.",
    )
    padding = choose_one(
        "Padding", _PADDINGS, Padding.NONE, "pad", "What lies beyond the edge: nothing, or a rim of zeros."
    )
    stride = st.slider(
        "Stride",
        1,
        3,
        1,
        key="stride",
        bind="query-params",
        help="Pixels from one place of the filter to the next.",
    )
    return _Settings(kernel, stride, padding, activation, pooling)


def _choose_filter() -> Filter:
    by_hand = filters_by_hand()
    learned = {kernel.name: kernel for kernel in learned_filters()}
    name = st.selectbox(
        "Filter",
        [*by_hand, *learned],
        index=list(by_hand).index(_DEFAULT_FILTER),
        key="filter",
        bind="query-params",
        help="Five that people made, and the ten that P-Net learned for its first layer.",
    )
    if name in learned:
        st.caption(
            "Learned: nobody chose these 27 weights, for red, green and blue. The result shows what the "
            "filter responds to."
        )
        return learned[name]
    st.caption("The weights. Change them, and see what the filter then responds to.")
    return replace(by_hand[name], weights=_edit_weights(name, by_hand[name].weights))


def _edit_weights(name: str, weights: Maps) -> Maps:
    """Nine fields for the weights; another filter fills them with its own."""
    edited = np.empty_like(weights)
    for row, keys in enumerate(_WEIGHT_KEYS):
        with st.container(horizontal=True, gap="small"):
            for column, key in enumerate(keys):
                edited[row, column, 0] = st.number_input(
                    f"Weight in row {row + 1}, column {column + 1}",
                    -20.0,
                    20.0,
                    round(float(weights[row, column, 0]), 2),
                    0.5,
                    key=f"{key} {name}",
                    label_visibility="collapsed",
                    width=88,
                )
    # The fields show two decimals: a ninth appears as 0.11, and stays a ninth until it is edited.
    return np.where(np.abs(edited - weights) < 0.005, weights, edited)


def _show_steps(picture: LessonPicture, settings: _Settings, steps: tuple[Maps, Maps, Maps, Maps]) -> Point:
    """Show the picture and the result of each step; returns the pixel of the sum that the visitor picked."""
    padded, sums, bent, pooled = steps
    answers = picture_of_map(sums[..., 0])
    # A key of its own for each size, so that a picked spot is never outside.
    key = f"sum_{picture.id}_{sums.shape[0]}_{sums.shape[1]}"
    # At first the strongest response.
    row, column = np.unravel_index(int(sums[..., 0].argmax()), sums.shape[:2])
    first = (float(column) + 0.5, float(row) + 0.5)
    x, y = picked_spot(key, answers, first)
    left, right = side_by_side()
    with left:
        st.markdown("**1 · The picture**")
        window = (int(x) * settings.stride, int(y) * settings.stride, 3, 3)
        show_picture(
            "convolution_pixels",
            picture_of_pixels(padded),
            f"{picture.name}, {_size(padded)}",
            [Mark(window, "chosen")],
        )
        st.caption(f"{_size(padded)}. The frame is what the filter sees at the picked place.")
    with right:
        st.markdown("**2 · Weighted sums**")
        spot = pick_spot(
            key,
            answers,
            f"Result of the filter {settings.kernel.name}, {_size(sums)}",
            "Pick a pixel, and see below how it is made.",
            first,
            [Mark((int(x), int(y), 1, 1), "chosen")],
        )
        st.caption(f"{_size(sums)}, {_range(sums)}. Turquoise is above zero, orange below.")
    left, right = side_by_side()
    with left:
        st.markdown(f"**3 · Non-linearity: {_ACTIVATIONS[settings.activation]}**")
        show_picture(
            "convolution_bent", picture_of_map(bent[..., 0]), f"After {_ACTIVATIONS[settings.activation]}"
        )
        st.caption(f"{_size(bent)}, {_range(bent)}.")
    with right:
        st.markdown(f"**4 · Pooling: {_POOLINGS[settings.pooling]}**")
        show_picture("convolution_pooled", picture_of_map(pooled[..., 0]), f"After pooling, {_size(pooled)}")
        st.caption(f"{_size(pooled)}, {_range(pooled)}. This is a **feature map**.")
    st.caption(
        "Without the bend of step 3, ten convolutions in a row could do no more than one: weighted sums of "
        "weighted sums are weighted sums again."
    )
    return spot


def _explain_sum(found: WeighedSum, settings: _Settings, bent: np.float32) -> None:
    st.subheader("One pixel of the result, by hand", anchor=False)
    planes = ("grey",) if found.window.shape[2] == 1 else ("red", "green", "blue")
    for index, plane in enumerate(planes):
        tables = (
            ("", pixels_html(found.window[..., index], f"Pixels, {plane}")),
            ("×", weights_html(settings.kernel.weights[..., index], "Weights")),
            ("=", weights_html(found.products[..., index], "Products")),
        )
        st.html(
            "<div class='learn-grids'>"
            + "".join(f"<div><span class='sign'>{sign}</span>{table}</div>" for sign, table in tables)
            + "</div>"
        )
    bias = f", with the bias of {number(found.bias)} to **{number(found.total)}**" if found.bias else ""
    bend = f"; {_ACTIVATIONS[settings.activation]} makes **{number(float(bent))}** of it"
    st.markdown(
        f"The {found.products.size} products add up to **{number(float(found.products.sum()))}**{bias}"
        f"{'' if settings.activation is Activation.NONE else bend}."
    )
    st.caption("The tables show two decimals; the sum uses the exact values.")


def _count_parameters(kernel: Filter, pixels: Maps, sums: NDArray[np.float32]) -> None:
    few, many = parameters_of_filter(kernel), parameters_fully_connected(pixels, sums)
    st.subheader("Why such a small filter is enough", anchor=False)
    convolution, connected = st.columns(2)
    convolution.metric(
        "To learn for this filter",
        f"{few:,}",
        help=f"{kernel.weights.size} weights and a bias, the same for all places.",
    )
    connected.metric(
        "Fully connected, for a result of this size",
        f"{many:,}",
        help=f"Each of {sums.size:,} results with a weight for each of {pixels.size:,} inputs, and a bias.",
    )
    st.caption(
        f"{kernel.weights.size} weights and one bias, against {many // few:,} times as many. And what those "
        "learn about a face on the left would not help with a face on the right."
    )


def _size(maps: Maps) -> str:
    height, width = maps.shape[:2]
    return f"{width} × {height} pixels"


def _range(maps: Maps) -> str:
    return f"from {number(float(maps.min()))} to {number(float(maps.max()))}"
