"""How many visitors may stream at once."""

import math
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

# How many visitors may stream; when it is not set, the number of cores decides.
SETTING = "VISAVIS_MAX_STREAMS"

# A 640x480 stream of 30 frames a second takes somewhat less than half a core: mesh, drawing and both codecs.
STREAMS_PER_CORE = 2

# Seconds without a frame after which a seat is lost: while the connection is being made, and later.
CONNECTED_WITHIN = 30.0
LOST_AFTER = 10.0


# The processor quota of a container, in Linux's second version of control groups.
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/cpu.max")


class ServerFullError(Exception):
    """All seats are taken."""


class Seat:
    """A visitor's place on the server; each frame renews it."""

    def __init__(self, seats: "Seats") -> None:
        self._seats = seats

    def renew(self) -> bool:
        """Renew the seat; False where a break was too long and no seat is left."""
        return self._seats._renew(self)

    def give_back(self) -> None:
        """Free the seat; a second call does nothing."""
        self._seats._give_back(self)


class Seats:
    """The places on this server; may be used from any thread.

    A stream frees its seat when it ends. When a connection was never made, or broke off unnoticed, the seat
    is lost after some time without a frame.
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
        self._held_until: dict[Seat, float] = {}

    def take(self) -> Seat:
        """A seat from now on.

        Raises:
            ServerFullError: None is free.
        """
        with self._lock:
            self._drop_lost()
            if len(self._held_until) >= self.limit:
                raise ServerFullError(f"All {self.limit} seats are taken.")
            seat = Seat(self)
            self._held_until[seat] = self._clock() + CONNECTED_WITHIN
            return seat

    @property
    def free(self) -> int:
        """Seats that can be taken now."""
        with self._lock:
            self._drop_lost()
            return max(self.limit - len(self._held_until), 0)

    def _renew(self, seat: Seat) -> bool:
        with self._lock:
            self._drop_lost()
            # After a break the stream gets its seat back, unless another visitor has it.
            if seat not in self._held_until and len(self._held_until) >= self.limit:
                return False
            self._held_until[seat] = self._clock() + LOST_AFTER
            return True

    def _give_back(self, seat: Seat) -> None:
        with self._lock:
            self._held_until.pop(seat, None)

    def _drop_lost(self) -> None:
        now = self._clock()
        self._held_until = {seat: until for seat, until in self._held_until.items() if until >= now}


def seat_limit(setting: str | None) -> int:
    """How many may stream at once: the setting, where it is a whole number, otherwise two for each core."""
    if setting is not None and setting.strip().isdecimal():
        return int(setting)
    return max(math.floor(STREAMS_PER_CORE * usable_cores(_CONTAINER_LIMIT)), 1)


def usable_cores(container_limit: Path) -> float:
    """The cores that this process may use, given its affinity and its container's quota.

    Args:
        container_limit: Linux's file with the quota and its period, or "max" for none.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if container_limit.exists():
        quota, period = container_limit.read_text(encoding="ascii").split()
        if quota != "max":
            return min(cores, int(quota) / int(period))
    return cores
