"""The numbers of a stream: how many frames, how fast, and what ran on them."""

import time
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Milliseconds that one frame took in each step.

    Attributes:
        ended: When the frame was done, in seconds of `time.perf_counter`.
        timestamp_ms: The frame's own time in the stream, in milliseconds.
        read_ms: Making a picture of what came.
        mesh_ms: Finding the meshes.
        answer_ms: Making what goes back: a drawn picture, or the points.
    """

    ended: float
    timestamp_ms: int
    read_ms: float
    mesh_ms: float
    answer_ms: float

    @property
    def total_ms(self) -> float:
        """All steps together."""
        return self.read_ms + self.mesh_ms + self.answer_ms


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of a stream at one moment.

    Attributes:
        frames: Processed so far.
        errors: Frames without a mesh because something failed.
        faces: In the latest frame.
        detector_ran: Whether the detector ran on the latest frame, and not only the tracker.
        detector_runs: Frames on which the detector ran, so far.
        left_blinks: Blinks of the first face's left eye, so far.
        right_blinks: Blinks of its right eye.
        times: The latest frames' times, the oldest first.
    """

    frames: int
    errors: int
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
        """Frames in the stream's own last second, however fast a file is processed."""
        return sum(frame.timestamp_ms > self.times[-1].timestamp_ms - 1000 for frame in self.times)

    @property
    def median_ms(self) -> float:
        """Median milliseconds of the latest frames; 0 before the first."""
        return median(frame.total_ms for frame in self.times) if self.times else 0.0
