import time
from collections.abc import Callable
from threading import Event

import pytest

from components.live.processor import LiveProcessor, LiveSettings
from components.live.seats import CONNECTED_WITHIN, SeatEnd, Seats
from pages.live.webcam import watch as watching
from pages.live.webcam.watch import watch
from tests.stub_mesh import StubMesh


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_LOOK_SECONDS", 0.01)


def watched(seats: Seats, is_here: Callable[[], bool] = lambda: True) -> tuple[LiveProcessor, Event]:
    """A watched stream, and what is set when its carrier is stopped."""
    processor, stopped = LiveProcessor(LiveSettings(), seats.take(), open_mesh=StubMesh()), Event()

    def stop() -> None:
        processor.close()
        stopped.set()

    watch(processor, is_here, stop)
    return processor, stopped


def test_a_stream_that_ends_ends_its_carrier() -> None:
    processor, stopped = watched(Seats(1))
    assert not stopped.wait(0.1)
    processor.close()
    assert stopped.wait(10)


def test_a_stream_without_frames_ends_with_its_seat() -> None:
    now = [0.0]
    seats = Seats(1, clock=lambda: now[0])
    processor, stopped = watched(seats)
    assert not stopped.wait(0.1)
    now[0] = CONNECTED_WITHIN + 1
    assert stopped.wait(10)
    assert processor.seat_end == SeatEnd.NO_FRAMES
    assert seats.free == 1


def test_a_stream_ends_with_its_visit_but_not_by_a_short_break(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_LOOKS_AWAY", 5)
    looks = 0

    def comes_and_goes() -> bool:
        nonlocal looks
        looks += 1
        return looks % 5 == 0 or looks < 3

    seats = Seats(1)
    processor, stopped = watched(seats, comes_and_goes)
    while looks < 30:
        time.sleep(0.01)
    assert not stopped.is_set()
    assert not processor.closed
    processor.close()
    _, stopped = watched(seats, lambda: False)
    assert stopped.wait(10)
    assert seats.free == 1
