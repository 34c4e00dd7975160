"""The numbers beside the picture, for a stream whose frames travel over WebRTC.

The browser asks for them over the WebSocket: the page's own connection would take it five times the work.
"""

import json
import time

from components.live.processor import LiveProcessor
from pages.live.numbers import numbers_of

# Seconds without a question after which the browser counts as gone.
_GONE_AFTER = 1.5


class NumberAnswers:
    """Answers each question of a browser with its stream's numbers; one thread at a time."""

    def __init__(self, processor: LiveProcessor) -> None:
        """Begin with no question asked.

        Args:
            processor: The stream's; it goes on when the questions end.
        """
        self._processor = processor
        self._asked = -_GONE_AFTER
        self._stopped = False

    def answer(self, message: bytes) -> bytes:
        """The numbers as JSON, as `numbers_of` makes them.

        Args:
            message: The question: one byte.

        Raises:
            ValueError: The message is not one byte.
        """
        if len(message) != 1:
            raise ValueError("this is no question for numbers")
        self._asked = time.monotonic()
        latest = self._processor.latest
        numbers = numbers_of(self._processor.report(), latest.meshes if latest else ())
        return json.dumps(numbers, separators=(",", ":")).encode()

    @property
    def are_asked_for(self) -> bool:
        """Whether a browser asks."""
        return not self.ended and time.monotonic() - self._asked < _GONE_AFTER

    @property
    def ended(self) -> bool:
        """Whether there are no more answers."""
        return self._stopped or self._processor.closed

    def stop(self) -> None:
        """Give no more answers."""
        self._stopped = True
