"""Writing frames to an MP4 file in memory that browsers can play."""

import io
from fractions import Fraction

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

_MILLISECONDS = Fraction(1, 1000)


class Mp4Writer:
    """Writes one H.264 clip. The first frame gives its size; later frames are resized to that."""

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self._container = av.open(self._file, "w", format="mp4")
        self._stream: VideoStream | None = None

    def add(self, image: NDArray[np.uint8], timestamp_ms: int) -> None:
        """Add a frame.

        Args:
            image: uint8 array of shape (height, width, 3), RGB.
            timestamp_ms: Milliseconds from the clip's beginning, larger than for the frame before.
        """
        if self._stream is None:
            self._stream = self._begin(image)
        # The encoder brings frames of other sizes to that of the first one.
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts, frame.time_base = timestamp_ms, _MILLISECONDS
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> bytes:
        """The file's content; empty when there was no frame."""
        if self._stream is None:
            return b""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._file.getvalue()

    def _begin(self, image: NDArray[np.uint8]) -> VideoStream:
        # The quickest preset that keeps thin lines; live recording shares the cores with the stream.
        stream = self._container.add_stream("libx264", rate=30, options={"preset": "veryfast", "crf": "21"})
        # Colours at half resolution need sides of an even number of pixels.
        stream.height, stream.width = (max(side // 2 * 2, 2) for side in image.shape[:2])
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = _MILLISECONDS
        return stream
