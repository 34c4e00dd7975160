"""Processing a video file, or a clip, like a live stream."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError

from components.live.hud import Hud, hud_of
from components.live.landmark_table import Beginning, LandmarkRow, rows_of
from components.live.limits import MAX_VIDEO_FRAME_RATE, MAX_VIDEO_PIXELS, MAX_VIDEO_SECONDS
from components.live.mp4 import Mp4Writer
from components.live.processor import LiveProcessor, LiveSettings, TrackedFrame
from components.live.report import Report
from components.live.shown_picture import drawn_picture
from components.live.video_frames import picture_of, time_ms
from components.mesh.landmarker import MeshFace

# A file can hold any number of frames for the same moment.
_MOST_DECODED = 240 * MAX_VIDEO_SECONDS

# What phones, cameras and screen recorders write. Other formats, such as playlists, could make the decoder
# open the server's files, or addresses in its network.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"

_UNREADABLE = "This cannot be read as a video; use an undamaged MP4, MOV, WebM, MKV or AVI file."

_MILLISECONDS = Fraction(1, 1000)

# Called with the share done, 0 to 1; an exception that it raises ends the analysis and passes through.
OnProgress = Callable[[float], None]


class VideoError(Exception):
    """A video cannot be used; the text is one sentence for the visitor."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundInFrame:
    """What was found in a frame, and what is written about it."""

    meshes: tuple[MeshFace, ...]
    hud: Hud


@dataclass(frozen=True, slots=True, eq=False)
class AnalysedVideo:
    """The result of analysing a video.

    Attributes:
        settings: With which it was analysed and drawn.
        mp4: The annotated clip, without sound.
        found: For each frame; None where it failed.
        rows: The landmarks in it.
        seconds: How many seconds were analysed.
        shortened: Whether the video is longer than that.
        damaged: Whether it could not be read to its end.
        frames_with_face: Frames in which at least one mesh was found.
        report: The processor's numbers.
    """

    settings: LiveSettings
    mp4: bytes
    found: tuple[FoundInFrame | None, ...]
    rows: tuple[LandmarkRow, ...]
    seconds: float
    shortened: bool
    damaged: bool
    frames_with_face: int
    report: Report


def analyse_video(data: bytes, settings: LiveSettings, on_progress: OnProgress) -> AnalysedVideo:
    """Find and draw the meshes in a video file.

    Args:
        data: The file's content.
        settings: What to look for and to show.
        on_progress: Called as the work goes on.

    Raises:
        VideoError: The video cannot be used.
    """
    with _opened(data) as container:
        frames, seconds = _usable_frames(container, on_progress)
        analysed = analyse_frames(frames, seconds, settings, on_progress)
    if not analysed.report.frames + analysed.report.errors:
        raise VideoError("No picture in this video could be read; try another copy of it.")
    return replace(analysed, shortened=frames.shortened, damaged=frames.damaged)


def draw_video(
    data: bytes, found: Sequence[FoundInFrame | None], settings: LiveSettings, on_progress: OnProgress
) -> bytes:
    """The annotated clip of a video that was analysed before, as an MP4 file.

    Args:
        data: The file's content.
        found: As `analyse_video` has found it.
        settings: What to show.
        on_progress: Called as the work goes on.

    Raises:
        VideoError: The video cannot be used.
    """
    with _opened(data) as container:
        frames, seconds = _usable_frames(container, on_progress)
        return draw_frames(frames, seconds, found, settings, on_progress)


def draw_frames(
    frames: Iterable[av.VideoFrame],
    seconds: float,
    found: Sequence[FoundInFrame | None],
    settings: LiveSettings,
    on_progress: OnProgress,
) -> bytes:
    """The annotated clip of frames that were analysed before, as an MP4 file.

    Args:
        frames: The same as before, with their times.
        seconds: How long they last, for the progress.
        found: As `analyse_frames` has found it.
        settings: What to show.
        on_progress: Called as the work goes on.
    """
    writer = Mp4Writer()
    for frame, in_it in zip(frames, found, strict=True):
        picture = picture_of(frame)
        if in_it is not None:
            picture = drawn_picture(picture, in_it.meshes, settings, in_it.hud)
        at = time_ms(frame) or 0
        writer.add(picture, at)
        on_progress(min(at / 1000 / seconds, 1.0))
    return writer.finish()


def analyse_frames(
    frames: Iterable[av.VideoFrame], seconds: float, settings: LiveSettings, on_progress: OnProgress
) -> AnalysedVideo:
    """Find and draw the meshes in upright frames in the order of their times.

    Args:
        frames: The frames, with their times.
        seconds: How long they last, for the progress.
        settings: What to look for and to show.
        on_progress: Called as the work goes on.
    """
    processor = LiveProcessor(settings)
    writer = Mp4Writer()
    found: list[FoundInFrame | None] = []
    rows: list[LandmarkRow] = []
    at = 0

    def take(tracked: TrackedFrame) -> FoundInFrame:
        rows.extend(rows_of(tracked, Beginning()))
        in_it = FoundInFrame(tracked.meshes, hud_of(tracked.report))
        writer.add(drawn_picture(tracked.image, in_it.meshes, settings, in_it.hud), at)
        return in_it

    try:
        for frame in frames:
            at = time_ms(frame) or 0
            in_it = processor.process(partial(picture_of, frame), at, take)
            if in_it is None:
                writer.add(picture_of(frame), at)
            found.append(in_it)
            on_progress(min(at / 1000 / seconds, 1.0))
    finally:
        processor.close()
    return AnalysedVideo(
        settings=settings,
        mp4=writer.finish(),
        found=tuple(found),
        rows=tuple(rows),
        seconds=at / 1000,
        shortened=False,
        damaged=False,
        frames_with_face=sum(in_it is not None and bool(in_it.meshes) for in_it in found),
        report=processor.report(),
    )


def _opened(data: bytes) -> InputContainer:
    try:
        container = av.open(
            io.BytesIO(data),
            "r",
            options={
                "format_whitelist": _FORMATS,
                "protocol_whitelist": "none",
                # Opening decodes a frame where the header leaves something open.
                "max_pixels": str(MAX_VIDEO_PIXELS),
            },
            # Titles in old encodings are not used.
            metadata_errors="ignore",
        )
    # PyAV's own errors, such as for unknown formats, are FFmpegErrors.
    except FFmpegError as error:
        raise VideoError(_UNREADABLE) from error
    try:
        _limit(container)
    except VideoError:
        container.close()
        raise
    return container


def _limit(container: InputContainer) -> None:
    """Refuse a video that cannot be decoded or is too large, before anything is decoded."""
    if not container.streams.video:
        raise VideoError("There is no picture in this file; choose a video.")
    codec = container.streams.video[0].codec_context
    # None for a codec that FFmpeg does not know.
    if codec is None:
        raise VideoError(_UNREADABLE)
    if codec.width * codec.height > MAX_VIDEO_PIXELS:
        raise VideoError("The video has more pixels than 4K; make it smaller and try again.")
    # FFmpeg tells no size where the header declares more pixels than opening may decode.
    if not codec.width * codec.height:
        raise VideoError("The video has more pixels than 4K, or is damaged; make it smaller and try again.")
    # The pictures themselves may be larger than the file's header says.
    codec.options = {"max_pixels": str(MAX_VIDEO_PIXELS)}


def _usable_frames(container: InputContainer, on_progress: OnProgress) -> tuple["_UsableFrames", float]:
    """A video's frames, and how many seconds of it there are."""
    seconds = min(_declared_seconds(container) or MAX_VIDEO_SECONDS, MAX_VIDEO_SECONDS)
    return _UsableFrames(container, lambda at: on_progress(min(max(at / seconds, 0.0), 1.0))), seconds


def _declared_seconds(container: InputContainer) -> float:
    """How long the video is, as its header says; 0 where it does not say."""
    return (container.duration or 0) / av.time_base


class _UsableFrames:
    """A video's frames: upright, at a bounded rate, and the first at time zero."""

    def __init__(self, container: InputContainer, on_decoded: Callable[[float], None]) -> None:
        """Begin before the first frame.

        Args:
            container: The opened video.
            on_decoded: Called with the time of each decoded frame in seconds, used or not.
        """
        self._container = container
        self._on_decoded = on_decoded
        self.shortened = False
        self.damaged = False

    def __iter__(self) -> Iterator[av.VideoFrame]:
        begin: float | None = None
        due = 0.0
        try:
            for number, frame in enumerate(self._container.decode(video=0)):
                if frame.time is None:
                    continue
                begin = frame.time if begin is None else begin
                seconds = frame.time - begin
                if seconds > MAX_VIDEO_SECONDS or number > _MOST_DECODED:
                    self.shortened = True
                    return
                self._on_decoded(seconds)
                # A frame may come half a frame early, since times are rounded.
                if seconds >= due - 0.5 / MAX_VIDEO_FRAME_RATE:
                    due = max(due + 1 / MAX_VIDEO_FRAME_RATE, seconds + 0.5 / MAX_VIDEO_FRAME_RATE)
                    yield _usable(frame, seconds)
        # The frames before the damage are used, and the page tells the visitor.
        except FFmpegError:
            self.damaged = True


def _usable(frame: av.VideoFrame, seconds: float) -> av.VideoFrame:
    image = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    # Phones store the picture as the sensor saw it, and the rotation separately, counterclockwise.
    image = np.ascontiguousarray(np.rot90(image, round(frame.rotation / 90)))
    usable = av.VideoFrame.from_ndarray(image, format="rgb24")
    usable.pts, usable.time_base = round(seconds * 1000), _MILLISECONDS
    return usable
