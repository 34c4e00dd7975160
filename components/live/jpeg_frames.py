"""Frames that come as JPEG files: a stranger makes them, so all is checked before anything is decoded."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.live.limits import MAX_JPEG_BYTES, MAX_STREAM_PIXELS


class FrameError(ValueError):
    """A frame is not of the kind that this app's own page sends."""


def opened_jpeg(data: bytes) -> Image.Image:
    """The picture with its head read, and nothing decoded.

    Raises:
        FrameError: It is no JPEG file, too large, or progressive: such a file can make the decoder go over
            the whole picture hundreds of times.
    """
    if len(data) > MAX_JPEG_BYTES:
        raise FrameError(f"a frame has more than {MAX_JPEG_BYTES} bytes")
    try:
        picture = Image.open(io.BytesIO(data), formats=["JPEG"])
    # Pillow documents no errors but OSError, and raises many others for a broken head.
    except Exception as error:
        raise FrameError("a frame is no JPEG file") from error
    if picture.width * picture.height > MAX_STREAM_PIXELS:
        raise FrameError(f"a frame has more than {MAX_STREAM_PIXELS} pixels")
    if "progressive" in picture.info:
        raise FrameError("a frame is a progressive JPEG file")
    return picture


def pixels_of(picture: Image.Image) -> NDArray[np.uint8]:
    """The picture decoded: uint8 array of shape (height, width, 3), RGB.

    Raises:
        OSError: The file is damaged.
    """
    return np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB"), np.uint8)
