"""Everything the app relies on in streamlit-webrtc and aiortc that is undocumented or fragile, and why.

streamlit-webrtc documents its component, which brings a front end of its own. Ours replaces that (see
`webcam.js`), so the app uses the worker behind the component directly. When a release changes the worker's
arguments or methods, the page says that no connection could be made, the log says why, and everything else
works. When one of the imported names is gone, the Live page cannot be opened, and all other pages work.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any, Generic, TypeVar

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    rtcdtlstransport,
    rtcicetransport,
    rtcrtpreceiver,
)
from aiortc.codecs import vpx
from aiortc.codecs.base import Decoder
from aiortc.contrib.media import MediaRelay
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import MediaStreamError
from av.error import InvalidDataError
from av.frame import Frame
from streamlit_webrtc import (
    WebRtcMode,
    WebRtcWorker,
    get_cloudflare_ice_servers,
    get_hf_ice_servers,
    get_twilio_ice_servers,
)

from components.live.limits import LEAST_APART, MAX_SIDE, MAX_STREAM_PIXELS
from components.live.processor import LiveProcessor
from components.live.video_frames import process_frame

# Each asks a provider for TURN servers; public, and named here so that no other module knows the package.
ask_cloudflare = get_cloudflare_ice_servers
ask_twilio = get_twilio_ice_servers
ask_hugging_face = get_hf_ice_servers

# Bits a second of the picture that goes back. aiortc starts at 500,000, with which a moving picture is green
# haze for twenty seconds, and stops at 1,500,000; what the browser says of its network decides in between.
# Measured, a start at 2,500,000 stops the picture for seconds where the network takes 1,000,000. Beyond the
# limit it looks no better, and takes time: with 4,000,000, two browsers on the server's two cores get two
# pictures a second fewer.
_START_BITRATE, _MOST_BITRATE = 1_500_000, 2_500_000

# Frames of a stream that are decoded: somewhat more a second than cameras send, since clocks differ, and so
# many at once after a break of its network.
_MOST_DECODED_A_SECOND, _MOST_DECODED_AT_ONCE = 40, 30

# Packets of a connection. A camera's video has some 300 a second, and after a break of its network those of
# some seconds come at once.
_MOST_PACKETS_A_SECOND, _MOST_PACKETS_AT_ONCE = 600, 1500

# Sources of packets in one connection. A browser has two: its video, and what it sends again.
_MOST_SOURCES = 8

# FFmpeg's number for data that cannot be decoded.
_INVALID_DATA = 1094995529

# A key frame of VP8 begins with three bytes, of which the first is even, and this code (RFC 6386, 9.1).
_KEY_FRAME_CODE = b"\x9d\x01\x2a"

Item = TypeVar("Item")


def vp8_size(data: bytes) -> tuple[int, int] | None:
    """The width and height that a VP8 frame declares; None for one that keeps those of the frame before.

    Args:
        data: The frame as the browser encoded it.
    """
    if len(data) < 10 or data[0] & 1 or data[3:6] != _KEY_FRAME_CODE:
        return None
    # The upper two bits ask the player to enlarge the picture.
    width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width, height


class Allowance:
    """How much a stranger may send: so much a second, and after a pause so much at once."""

    def __init__(self, a_second: float, at_once: float, clock: Callable[[], float]) -> None:
        """Begin after a pause.

        Args:
            a_second: What is added each second.
            at_once: The most that there can be.
            clock: Tells the time in seconds.
        """
        self._a_second, self._at_once = a_second, at_once
        self._clock = clock
        self._at, self._left = clock(), at_once

    @property
    def left(self) -> float:
        """What may be sent now."""
        now = self._clock()
        self._left = min(self._left + self._a_second * (now - self._at), self._at_once)
        self._at = now
        return self._left

    def take(self, amount: float) -> None:
        """Note that this much was sent."""
        self._left -= amount


class BoundedDecoder(Decoder):
    """Decodes VP8, but no pictures larger than `MAX_SIDE`, and no flood of them.

    A key frame of some kilobytes can declare a picture that takes gigabytes when it is decoded. Decodes in
    the stream's own decoder thread, which aiortc waits for on the event loop at the end: so what waits to be
    decoded must never take long.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with no frame seen.

        Args:
            clock: Tells the time in seconds.
        """
        self._decoder = vpx.Vp8Decoder()
        self._clock = clock
        self._allowance = Allowance(_MOST_DECODED_A_SECOND, _MOST_DECODED_AT_ONCE, clock)
        self._too_large = self._passed_over = False

    def decode(self, encoded_frame: JitterFrame) -> list[Frame]:
        """The decoded frame; nothing for one that is passed over.

        Raises:
            InvalidDataError: A frame before was passed over, and this one needs it. aiortc then asks the
                browser for a key frame.
        """
        if self._allowance.left < 1:
            self._passed_over = True
            return []
        size = vp8_size(encoded_frame.data)
        if size is not None:
            self._too_large, self._passed_over = max(size) > MAX_SIDE, False
        if self._passed_over:
            raise InvalidDataError(_INVALID_DATA, "a frame before was passed over")
        if self._too_large:
            # What follows a large key frame belongs to it.
            return []
        begun = self._clock()
        frames = self._decoder.decode(encoded_frame)
        # A frame that took long counts for several.
        self._allowance.take(max(_MOST_DECODED_A_SECOND * (self._clock() - begun), 1))
        return frames


class BoundedRouter(rtcdtlstransport.RtpRouter):
    """Finds who gets a packet, for few sources only, and hangs up where a flood comes.

    aiortc keeps numbers for each source, and reports on all of them in one packet: with some sixty sources
    that fails, and the connection can then not be closed. And each packet takes the event loop some time,
    whatever is in it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with no packet seen.

        Args:
            clock: Tells the time in seconds.
        """
        super().__init__()
        self._allowance = Allowance(_MOST_PACKETS_A_SECOND, _MOST_PACKETS_AT_ONCE, clock)

    def register_receiver(
        self,
        receiver: Any,  # noqa: ANN401 - none of aiortc's public types
        ssrcs: list[int],
        payload_types: list[int],
        mid: str | None = None,
    ) -> None:
        """Note the sources that an offer names."""
        super().register_receiver(receiver, ssrcs[:_MOST_SOURCES], payload_types, mid)

    def route_rtp(self, packet: Any) -> Any:  # noqa: ANN401 - none of aiortc's public types
        """Who gets a packet of video; None for one from one source too many.

        Raises:
            ConnectionError: Too many have come. aiortc then ends the connection.
        """
        self._count()
        if packet.ssrc not in self.ssrc_table and len(self.ssrc_table) >= _MOST_SOURCES:
            return None
        return super().route_rtp(packet)

    def route_rtcp(self, packet: Any) -> Any:  # noqa: ANN401 - none of aiortc's public types
        """Who gets a packet about the video.

        Raises:
            ConnectionError: Too many have come.
        """
        self._count()
        return super().route_rtcp(packet)

    def _count(self) -> None:
        if self._allowance.left < 1:
            raise ConnectionError("a flood of packets")
        self._allowance.take(1)


def bound_aiortc() -> None:
    """Bound what aiortc decodes and keeps, and let it send a better picture; it has settings for neither.

    When the names are gone, `test_webrtc_adapter.py` says so; decoding is then not bounded any more.
    """
    # Offers are reduced to VP8, so no other format comes.
    setattr(rtcrtpreceiver, "get_decoder", lambda _: BoundedDecoder())  # noqa: B010 - it is no public name
    setattr(rtcdtlstransport, "RtpRouter", BoundedRouter)  # noqa: B010
    vpx.DEFAULT_BITRATE, vpx.MAX_BITRATE = _START_BITRATE, _MOST_BITRATE


bound_aiortc()


class Newest(Generic[Item]):
    """A place for one item on an event loop: a newer one takes the place of one that nobody has taken."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._came = asyncio.Event()

    def put(self, item: Item) -> None:
        """Put an item here."""
        self._items = [item]
        self._came.set()

    async def take(self) -> Item:
        """Wait for an item that nobody has taken."""
        await self._came.wait()
        self._came.clear()
        return self._items.pop()


class ProcessedTrack(MediaStreamTrack):
    """What goes back to the browser: the camera's newest frame, processed, each once.

    Its methods run on the event loop, and never wait there: frames are processed in a thread of its own. On a
    server slower than the camera, frames are passed over, so that neither the picture's age nor the memory
    grows. Frames beyond a camera's rate are passed over too.
    """

    kind = "video"

    def __init__(self, camera: MediaStreamTrack, processor: LiveProcessor) -> None:
        """Begin to take the camera's frames.

        Args:
            camera: What the browser sends.
            processor: Closed at the end.
        """
        super().__init__()
        self._camera = camera
        self._processor = processor
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-stream")
        self._came: Newest[av.VideoFrame] = Newest()
        self._processed: Newest[av.VideoFrame | None] = Newest()
        # From now on, since nobody else takes frames out of the camera's queue.
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._process())]

    async def recv(self) -> Frame:
        """The newest processed frame that was not given yet."""
        if self.readyState != "live":
            raise MediaStreamError
        frame = await self._processed.take()
        if frame is None:
            raise MediaStreamError
        return frame

    def stop(self) -> None:
        """End the stream; its processor is closed after the current frame."""
        if self.readyState == "live":
            super().stop()
            for task in self._tasks:
                task.cancel()
            # Whoever waits for a frame gets none.
            self._processed.put(None)
            self._thread.submit(self._processor.close)
            self._thread.shutdown(wait=False)

    async def _receive(self) -> None:
        try:
            while True:
                frame = await self._camera.recv()
                assert isinstance(frame, av.VideoFrame)  # noqa: S101 - it is a video
                self._came.put(frame)
        except MediaStreamError:
            self.stop()

    async def _process(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            frame = await self._came.take()
            due = loop.time() + LEAST_APART
            try:
                processed = await loop.run_in_executor(self._thread, self._processed_frame, frame)
            # Whatever went wrong, an end is better than a picture that stands still.
            except Exception:
                logging.getLogger(__name__).exception("A stream has ended")
                self.stop()
                return
            if self._processor.closed:
                self.stop()
                return
            self._processed.put(processed)
            await asyncio.sleep(max(due - loop.time(), 0))

    def _processed_frame(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame, reduced and processed; runs in the stream's thread."""
        return process_frame(self._processor, reduced(frame))


def reduced(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame with at most `MAX_STREAM_PIXELS`, and even sides, as encoders want them."""
    scale = math.sqrt(MAX_STREAM_PIXELS / (frame.width * frame.height))
    if scale >= 1:
        return frame
    width, height = (max(2 * int(side * scale / 2), 2) for side in (frame.width, frame.height))
    smaller = frame.reformat(width, height)
    smaller.pts, smaller.time_base = frame.pts, frame.time_base
    return smaller


class _Relay(MediaRelay):
    """Gives the worker the processed track where it asks for what goes back."""

    def __init__(self, processor: LiveProcessor) -> None:
        super().__init__()
        self._processor = processor

    def subscribe(self, track: MediaStreamTrack, buffered: bool = True) -> MediaStreamTrack:
        del buffered
        return ProcessedTrack(track, self._processor)


class _Worker(WebRtcWorker[Any, Any]):
    """streamlit-webrtc's worker, which waits when it stops: not on the event loop, where everybody would."""

    def stop(self, timeout: float | None = 1.0) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            super().stop(timeout)
        else:
            Thread(target=super().stop, args=(timeout,), name="end-stream", daemon=True).start()


class Connection:
    """The server's end of one visitor's connection: takes the browser's video and sends it back, processed.

    It ends by itself when the network is gone, the visit ends, or the visitor leaves the page; and `watch`
    ends it when the processor has ended or lost its seat.
    """

    def __init__(
        self,
        ice_servers: Sequence[dict[str, Any]],
        processor: LiveProcessor,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Prepare the connection.

        Args:
            ice_servers: STUN and TURN servers as WebRTC's `iceServers` describes them, with one address each.
            processor: Closed at the end.
            loop: Where the connection lives; None for Streamlit's own.
        """
        self._processor = processor
        # All arguments are positional or required in the worker, so each must be named.
        self._worker = _Worker(
            mode=WebRtcMode.SENDRECV,
            rtc_configuration=RTCConfiguration([RTCIceServer(**server) for server in ice_servers]),
            # The relay processes the frames. The worker's own way repeats frames, starts with plain ones, and
            # waits on the event loop in the end.
            relay=_Relay(processor),
            video_processor_factory=None,
            async_processing=False,
            sendback_video=True,
            sendback_audio=False,
            video_receiver_size=1,
            audio_receiver_size=1,
            source_video_track=None,
            source_audio_track=None,
            sink_video_track=None,
            sink_audio_track=None,
            player_factory=None,
            in_recorder_factory=None,
            out_recorder_factory=None,
            video_frame_callback=None,
            audio_frame_callback=None,
            queued_video_frames_callback=None,
            queued_audio_frames_callback=None,
            on_video_ended=None,
            on_audio_ended=None,
            audio_processor_factory=None,
            loop=loop,
        )

    def answer(self, sdp: str, timeout: float) -> str:
        """The answer to a browser's offer, both as SDP; waits up to `timeout` seconds for it.

        Args:
            sdp: As `offer.checked_offer` gives it.
            timeout: In seconds.

        Raises:
            Exception: Whatever aiortc raises in view of the offer.
        """
        return str(self._worker.process_offer(sdp, "offer", timeout=timeout).sdp)

    def stop(self) -> None:
        """End the connection, and close the processor."""
        try:
            self._worker.stop()
        finally:
            self._processor.close()


def scheme_of(url: str) -> str:
    """The scheme of a STUN or TURN address, such as "turns", as aiortc reads it.

    aiortc does not document its parser. When it is gone, only the scheme is checked here, and a wrong address
    shows when a connection is made.

    Raises:
        ValueError: This is no such address.
    """
    parse = getattr(rtcicetransport, "parse_stun_turn_uri", None)
    if parse is not None:
        return str(parse(url)["scheme"])
    scheme, _, host = url.partition(":")
    if scheme not in ("stun", "stuns", "turn", "turns") or not host:
        raise ValueError("not the address of a STUN or TURN server")
    return scheme
