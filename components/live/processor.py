"""What happens to a stream's frames, however they come: finding the meshes, and keeping all that is known.

A carrier brings the frames, and takes back what was found; see `pages/live/webcam`.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from components.live.report import Report, StepTimes
from components.live.seats import Seat, SeatEnd
from components.mesh.landmarker import FaceMesh, MeshFace
from components.mesh.measures import BlinkCounter, eye_opening
from components.mesh.overlay import MeshStyle

_LOGGER = logging.getLogger(__name__)

Image = NDArray[np.uint8]
Answer = TypeVar("Answer")

# How many frames' times are kept: four seconds.
_TIMES_KEPT = 120


@dataclass(frozen=True, slots=True)
class MeshSettings:
    """The landmarker's settings; see `FaceMesh`."""

    max_faces: int = 1
    min_detection_confidence: float = 0.5
    min_presence_confidence: float = 0.5
    min_tracking_confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """All settings of the stream. They are replaced as a whole, so that no frame sees half of a change.

    Attributes:
        mesh: How faces are looked for.
        style: Which parts of a mesh are drawn.
        mirrored: Whether the picture is shown as a mirror would.
        hud: Whether numbers are written on the picture.
    """

    mesh: MeshSettings = field(default_factory=MeshSettings)
    style: MeshStyle = field(default_factory=MeshStyle)
    mirrored: bool = True
    hud: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TrackedFrame:
    """A frame as it came, and what was found in it.

    Attributes:
        image: uint8 array of shape (height, width, 3), RGB; not mirrored, nothing drawn.
        meshes: The faces in it.
        timestamp_ms: Milliseconds from the stream's beginning.
        settings: How it is shown.
        report: The stream's numbers. Its times do not include this frame yet.
    """

    image: Image
    meshes: tuple[MeshFace, ...]
    timestamp_ms: int
    settings: LiveSettings
    report: Report

    @property
    def blinks(self) -> tuple[int, int]:
        """Of the first face's left and right eye, so far."""
        return self.report.left_blinks, self.report.right_blinks


class FrameTaker(Protocol):
    """Takes the frames that a processor has processed, as a recorder does."""

    def add(self, frame: TrackedFrame) -> None:
        """Take the next frame without delay."""

    def end(self) -> None:
        """There are no more frames."""


class LiveProcessor:
    """Finds the meshes in one stream's frames.

    Frames come in a thread of the stream's own, and `end_without_seat` is called in one that watches it; the
    page calls everything else. A lock keeps them apart. An error would end the stream for good, so `process`
    counts it and gives nothing for this frame.
    """

    def __init__(
        self,
        settings: LiveSettings,
        seat: Seat | None = None,
        open_mesh: Callable[..., FaceMesh] = FaceMesh,
    ) -> None:
        """Begin with no frame seen; the landmarker is built when the first one comes.

        Args:
            settings: What to look for and to show; may be replaced at any time.
            seat: The stream's seat on the server, which is freed when the stream ends.
            open_mesh: Builds the landmarker.
        """
        self.settings = settings
        self.recorder: FrameTaker | None = None
        self._seat = seat
        self._open_mesh = open_mesh
        self._lock = threading.Lock()
        self._mesh: FaceMesh | None = None
        self._mesh_settings: MeshSettings | None = None
        self._closed = False
        self._seat_end: SeatEnd | None = None
        self._timestamp_ms = -1
        self._latest: TrackedFrame | None = None
        self._times: deque[StepTimes] = deque(maxlen=_TIMES_KEPT)
        self._frames = self._errors = self._detector_runs = 0
        self._latest_error: str | None = None
        self._blinks = BlinkCounter()

    def process(
        self,
        read: Callable[[], Image],
        time_ms: int | None,
        answer: Callable[[TrackedFrame], Answer],
    ) -> Answer | None:
        """What goes back for a frame; None after an error, or when the stream has ended.

        Args:
            read: Gives the newest frame's picture: uint8 array of shape (height, width, 3), RGB.
            time_ms: The frame's time in the stream in milliseconds, where it has one.
            answer: Makes what goes back of what was found.
        """
        with self._lock:
            self._end_without_seat()
            if self._closed:
                return None
            if self._seat is not None:
                self._seat.renew()
            try:
                return self._answered(read, time_ms, answer)
            # Whatever went wrong, one frame without a mesh is better than the end of the stream.
            except Exception as error:
                self._note(error)
                return None

    def end_without_seat(self) -> None:
        """End the stream if its seat was taken away."""
        with self._lock:
            self._end_without_seat()

    def report(self) -> Report:
        """The stream's numbers; waits until the current frame is done."""
        with self._lock:
            return self._report(len(self._latest.meshes) if self._latest else 0)

    def _report(self, faces: int) -> Report:
        return Report(
            frames=self._frames,
            errors=self._errors,
            faces=faces,
            detector_ran=self._mesh is not None and self._mesh.detector_ran,
            detector_runs=self._detector_runs,
            left_blinks=self._blinks.left,
            right_blinks=self._blinks.right,
            times=tuple(self._times),
        )

    @property
    def latest(self) -> TrackedFrame | None:
        """The newest frame that was processed; None before the first, and after the stream's end."""
        return self._latest

    @property
    def closed(self) -> bool:
        """Whether the stream has ended."""
        return self._closed

    @property
    def seat_end(self) -> SeatEnd | None:
        """Why the stream's seat was taken away; None where it was not."""
        return self._seat_end

    def close(self) -> None:
        """Release the landmarker and the seat, and forget the picture; further frames get no answer."""
        with self._lock:
            self._end()

    def _end_without_seat(self) -> None:
        if self._seat is not None and self._seat.end is not None:
            self._seat_end = self._seat.end
            self._end()

    def _end(self) -> None:
        self._closed = True
        # A session stays in memory for minutes after its visitor has left; the picture must not.
        self._latest = None
        self._close_mesh()
        if self.recorder is not None:
            self.recorder.end()
        if self._seat is not None:
            self._seat.give_back()
            self._seat = None

    def _answered(
        self, read: Callable[[], Image], time_ms: int | None, answer: Callable[[TrackedFrame], Answer]
    ) -> Answer:
        settings = self.settings
        started = time.perf_counter()
        image = read()
        was_read = time.perf_counter()
        meshes = self._track(image, time_ms, settings.mesh)
        tracked = time.perf_counter()
        frame = TrackedFrame(image, meshes, self._timestamp_ms, settings, self._report(len(meshes)))
        answered = answer(frame)
        ended = time.perf_counter()
        self._times.append(
            StepTimes(
                ended=ended,
                timestamp_ms=self._timestamp_ms,
                read_ms=1000 * (was_read - started),
                mesh_ms=1000 * (tracked - was_read),
                answer_ms=1000 * (ended - tracked),
            )
        )
        self._frames += 1
        self._latest = frame
        if self.recorder is not None:
            self.recorder.add(frame)
        return answered

    def _track(self, image: Image, time_ms: int | None, settings: MeshSettings) -> tuple[MeshFace, ...]:
        if self._mesh is None or settings != self._mesh_settings:
            self._close_mesh()
            self._mesh = self._open_mesh(**asdict(settings))
            self._mesh_settings = settings
        # The landmarker wants times that increase.
        self._timestamp_ms = max(-1 if time_ms is None else time_ms, self._timestamp_ms + 1)
        meshes = tuple(self._mesh.track(image, self._timestamp_ms))
        self._detector_runs += self._mesh.detector_ran
        if meshes:
            self._blinks.update(eye_opening(meshes[0].points))
        else:
            self._blinks.lose()
        return meshes

    def _note(self, error: Exception) -> None:
        self._errors += 1
        message = f"{type(error).__name__}: {error}"
        if message != self._latest_error:
            # Logged once, not thirty times a second.
            _LOGGER.error("A frame could not be processed", exc_info=error)
        self._latest_error = message
        # The landmarker may be broken; the next frame gets a new one.
        self._close_mesh()

    def _close_mesh(self) -> None:
        mesh, self._mesh = self._mesh, None
        if mesh is not None:
            try:
                mesh.close()
            # A landmarker that fails cannot always be closed either; the stream goes on without it.
            except Exception:
                _LOGGER.exception("A landmarker could not be closed")
