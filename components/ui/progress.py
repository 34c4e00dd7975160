"""A progress bar for long work."""

import time

from streamlit.delta_generator import DeltaGenerator


class Progress:
    """A progress bar that is updated so seldom that it costs no time.

    When nobody waits for the run of the page any more, Streamlit raises an exception of its own at the next
    update. The exception passes through the work and so ends it.
    """

    _SECONDS = 0.1

    def __init__(self, place: DeltaGenerator, text: str) -> None:
        self._text = text
        self._bar = place.progress(0.0, text)
        self._moved = time.monotonic()

    def __call__(self, share: float) -> None:
        """Show the share done, 0 to 1."""
        now = time.monotonic()
        if now - self._moved >= self._SECONDS:
            self._bar.progress(share, self._text)
            self._moved = now
