"""A progress bar for long work."""

import time
from types import TracebackType
from typing import Self

from streamlit.delta_generator import DeltaGenerator

from components.ui.text import counted


class Progress:
    """A progress bar that appears when work takes longer, and is updated so seldom that it costs no time.

    A `with` block takes it off the page when the work is done or fails.

    When nobody waits for the run of the page any more, Streamlit raises an exception of its own at the next
    update. The exception passes through the work and so ends it.
    """

    # Shorter work shows no bar: it would only flicker.
    _SECONDS_BEFORE = 0.4
    # Others' turns are short, mostly; a visitor who waits longer is told why.
    _SECONDS_BEFORE_QUEUE = 1.0
    _SECONDS = 0.1

    def __init__(self, place: DeltaGenerator, text: str) -> None:
        self._place = place
        self._text = text
        self._first, self._last = 0.0, 1.0
        self._begun = time.monotonic()
        self._next = self._begun + self._SECONDS_BEFORE

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # When the run ends, there is nothing to change any more.
        if error is None or isinstance(error, Exception):
            self._place.empty()

    def __call__(self, share: float) -> None:
        """Show the share done, 0 to 1."""
        self._show(self._first + min(max(share, 0.0), 1.0) * (self._last - self._first), self._text)

    def cover(self, first: float, last: float, text: str) -> None:
        """Let what follows cover a part of the bar, both ends 0 to 1, with another text."""
        self._first, self._last, self._text = first, last, text
        self._show(first, text)

    def wait(self, ahead: int) -> None:
        """Show that the work waits for the turns of others, with their number."""
        if time.monotonic() - self._begun < self._SECONDS_BEFORE_QUEUE:
            self._show(self._first, self._text)
        else:
            self._show(
                self._first, f"{self._text} The server is busy: {counted(ahead, 'task')} ahead of yours."
            )

    def _show(self, share: float, text: str) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._place.progress(min(max(share, 0.0), 1.0), text)
            self._next = now + self._SECONDS
