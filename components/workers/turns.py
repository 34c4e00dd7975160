"""Fair turns: visitors take turns, with one piece of work of each visitor at a time."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Condition

# Seconds between calls of `on_wait`.
TICK = 0.1


class _Ticket:
    """A place in the queue; `seat` is set when it is its turn."""

    def __init__(self, visitor: Hashable) -> None:
        self.visitor = visitor
        self.seat: int | None = None


class Turns:
    """A number of seats, and the queue before them. Any thread may take a turn."""

    def __init__(self, seats: int) -> None:
        self._free = list(range(seats))
        self._queue: list[_Ticket] = []
        self._seated: list[Hashable] = []
        # When each waiting or seated visitor was last served; larger is later.
        self._served: dict[Hashable, int] = {}
        self._count = 0
        self._changed = Condition()

    @contextmanager
    def turn(self, visitor: Hashable, on_wait: Callable[[int], None]) -> Iterator[int]:
        """Wait for a turn, and hold it.

        Args:
            visitor: Whose turn it is.
            on_wait: Called repeatedly while it waits, with the number of turns that come first. An exception
                that it raises ends the wait and passes through.

        Yields:
            The seat's number; the lowest that is free.
        """
        ticket = _Ticket(visitor)
        try:
            yield self._wait(ticket, on_wait)
        finally:
            self._leave(ticket)

    def _wait(self, ticket: _Ticket, on_wait: Callable[[int], None]) -> int:
        with self._changed:
            self._queue.append(ticket)
            self._seat_next()
        while True:
            with self._changed:
                if ticket.seat is None:
                    self._changed.wait(TICK)
                if ticket.seat is not None:
                    return ticket.seat
                ahead = len(self._seated) + self._order().index(ticket)
            on_wait(ahead)

    def _leave(self, ticket: _Ticket) -> None:
        with self._changed:
            if ticket.seat is None:
                self._queue.remove(ticket)
            else:
                self._seated.remove(ticket.visitor)
                self._free.append(ticket.seat)
                self._free.sort()
            here = {*self._seated, *(waiting.visitor for waiting in self._queue)}
            self._served = {visitor: turn for visitor, turn in self._served.items() if visitor in here}
            self._seat_next()

    def _order(self) -> list[_Ticket]:
        """The queue as it is served: who was not served yet, or the longest ago, comes first."""
        turns = dict(self._served)
        order = []
        waiting = list(self._queue)
        for turn in range(self._count, self._count + len(waiting)):
            # `min` takes the earliest ticket of those that are equal.
            first = min(waiting, key=lambda ticket: turns.get(ticket.visitor, -1))
            waiting.remove(first)
            turns[first.visitor] = turn
            order.append(first)
        return order

    def _seat_next(self) -> None:
        """Give free seats to those whose turn it is; a visitor holds one seat at a time."""
        for ticket in self._order():
            if not self._free:
                break
            if ticket.visitor not in self._seated:
                ticket.seat = self._free.pop(0)
                self._seated.append(ticket.visitor)
                self._queue.remove(ticket)
                self._served[ticket.visitor] = self._count
                self._count += 1
        self._changed.notify_all()
