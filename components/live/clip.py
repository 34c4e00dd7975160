"""A clip in place of a webcam, made from a single photo."""

from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray

FRAME_RATE = 30
SECONDS = 6
WIDTH, HEIGHT = 640, 480

_BACKGROUND = (58, 66, 70)

# Seconds: the face leaves, stays away, and returns, so that the detector has to look for it.
_LEAVES, _AWAY, _RETURNS, _BACK = 3.8, 4.4, 4.8, 5.4


def clip_frames(photo: NDArray[np.uint8]) -> Iterator[av.VideoFrame]:
    """Frames in which the photo sways, tilts and comes nearer, leaves to the right and comes back.

    Args:
        photo: uint8 array of shape (height, width, 3), RGB, with a face around its middle.
    """
    for index, picture in enumerate(clip_pictures(photo, slice(None))):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = index, Fraction(1, FRAME_RATE)
        yield frame


def clip_pictures(photo: NDArray[np.uint8], which: slice) -> Iterator[NDArray[np.uint8]]:
    """The pictures of some of these frames, uint8 (480, 640, 3), RGB, made one by one on demand."""
    for index in range(SECONDS * FRAME_RATE)[which]:
        yield _view(photo, index / FRAME_RATE)


def _view(photo: NDArray[np.uint8], seconds: float) -> NDArray[np.uint8]:
    height, width = photo.shape[:2]
    swaying = 2 * np.pi * seconds / SECONDS
    zoom = HEIGHT / height * (1.2 + 0.25 * (1 - np.cos(swaying)) / 2)
    tilt = 14 * np.sin(2 * swaying)
    view = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), tilt, zoom), np.float64)
    outside = np.interp(seconds, (_LEAVES, _AWAY, _RETURNS, _BACK), (0, 1, 1, 0))
    # Squared: it begins slowly, as a person does.
    offset = outside**2 * (WIDTH / 2 + width * zoom) + 60 * np.sin(swaying)
    view[:, 2] += np.array([WIDTH / 2 + offset - width / 2, HEIGHT / 2 - height / 2])
    size = (WIDTH, HEIGHT)
    return np.asarray(cv2.warpAffine(photo, view, size, borderValue=_BACKGROUND), np.uint8)
