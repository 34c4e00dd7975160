import os
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from components.live.seats import (
    CONNECTED_WITHIN,
    LOST_AFTER,
    STREAMS_PER_CORE,
    Seat,
    Seats,
    ServerFullError,
    seat_limit,
    usable_cores,
)


class VisitorsComeAndGo(RuleBasedStateMachine):
    """However visitors come, go and vanish, no more are seated than there are seats, and none is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.seats = Seats(3, clock=lambda: self.now)
        self.held_until: dict[Seat, float] = {}

    def alive(self) -> list[Seat]:
        return [seat for seat, until in self.held_until.items() if self.now <= until]

    @rule()
    def come(self) -> None:
        if len(self.alive()) == 3:
            with pytest.raises(ServerFullError):
                self.seats.take()
        else:
            self.held_until[self.seats.take()] = self.now + CONNECTED_WITHIN

    @precondition(lambda self: self.held_until)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        seat = data.draw(st.sampled_from(list(self.held_until)))
        # After a break it comes back, if there is a place.
        held = seat in self.alive() or len(self.alive()) < 3
        assert seat.renew() == held
        if held:
            self.held_until[seat] = self.now + LOST_AFTER

    @precondition(lambda self: self.held_until)
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        seat = data.draw(st.sampled_from(list(self.held_until)))
        seat.give_back()
        del self.held_until[seat]
        seat.give_back()

    @rule(seconds=st.floats(0, 1.5 * CONNECTED_WITHIN))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def seats_are_counted(self) -> None:
        assert self.seats.free == 3 - len(self.alive())


TestVisitorsComeAndGo = VisitorsComeAndGo.TestCase


def test_a_seat_that_was_lost_comes_back_only_where_it_is_free() -> None:
    now = [0.0]
    seats = Seats(1, clock=lambda: now[0])
    first = seats.take()
    now[0] = CONNECTED_WITHIN + 1
    second = seats.take()
    assert not first.renew()
    first.give_back()
    assert seats.free == 0
    assert second.renew()
    now[0] += LOST_AFTER + 1
    assert seats.free == 1
    assert second.renew()
    assert seats.free == 0


@pytest.mark.parametrize(("setting", "limit"), [("7", 7), (" 2 ", 2), ("0", 0)])
def test_the_setting_is_the_limit(setting: str, limit: int) -> None:
    assert seat_limit(setting) == limit


@pytest.mark.parametrize("setting", [None, "", "many", "-1", "2.5"])
def test_else_the_cores_are(setting: str | None) -> None:
    assert 1 <= seat_limit(setting) <= STREAMS_PER_CORE * len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("content", "cores"), [("max 100000\n", None), ("50000 100000\n", 0.5), ("99900000 100000\n", None)]
)
def test_a_containers_quota_bounds_the_cores(tmp_path: Path, content: str, cores: float | None) -> None:
    limit = tmp_path / "cpu.max"
    limit.write_text(content, encoding="ascii")
    assert usable_cores(limit) == (cores or len(os.sched_getaffinity(0)))
    assert usable_cores(tmp_path / "absent") == len(os.sched_getaffinity(0))
