import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.photo.scores import (
    BANDS,
    CUT_OFFS,
    LESSON_CUT_OFFS,
    confidence_label,
    count_by_cut_off,
    expected_false_alarms,
    nearest_cut_off,
    places_on_scale,
    share_of_faces,
)

SCORES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("confidence", "label"),
    [
        *((1.0, "1"), (0.99998, "0.9999"), (0.9999, "0.9999"), (0.9995, "0.9995"), (0.999, "0.999")),
        *((0.9989, "0.998"), (0.995, "0.995"), (0.99, "0.99"), (0.9899, "0.98"), (0.9, "0.90")),
        *((0.899, "0.89"), (0.57, "0.57"), (0.5, "0.50"), (0, "0.00")),
    ],
)
def test_a_label_is_rounded_down_and_tells_high_scores_apart(confidence: float, label: str) -> None:
    assert confidence_label(confidence) == label


@given(SCORES)
def test_a_label_never_says_more_than_the_score(confidence: float) -> None:
    assert float(confidence_label(confidence)) <= confidence + 1e-9


@given(SCORES, SCORES)
def test_labels_have_the_order_of_the_scores(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert float(confidence_label(low)) <= float(confidence_label(high))


def test_all_that_matters_can_be_chosen_and_each_choice_has_its_own_label() -> None:
    assert {0.5, 0.55, 0.85, 0.9, 0.91, 0.99, 0.991, 0.995, 0.999, 0.9991, 0.9999, 1.0} <= set(CUT_OFFS)
    assert list(CUT_OFFS) == sorted(set(CUT_OFFS))
    assert len({confidence_label(cut_off) for cut_off in CUT_OFFS}) == len(CUT_OFFS)
    assert LESSON_CUT_OFFS[0] == 0.05
    assert list(LESSON_CUT_OFFS) == sorted(set(LESSON_CUT_OFFS))


def test_each_nine_takes_the_same_space() -> None:
    places = places_on_scale(np.array([0.5, 0.9, 0.99, 0.999, 0.9999, 1.0]))
    assert (places[0], places[-1]) == (0, 1)
    assert places[2] - places[1] == pytest.approx(places[3] - places[2])
    assert places[3] - places[2] == pytest.approx(places[4] - places[3])


def test_what_lies_beyond_the_scale_is_at_its_end() -> None:
    assert places_on_scale(np.array([0.1]))[0] == 0
    assert places_on_scale(np.array([0.1]), LESSON_CUT_OFFS)[0] > 0


@given(SCORES)
def test_the_nearest_cut_off_lets_the_score_through(score: float) -> None:
    cut_off = nearest_cut_off(score)
    assert cut_off in CUT_OFFS
    assert cut_off <= score or cut_off == CUT_OFFS[0]
    assert nearest_cut_off(cut_off) == cut_off


@given(st.lists(st.floats(0.5, 1)))
def test_each_score_is_counted_once_and_in_its_place(scores: list[float]) -> None:
    counts = count_by_cut_off(np.array(scores))
    assert len(counts) == len(CUT_OFFS)
    assert sum(counts) == len(scores)
    for index, cut_off in enumerate(CUT_OFFS):
        assert sum(counts[index:]) == sum(score >= cut_off for score in scores)


def test_the_bands_are_what_was_measured() -> None:
    assert [(band.low, band.high) for band in BANDS[1:]] == [
        (before.high, band.high) for before, band in itertools.pairwise(BANDS)
    ]
    assert sum(band.boxes for band in BANDS) == 3944


@given(st.floats(0.5, 1), st.floats(0.5, 1))
def test_a_higher_score_is_never_worth_less(one: float, other: float) -> None:
    low, high = share_of_faces(np.array(sorted((one, other))))
    assert 0.35 <= low <= high <= 0.995


def test_boxes_spread_over_a_band_are_worth_what_was_measured() -> None:
    edges = places_on_scale(np.array([(band.low, band.high) for band in BANDS]))
    for band, (low, high) in zip(BANDS, edges, strict=True):
        scores = np.interp(np.linspace(low, high, 101), np.linspace(0, 1, len(CUT_OFFS)), CUT_OFFS)
        assert share_of_faces(scores).mean() == pytest.approx(band.share_of_faces, abs=0.03)


def test_false_alarms_add_up() -> None:
    assert expected_false_alarms([]) == 0
    assert expected_false_alarms([0.5, 0.5]) == pytest.approx(1.3)
    assert expected_false_alarms([1.0] * 100) == pytest.approx(0.5)
    assert not math.isnan(expected_false_alarms([0.0, 1.0]))
