"""Frames of FFmpeg's kind, as WebRTC and video files have them, through a processor."""

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from components.live.limits import MAX_SIDE
from components.live.processor import LiveProcessor, TrackedFrame
from components.live.shown_picture import shown_picture


def process_frame(processor: LiveProcessor, frame: av.VideoFrame) -> av.VideoFrame:
    """The frame as the visitor sees it; as it came after an error, or when the stream has ended.

    Args:
        processor: The stream's.
        frame: The newest one.
    """

    def answer(tracked: TrackedFrame) -> av.VideoFrame:
        shown = video_frame(shown_picture(tracked))
        shown.pts, shown.time_base = frame.pts, frame.time_base
        return shown

    return processor.process(lambda: picture_of(frame), time_ms(frame), answer) or frame


def picture_of(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """The frame as a uint8 array of shape (height, width, 3), RGB, its longer side at most `MAX_SIDE`."""
    image = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    scale = MAX_SIDE / max(image.shape[:2])
    if scale >= 1:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def time_ms(frame: av.VideoFrame) -> int | None:
    """The frame's time in milliseconds; None where it has none."""
    return None if frame.time is None else round(frame.time * 1000)


def video_frame(image: NDArray[np.uint8]) -> av.VideoFrame:
    """The picture in the encoder's colour format, where its sides are even.

    OpenCV converts it in a fifth of the time that the encoder would take.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
    """
    height, width = image.shape[:2]
    if height % 2 or width % 2:
        return av.VideoFrame.from_ndarray(image, format="rgb24")
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")
