"""Tasks on moving pictures: a visitor's video, and clips made from a photo.

Each function imports what it needs when it is called: the server imports this module, and needs neither
MediaPipe nor a video decoder before someone opens a page with streams.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from components.geometry import Box
from components.photo.image import encode_jpeg, read_photo
from components.workers.inside import Report

if TYPE_CHECKING:
    from components.lesson.clip_tracking import ClipFrame
    from components.live.processor import LiveSettings
    from components.live.video import AnalysedVideo, FoundInFrame

# Seconds on one core: half a minute of 4K takes 60, and everything else less.
_VIDEO_SECONDS = 240.0

# The clip of a photo takes 5.
_CLIP_SECONDS = 60.0

Picture = NDArray[np.uint8]


def analyse_video_file(report: Report, data: bytes, settings: "LiveSettings") -> "AnalysedVideo":
    """Find and draw the meshes in a video file, as `video.analyse_video`."""
    from components.live.video import analyse_video

    report.allow(_VIDEO_SECONDS)
    with _plain_memory_errors():
        return analyse_video(data, settings, report.share)


def analyse_photo_clip(report: Report, data: bytes, settings: "LiveSettings") -> "AnalysedVideo":
    """Find and draw the meshes in a clip that is made from a photo, as `video.analyse_frames`."""
    from components.live.clip import SECONDS, clip_frames
    from components.live.video import analyse_frames

    report.allow(_CLIP_SECONDS)
    with _plain_memory_errors():
        return analyse_frames(clip_frames(read_photo(data)), SECONDS, settings, report.share)


def draw_video_file(
    report: Report, data: bytes, found: "Sequence[FoundInFrame | None]", settings: "LiveSettings"
) -> bytes:
    """Draw the meshes that were found in a video file, as `video.draw_video`."""
    from components.live.video import draw_video

    report.allow(_VIDEO_SECONDS)
    with _plain_memory_errors():
        return draw_video(data, found, settings, report.share)


def draw_photo_clip(
    report: Report, data: bytes, found: "Sequence[FoundInFrame | None]", settings: "LiveSettings"
) -> bytes:
    """Draw the meshes that were found in a photo's clip, as `video.draw_frames`."""
    from components.live.clip import SECONDS, clip_frames
    from components.live.video import draw_frames

    report.allow(_CLIP_SECONDS)
    with _plain_memory_errors():
        return draw_frames(clip_frames(read_photo(data)), SECONDS, found, settings, report.share)


@contextmanager
def _plain_memory_errors() -> Iterator[None]:
    """Make a MemoryError of the error that the encoder x264 gives where it gets no memory."""
    from av.error import ExternalError

    try:
        yield
    except ExternalError:
        raise MemoryError from None


def picture_with_mesh(_report: Report, data: bytes) -> bytes:
    """The first picture of the clip that is made from a photo, with its mesh, as a JPEG file."""
    from components.live.clip import clip_pictures
    from components.mesh.landmarker import find_meshes
    from components.mesh.overlay import MeshStyle, draw

    image = next(clip_pictures(read_photo(data), slice(1)))
    return encode_jpeg(draw(image, find_meshes(image), MeshStyle()), 85)


def follow_face(report: Report, photo: Picture, every: int) -> "list[tuple[ClipFrame, Box | None]]":
    """Follow the face through a clip that is made from a photo, as `clip_tracking.track_clip`.

    Args:
        report: Gets the share done.
        photo: uint8 (height, width, 3), RGB.
        every: Which frames: 2 for every second one.

    Returns:
        For each frame what happened in it, and the box that the detector finds, if it ran and finds one.
    """
    from components.lesson.clip_tracking import track_clip
    from components.live.clip import FRAME_RATE, SECONDS, clip_pictures
    from components.mesh.blazeface import BlazeFace

    report.allow(_CLIP_SECONDS)
    # Made twice, since all pictures at once would take a hundred megabytes.
    which = slice(None, None, every)
    count = len(range(SECONDS * FRAME_RATE)[which])
    apart = round(1000 * every / FRAME_RATE)
    frames = track_clip(clip_pictures(photo, which), count, apart, report.share)
    with closing(BlazeFace()) as detector:
        return [
            (frame, next(iter(detector.find(picture)), None) if frame.detector_ran else None)
            for frame, picture in zip(frames, clip_pictures(photo, which), strict=True)
        ]
