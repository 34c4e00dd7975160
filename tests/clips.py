"""Video files for the tests, made from the one face inside a dependency's wheel."""

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np
from aiortc.codecs.vpx import Vp8Encoder, vp8_depayload

from tests.pictures import Picture


def decoded(data: bytes) -> list[Picture]:
    """All pictures of a video file."""
    with av.open(io.BytesIO(data)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def encoded_video(
    pictures: Sequence[Picture], codec: str = "libx264", container_format: str = "mp4", rate: int = 30
) -> bytes:
    """A video file with these pictures, all of one size with even sides."""
    file = io.BytesIO()
    write_video(file, pictures, codec, container_format, rate)
    return file.getvalue()


def write_video(
    file: BinaryIO, pictures: Sequence[Picture], codec: str, container_format: str, rate: int = 30
) -> None:
    """Write a video file. As raw "mjpeg", Chromium plays it as its camera, over and over."""
    with av.open(file, "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = index, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def vp8_key_frame(picture: Picture) -> bytes:
    """A picture as a single frame of VP8, as browsers send it over WebRTC."""
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame.pts, frame.time_base = 0, Fraction(1, 90_000)
    payloads, _ = Vp8Encoder().encode(frame)
    return b"".join(vp8_depayload(payload) for payload in payloads)
