import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.lesson.convolution import (
    Activation,
    Filter,
    Maps,
    Padding,
    Pooling,
    activate,
    apply_filter,
    connect_fully,
    convolve,
    normalise,
    pad,
    parameters_fully_connected,
    parameters_of_filter,
    pool,
    sigmoid,
    to_grey,
    weigh,
)
from components.lesson.filters import filters_by_hand, learned_filters
from tests import pictures

VALUES = st.floats(-4, 4, width=32)


@st.composite
def some_maps(draw: st.DrawFn) -> Maps:
    shape = (draw(st.integers(3, 9)), draw(st.integers(3, 9)), draw(st.integers(1, 3)))
    return draw(arrays(np.float32, shape, elements=VALUES))


@st.composite
def maps_and_filters(draw: st.DrawFn) -> tuple[Maps, Maps, Maps]:
    maps = draw(some_maps())
    filters = draw(st.integers(1, 3))
    sides = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    weights = draw(arrays(np.float32, (*sides, maps.shape[2], filters), elements=VALUES))
    return maps, weights, draw(arrays(np.float32, (filters,), elements=VALUES))


@given(maps_and_filters(), st.integers(1, 3))
def test_each_value_of_a_convolution_is_the_weighed_sum_of_its_window(
    given_maps: tuple[Maps, Maps, Maps], stride: int
) -> None:
    maps, weights, bias = given_maps
    result = convolve(maps, weights, bias, stride)
    height, width, _, filters = weights.shape
    assert result.shape == (
        (maps.shape[0] - height) // stride + 1,
        (maps.shape[1] - width) // stride + 1,
        filters,
    )
    assert result.dtype == np.float32
    for row, column, kernel in np.ndindex(*result.shape):
        total = float(bias[kernel])
        for down, across, channel in np.ndindex(height, width, maps.shape[2]):
            pixel = maps[row * stride + down, column * stride + across, channel]
            total += float(pixel) * float(weights[down, across, channel, kernel])
        assert result[row, column, kernel] == pytest.approx(total, abs=1e-3)


@pytest.mark.parametrize("name", list(filters_by_hand()))
def test_a_filter_made_by_hand_answers_as_with_opencv(name: str) -> None:
    kernel = filters_by_hand()[name]
    grey = to_grey(pictures.GRACE)
    ours = apply_filter(grey.astype(np.float32), kernel, stride=1)[..., 0]
    theirs = cv2.filter2D(grey[..., 0].astype(np.float32), -1, kernel.weights[..., 0])[1:-1, 1:-1]
    np.testing.assert_allclose(ours, theirs, atol=1e-2)


def test_an_edge_filter_answers_at_an_edge_and_nowhere_else() -> None:
    step = np.full((8, 10, 1), -1, np.float32)
    step[:, 5:] = 1
    answers = apply_filter(step, filters_by_hand()["Upright edges"], stride=1)[..., 0]
    # Where the window holds both sides: 1 + 2 + 1 times a difference of 2.
    assert (answers[:, 3:5] == 8).all()
    assert not np.delete(answers, (3, 4), axis=1).any()
    assert not apply_filter(step, filters_by_hand()["Level edges"], stride=1).any()


@given(some_maps(), st.integers(1, 3), st.data())
def test_the_explained_sum_is_the_value_of_the_convolution(
    maps: Maps, stride: int, data: st.DataObject
) -> None:
    weights = data.draw(arrays(np.float32, (3, 3, maps.shape[2]), elements=VALUES))
    kernel = Filter("any", weights, bias=0.5)
    result = apply_filter(maps, kernel, stride)
    row, column = (data.draw(st.integers(0, length - 1)) for length in result.shape[:2])
    found = weigh(maps, kernel, row, column, stride)
    assert found.window.shape == found.products.shape == weights.shape
    np.testing.assert_array_equal(found.products, found.window * weights)
    assert found.total == pytest.approx(float(result[row, column, 0]), abs=1e-3)


def test_with_a_rim_of_zeros_the_result_has_the_size_of_the_picture() -> None:
    maps = normalise(pictures.GRACE)
    blur = np.full((3, 3, 3, 1), 1 / 27, np.float32)
    none = np.zeros(1, np.float32)
    assert pad(maps, Padding.NONE) is maps
    padded = pad(maps, Padding.ZEROS)
    assert convolve(padded, blur, none).shape[:2] == maps.shape[:2]
    assert not padded[0].any()
    np.testing.assert_array_equal(padded[1:-1, 1:-1], maps)


def test_normalised_black_is_minus_one_and_white_is_one() -> None:
    shades = normalise(np.array([[[0], [255]]], np.uint8))
    np.testing.assert_allclose(shades.ravel(), [-127.5 / 128, 127.5 / 128])
    assert shades.dtype == np.float32


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        (Activation.NONE, [-2, 0, 2]),
        (Activation.SIGMOID, [0.1192, 0.5, 0.8808]),
        (Activation.TANH, [-0.964, 0, 0.964]),
        (Activation.RELU, [0, 0, 2]),
        (Activation.PRELU, [-0.5, 0, 2]),
    ],
)
def test_non_linearities(activation: Activation, expected: list[float]) -> None:
    values = np.array([-2, 0, 2], np.float32).reshape(1, 3, 1)
    bent = activate(values, activation, np.array([0.25], np.float32))
    np.testing.assert_allclose(bent.ravel(), expected, atol=1e-4)
    assert bent.dtype == np.float32


def test_a_sigmoid_of_any_size_is_between_zero_and_one() -> None:
    with np.errstate(all="raise"):
        assert sigmoid(np.array([-1e4, 0, 1e4], np.float32)).tolist() == [0, 0.5, 1]


def test_pooling_keeps_the_largest_or_the_mean_of_each_window() -> None:
    values = np.arange(20, dtype=np.float32).reshape(4, 5, 1)
    assert pool(values, Pooling.NONE) is values
    assert pool(values, Pooling.MAXIMUM)[..., 0].tolist() == [[6, 8], [16, 18]]
    assert pool(values, Pooling.MEAN)[..., 0].tolist() == [[3, 5], [13, 15]]
    assert pool(values, Pooling.MAXIMUM, side=3, stride=1).shape == (2, 3, 1)


def test_fully_connected_weighs_every_value_for_every_answer() -> None:
    values = np.array([1, 2, 3], np.float32).reshape(1, 1, 3)
    weights = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    answers = connect_fully(values, weights, np.array([10, 20], np.float32))
    assert answers.tolist() == [[[14, 25]]]


def test_parameters_are_counted() -> None:
    assert parameters_of_filter(filters_by_hand()["Blur"]) == 10
    assert parameters_of_filter(learned_filters()[0]) == 28
    inputs, outputs = np.zeros((4, 5, 1), np.float32), np.zeros((2, 3, 1), np.float32)
    assert parameters_fully_connected(inputs, outputs) == 20 * 6 + 6


@given(st.integers(0, 3), st.integers(0, 3))
def test_where_the_picture_shifts_the_result_shifts_along(down: int, across: int) -> None:
    maps = normalise(pictures.noise(24, 30))
    kernel = learned_filters()[3]
    whole = apply_filter(maps, kernel, stride=1)
    shifted = apply_filter(maps[down:, across:], kernel, stride=1)
    np.testing.assert_allclose(shifted, whole[down:, across:], atol=1e-5)
