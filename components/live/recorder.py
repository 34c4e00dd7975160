"""Recording a stream in memory: the clip as it is shown, and the landmarks."""

import logging
import queue
import threading
from dataclasses import dataclass

from av.error import FFmpegError

from components.live.landmark_table import Beginning, LandmarkRow, rows_of
from components.live.limits import MAX_RECORDING_SECONDS
from components.live.mp4 import Mp4Writer
from components.live.processor import TrackedFrame
from components.live.shown_picture import shown_picture

_LOGGER = logging.getLogger(__name__)

# Frames that may wait for the encoder, each of about 1 MB at 640×480.
_WAITING_FRAMES = 30


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A finished recording.

    Attributes:
        mp4: The clip with mesh and numbers as shown; empty when no frame came.
        rows: The landmarks in it.
        seconds: How long it is.
        left_out: Frames that came faster than they could be encoded.
    """

    mp4: bytes
    rows: tuple[LandmarkRow, ...]
    seconds: float
    left_out: int


class Recorder:
    """Records frames until `end` is called or `MAX_RECORDING_SECONDS` are recorded.

    `add` is called in the stream's own thread and must not delay it, so another thread draws and encodes.
    """

    def __init__(self) -> None:
        self._frames: queue.Queue[TrackedFrame | None] = queue.Queue(_WAITING_FRAMES + 1)
        self._lock = threading.Lock()
        self._beginning: Beginning | None = None
        self._seconds = 0.0
        self._left_out = 0
        self._ended = False
        self._rows: list[LandmarkRow] = []
        self._mp4 = b""
        self._thread = threading.Thread(target=self._encode, name="record-clip", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """How much has been recorded."""
        return self._seconds

    @property
    def ended(self) -> bool:
        """Whether no more frames are taken."""
        return self._ended

    def add(self, frame: TrackedFrame) -> None:
        """Take the next frame; the first one after `MAX_RECORDING_SECONDS` ends the recording instead."""
        with self._lock:
            if self._ended:
                return
            if self._beginning is None:
                self._beginning = Beginning(frame.timestamp_ms, frame.blinks)
            seconds = (frame.timestamp_ms - self._beginning.time_ms) / 1000
            if seconds > MAX_RECORDING_SECONDS:
                self._end()
            elif self._frames.qsize() >= _WAITING_FRAMES:
                self._left_out += 1
            else:
                self._frames.put(frame)
                self._seconds = seconds

    def end(self) -> None:
        """Take no more frames; the encoder's thread ends after the last frame that it has."""
        with self._lock:
            self._end()

    def finished(self) -> Recording:
        """End the recording, wait until the last frames are encoded, and hand it over."""
        self.end()
        self._thread.join()
        return Recording(self._mp4, tuple(self._rows), self._seconds, self._left_out)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            # The queue has one place more than frames may take, so this never waits.
            self._frames.put(None)

    def _encode(self) -> None:
        writer = Mp4Writer()
        try:
            while (frame := self._frames.get()) is not None:
                beginning = self._beginning or Beginning()
                writer.add(shown_picture(frame), frame.timestamp_ms - beginning.time_ms)
                self._rows += rows_of(frame, beginning)
            self._mp4 = writer.finish()
        # The page tells the visitor that there is no clip.
        except FFmpegError:
            _LOGGER.exception("A recording could not be encoded")
            self.end()
