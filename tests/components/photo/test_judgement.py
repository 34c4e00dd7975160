import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.photo.faces import Face
from components.photo.judgement import Judgement, Outcome, judge

# Scores 0.95, 0.85, 0.75 and 0.65, side by side.
CANDIDATES = [Face((100.0 * index, 0, 50, 50), 0.95 - 0.1 * index, {}) for index in range(4)]

BEYOND_ALL = (25.0, 500.0)


def test_what_nobody_marked_is_a_face() -> None:
    assert judge(CANDIDATES, Judgement(), 0.5) == Outcome(found=4, false_alarms=0, misses=0)
    assert judge(CANDIDATES, Judgement(), 0.8) == Outcome(found=2, false_alarms=0, misses=2)


def test_a_false_alarm_counts_while_it_is_shown() -> None:
    judgement = Judgement(false_alarms=frozenset({1}))
    assert judge(CANDIDATES, judgement, 0.8) == Outcome(found=1, false_alarms=1, misses=2)
    assert judge(CANDIDATES, judgement, 0.9) == Outcome(found=1, false_alarms=0, misses=2)


def test_a_missed_face_is_missed_at_any_cut_off() -> None:
    judgement = Judgement(missed=(BEYOND_ALL,))
    assert judge(CANDIDATES, judgement, 0.5) == Outcome(found=4, false_alarms=0, misses=1)
    assert judge(CANDIDATES, judgement, 1.0) == Outcome(found=0, false_alarms=0, misses=5)


def test_a_spot_on_a_candidate_below_the_cut_off_is_that_face() -> None:
    judgement = Judgement(missed=((325, 25),))
    assert judge(CANDIDATES, judgement, 0.8).misses == 2
    assert judge(CANDIDATES, judgement, 0.5).misses == 0


def test_a_spot_on_a_false_alarm_is_a_face_of_its_own() -> None:
    judgement = Judgement(false_alarms=frozenset({3}), missed=((325, 25),))
    assert judge(CANDIDATES, judgement, 0.5) == Outcome(found=3, false_alarms=1, misses=1)


def test_precision_and_recall() -> None:
    outcome = Outcome(found=6, false_alarms=2, misses=4)
    assert outcome.precision == pytest.approx(0.75)
    assert outcome.recall == pytest.approx(0.6)
    nothing = judge([], Judgement(), 0.5)
    assert nothing.precision is nothing.recall is None


@given(
    scores=st.lists(st.floats(0.5, 1), max_size=20),
    marked=st.frozensets(st.integers(0, 19)),
    spots=st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 100)), max_size=5),
    cut_offs=st.tuples(st.floats(0.5, 1), st.floats(0.5, 1)),
)
def test_a_higher_cut_off_trades_false_alarms_for_misses(
    scores: list[float],
    marked: frozenset[int],
    spots: list[tuple[float, float]],
    cut_offs: tuple[float, float],
) -> None:
    candidates = [Face((100.0 * index, 0, 50, 50), score, {}) for index, score in enumerate(scores)]
    judgement = Judgement(marked, tuple(spots))
    low, high = (judge(candidates, judgement, cut_off) for cut_off in sorted(cut_offs))
    assert high.false_alarms <= low.false_alarms
    assert high.misses >= low.misses
    # There are as many faces, whatever the cut-off.
    assert high.found + high.misses == low.found + low.misses
