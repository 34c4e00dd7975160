import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from components.live.seats import (
    CONNECTED_WITHIN,
    LONGEST_WHILE_OTHERS_WAIT,
    LOST_AFTER,
    WAITS_FOR,
    Seat,
    SeatEnd,
    Seats,
    ServerFullError,
    seat_limit,
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
            # Nobody goes on waiting; what waiting does is tested below.
            self.now += WAITS_FOR + 1e-6
        else:
            self.held_until[self.seats.take()] = self.now + CONNECTED_WITHIN

    @precondition(lambda self: self.held_until)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        seat = data.draw(st.sampled_from(list(self.held_until)))
        held = seat in self.alive()
        seat.renew()
        assert seat.end == (None if held else SeatEnd.NO_FRAMES)
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


def test_a_seat_that_was_lost_does_not_come_back() -> None:
    now = [0.0]
    seats = Seats(1, clock=lambda: now[0])
    first = seats.take()
    now[0] = CONNECTED_WITHIN + 1
    second = seats.take()
    first.renew()
    assert first.end == SeatEnd.NO_FRAMES
    first.give_back()
    assert seats.free == 0
    second.renew()
    assert second.end is None
    now[0] += LOST_AFTER + 1
    second.renew()
    assert seats.free == 1


class Streams:
    """Seats whose clock a test turns, all renewed each second."""

    def __init__(self, limit: int) -> None:
        self.now = 0.0
        self.seats = Seats(limit, clock=lambda: self.now)
        self.held: list[Seat] = []

    def come(self) -> Seat:
        self.held.append(self.seats.take())
        return self.held[-1]

    def go_on(self, seconds: float, somebody_waits: bool) -> None:
        for _ in range(round(seconds)):
            self.now += 1
            for seat in self.held:
                seat.renew()
            if somebody_waits:
                self.seats.ask()


def test_while_somebody_waits_who_has_streamed_longest_goes() -> None:
    streams = Streams(2)
    first = streams.come()
    streams.go_on(10, somebody_waits=False)
    second = streams.come()
    streams.go_on(LONGEST_WHILE_OTHERS_WAIT - 11, somebody_waits=True)
    assert first.end is None
    streams.go_on(2, somebody_waits=True)
    assert first.end == SeatEnd.OTHERS_WAIT
    # The seat that is free now is enough for who waits.
    streams.go_on(60, somebody_waits=True)
    assert second.end is None
    assert streams.seats.free == 1


def test_while_nobody_waits_a_stream_may_last() -> None:
    streams = Streams(1)
    seat = streams.come()
    streams.go_on(LONGEST_WHILE_OTHERS_WAIT - 60, somebody_waits=True)
    # Who waited has left.
    streams.go_on(3 * LONGEST_WHILE_OTHERS_WAIT, somebody_waits=False)
    assert seat.end is None
    with pytest.raises(ServerFullError):
        streams.seats.take()
    assert seat.end == SeatEnd.OTHERS_WAIT


def test_on_a_server_without_seats_nobody_is_ended() -> None:
    seats = Seats(0)
    assert not seats.ask()
    with pytest.raises(ServerFullError):
        seats.take()


@pytest.mark.parametrize(("setting", "limit"), [("7", 7), (" 2 ", 2), ("0", 0)])
def test_the_setting_is_the_limit(setting: str, limit: int) -> None:
    assert seat_limit(setting, 1) == limit


@pytest.mark.parametrize("setting", [None, "", "many", "-1", "2.5"])
@pytest.mark.parametrize(("cores", "limit"), [(0.1, 1), (0.5, 1), (1, 2), (1.5, 3), (1.7, 3), (8, 16)])
def test_else_the_cores_are(setting: str | None, cores: float, limit: int) -> None:
    assert seat_limit(setting, cores) == limit
