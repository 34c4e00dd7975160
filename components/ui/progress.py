"""How far a long piece of work is."""

import time

from streamlit.delta_generator import DeltaGenerator


class Progress:
    """A progress bar, moved so seldom that it costs no time.

    When it is moved, Streamlit ends a run of the page that nobody waits for any more by an exception of
    its own, which so passes through the work and abandons it.
    """

    _SECONDS = 0.1

    def __init__(self, place: DeltaGenerator, text: str) -> None:
        self._text = text
        self._bar = place.progress(0.0, text)
        self._moved = time.monotonic()

    def __call__(self, share: float) -> None:
        """Show the share that is done, 0 to 1."""
        now = time.monotonic()
        if now - self._moved >= self._SECONDS:
            self._bar.progress(share, self._text)
            self._moved = now
