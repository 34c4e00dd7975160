"""How a stream does, in numbers."""

import time
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Milliseconds that one frame took in each step.

    Attributes:
        ended: When it was done, on `time.perf_counter`'s clock, in seconds.
        timestamp_ms: The frame's own time in the stream, in milliseconds.
        convert_ms: From the video's colours to RGB and back.
        mesh_ms: Finding the meshes.
        draw_ms: Drawing, mirroring and writing.
    """

    ended: float
    timestamp_ms: int
    convert_ms: float
    mesh_ms: float
    draw_ms: float

    @property
    def total_ms(self) -> float:
        """All steps together."""
        return self.convert_ms + self.mesh_ms + self.draw_ms


@dataclass(frozen=True, slots=True)
class Report:
    """How a stream does at one moment.

    Attributes:
        frames: Processed so far.
        dropped: Passed over because a newer one had come.
        errors: Frames that went back plain because something failed.
        latest_error: The last of these errors, by its type and message.
        faces: In the latest frame.
        detector_ran: Whether the detector ran on the latest frame, and not only the tracker.
        detector_runs: Frames on which the detector ran, so far.
        left_blinks: Blinks of the first face's left eye, so far.
        right_blinks: Blinks of its right eye.
        times: Of the latest frames, the oldest first.
    """

    frames: int
    dropped: int
    errors: int
    latest_error: str | None
    faces: int
    detector_ran: bool
    detector_runs: int
    left_blinks: int
    right_blinks: int
    times: tuple[StepTimes, ...]

    @property
    def frames_per_second(self) -> int:
        """Frames that were processed in the last second."""
        now = time.perf_counter()
        return sum(frame.ended > now - 1 for frame in self.times)

    @property
    def stream_rate(self) -> int:
        """Frames of the stream's own last second, however fast a file was gone through."""
        return sum(frame.timestamp_ms > self.times[-1].timestamp_ms - 1000 for frame in self.times)

    @property
    def median_ms(self) -> float:
        """Milliseconds that the middle one of the latest frames took; 0 before the first."""
        return median(frame.total_ms for frame in self.times) if self.times else 0.0
