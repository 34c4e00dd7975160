"""What the WebSocket and the page's own connection share: a picture comes, and the points in it go back."""

import struct
import time
from functools import partial

from components.live.answer import empty_answer, packed_answer
from components.live.jpeg_frames import FrameError, opened_jpeg, pixels_of
from components.live.limits import LEAST_APART
from components.live.processor import LiveProcessor, TrackedFrame
from pages.live.numbers import numbers_of

# A message begins with the frame's number and its time in milliseconds; the JPEG file follows.
_HEAD = struct.Struct("<II")

# Seconds between two answers with the numbers that stand beside the picture.
_NUMBERS_APART = 0.15


class FrameAnswers:
    """Answers one stream's frames; one thread at a time.

    Attributes:
        due: When the next frame of a usual camera comes, in seconds of `time.perf_counter`.
        latest: The latest answer; empty before the first.
    """

    def __init__(self, processor: LiveProcessor) -> None:
        """Begin with no frame seen.

        Args:
            processor: Closed at the end.
        """
        self._processor = processor
        self._numbers_due = 0.0
        self.due = 0.0
        self.latest = b""

    def answer(self, message: bytes) -> bytes:
        """The answer to a frame, as `components.live.answer` writes it.

        Raises:
            FrameError: The message is not of the kind that this app's own page sends.
        """
        if len(message) <= _HEAD.size:
            raise FrameError("a frame is empty")
        number, time_ms = _HEAD.unpack_from(message)
        picture = opened_jpeg(message[_HEAD.size :])
        begun = time.perf_counter()
        self.due = begun + LEAST_APART
        packed = partial(self._packed, number, begun)
        answer = self._processor.process(partial(pixels_of, picture), time_ms, packed)
        self.latest = answer or empty_answer(number)
        return self.latest

    @property
    def ended(self) -> bool:
        """Whether the stream has ended."""
        return self._processor.closed

    def stop(self) -> None:
        """End the stream."""
        self._processor.close()

    def _packed(self, number: int, begun: float, frame: TrackedFrame) -> bytes:
        now = time.perf_counter()
        more: dict[str, object] = {"servedMs": round(1000 * (now - begun), 1)}
        if now >= self._numbers_due:
            self._numbers_due = now + _NUMBERS_APART
            more["numbers"] = numbers_of(frame.report, frame.meshes)
        return packed_answer(number, frame, more)
