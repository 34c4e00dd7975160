from contextlib import suppress
from typing import cast

import pytest
from streamlit.delta_generator import DeltaGenerator

from components.ui import progress
from components.ui.progress import Progress


class Clock:
    """Stands for the module `time`."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


class Place:
    """Stands for an empty place of the page."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, str]] = []

    def progress(self, share: float, text: str) -> None:
        self.shown.append((share, text))

    def empty(self) -> None:
        self.shown.append((0.0, ""))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def shown_over_time(clock: Clock, steps: list[tuple[float, float]]) -> list[tuple[float, str]]:
    """What the page shows when work tells a share at each of some seconds."""
    place = Place()
    bar = Progress(cast(DeltaGenerator, place), "Working…")
    for seconds, share in steps:
        clock.seconds = seconds
        bar(share)
    return place.shown


def test_short_work_shows_no_bar(clock: Clock) -> None:
    assert shown_over_time(clock, [(0.1, 0.2), (0.3, 0.9)]) == []


def test_long_work_shows_its_share_ten_times_a_second(clock: Clock) -> None:
    steps = [(0.01 * step, step / 200) for step in range(200)]
    shown = shown_over_time(clock, steps)
    assert 14 <= len(shown) <= 17
    assert [share for share, _ in shown] == sorted({share for share, _ in shown})


def test_shares_beyond_the_whole_are_the_whole(clock: Clock) -> None:
    assert shown_over_time(clock, [(1.0, 1.2), (2.0, -0.1)]) == [(1.0, "Working…"), (0.0, "Working…")]


def test_who_waits_longer_than_a_second_is_told_how_many_come_first(clock: Clock) -> None:
    place = Place()
    bar = Progress(cast(DeltaGenerator, place), "Working…")
    for seconds, ahead in ((0.2, 3), (0.7, 3), (1.1, 2), (1.5, 1)):
        clock.seconds = seconds
        bar.wait(ahead)
    assert [text for _, text in place.shown] == [
        "Working…",
        "Working… The server is busy: 2 tasks ahead of yours.",
        "Working… The server is busy: 1 task ahead of yours.",
    ]


@pytest.mark.parametrize(
    ("error", "emptied"), [(None, True), (ValueError("It failed."), True), (KeyboardInterrupt(), False)]
)
def test_the_bar_goes_when_the_work_is_done_or_fails_but_not_when_the_run_ends(
    error: BaseException | None, emptied: bool
) -> None:
    place = Place()
    with suppress(BaseException), Progress(cast(DeltaGenerator, place), "Working…"):
        if error:
            raise error
    assert place.shown == ([(0.0, "")] if emptied else [])


def test_work_in_parts_fills_the_bar_part_by_part(clock: Clock) -> None:
    place = Place()
    bar = Progress(cast(DeltaGenerator, place), "Working…")
    for seconds, (part, share) in enumerate([(0, 0.5), (1, 0.0), (1, 0.5), (1, 1.0)], start=1):
        clock.seconds = seconds - 0.5
        bar.cover(part / 2, (part + 1) / 2, f"Part {part}")
        clock.seconds = seconds
        bar(share)
    assert [share for share, _ in place.shown[1::2]] == [0.25, 0.5, 0.75, 1.0]
    assert place.shown[-1][1] == "Part 1"
