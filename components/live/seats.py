"""How many visitors may stream at once."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from weakref import WeakKeyDictionary

# How many visitors may stream; when it is not set, the number of cores decides.
SETTING = "VISAVIS_MAX_STREAMS"

# A stream of 30 frames a second takes a third of a core over the WebSocket, and half a core over WebRTC; the
# table in this folder's README says more.
STREAMS_PER_CORE = 2

# Seconds without a frame after which a seat is lost: while the connection is being made, and later.
CONNECTED_WITHIN = 30.0
LOST_AFTER = 10.0

# Seconds that a stream lasts at most while others wait for a seat.
LONGEST_WHILE_OTHERS_WAIT = 300.0

# Seconds for which somebody counts as waiting; a page that waits asks again within them.
WAITS_FOR = 5.0


class ServerFullError(Exception):
    """All seats are taken."""


class SeatEnd(Enum):
    """Why a seat was taken away."""

    NO_FRAMES = "no frames came"
    OTHERS_WAIT = "others wait"


class Seat:
    """A visitor's place on the server; each frame renews it."""

    def __init__(self, seats: "Seats") -> None:
        self._seats = seats

    def renew(self) -> None:
        """Keep the seat for longer; does nothing when it is lost."""
        self._seats._renew(self)

    @property
    def end(self) -> SeatEnd | None:
        """Why the seat was taken away; None while it is held, and after it was given back."""
        return self._seats._end_of(self)

    def give_back(self) -> None:
        """Free the seat; a second call does nothing."""
        self._seats._give_back(self)


@dataclass(slots=True)
class _Lease:
    since: float
    until: float


class Seats:
    """The places on this server; may be used from any thread.

    A stream frees its seat when it ends. When a connection was never made, or broke off unnoticed, the seat
    is lost after some time without a frame. While somebody waits and no seat is free, who has held one
    longest, and for `LONGEST_WHILE_OTHERS_WAIT`, loses it.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with all seats free.

        Args:
            limit: How many there are.
            clock: Tells the time in seconds.
        """
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._leases: dict[Seat, _Lease] = {}
        # A seat that nobody looks at any more needs no reason.
        self._ends: WeakKeyDictionary[Seat, SeatEnd] = WeakKeyDictionary()
        self._wanted_until = -math.inf

    def take(self) -> Seat:
        """A seat from now on.

        Raises:
            ServerFullError: None is free; from now on somebody waits.
        """
        with self._lock:
            if not self._is_free():
                raise ServerFullError(f"All {self.limit} seats are taken.")
            seat = Seat(self)
            now = self._clock()
            self._leases[seat] = _Lease(since=now, until=now + CONNECTED_WITHIN)
            return seat

    def ask(self) -> bool:
        """Whether a seat is free; if not, somebody waits for one, until `WAITS_FOR` after the last call."""
        with self._lock:
            return self._is_free()

    @property
    def free(self) -> int:
        """Seats that can be taken now."""
        with self._lock:
            self._drop_lost()
            return max(self.limit - len(self._leases), 0)

    def _is_free(self) -> bool:
        self._drop_lost()
        if len(self._leases) < self.limit:
            self._wanted_until = -math.inf
            return True
        self._wanted_until = self._clock() + WAITS_FOR
        return False

    def _renew(self, seat: Seat) -> None:
        with self._lock:
            self._drop_lost()
            if seat in self._leases:
                self._leases[seat].until = self._clock() + LOST_AFTER

    def _end_of(self, seat: Seat) -> SeatEnd | None:
        with self._lock:
            self._drop_lost()
            return self._ends.get(seat)

    def _give_back(self, seat: Seat) -> None:
        with self._lock:
            self._leases.pop(seat, None)

    def _drop_lost(self) -> None:
        now = self._clock()
        for seat in [seat for seat, lease in self._leases.items() if lease.until < now]:
            self._drop(seat, SeatEnd.NO_FRAMES)
        if self._leases and len(self._leases) >= self.limit and now <= self._wanted_until:
            longest = min(self._leases, key=lambda seat: self._leases[seat].since)
            if now - self._leases[longest].since >= LONGEST_WHILE_OTHERS_WAIT:
                self._drop(longest, SeatEnd.OTHERS_WAIT)

    def _drop(self, seat: Seat, end: SeatEnd) -> None:
        del self._leases[seat]
        self._ends[seat] = end


def seat_limit(setting: str | None, cores: float) -> int:
    """How many may stream at once.

    Args:
        setting: The owner's; where it is no whole number, the cores decide.
        cores: The server's processors, with fractions.
    """
    if setting is not None and setting.strip().isdecimal():
        return int(setting)
    return max(math.floor(STREAMS_PER_CORE * cores), 1)
