"""Everything the app relies on in streamlit-webrtc and aiortc that is undocumented or fragile, and why.

streamlit-webrtc documents its component, which brings a front end of its own. Ours replaces that (see
`webcam.js`), so the app uses the worker behind the component directly. When a release changes the worker's
arguments or methods, the page says that no connection could be made, the log says why, and everything else
works. When one of the imported names is gone, the Live page cannot be opened, and all other pages work.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCIceServer, rtcicetransport
from aiortc.contrib.media import MediaRelay
from av.frame import Frame
from streamlit_webrtc import (
    VideoProcessorBase,
    WebRtcMode,
    WebRtcWorker,
    get_cloudflare_ice_servers,
    get_hf_ice_servers,
    get_twilio_ice_servers,
)

from components.live.processor import LiveProcessor

# Each asks a provider for TURN servers; public, and named here so that no other module knows the package.
ask_cloudflare = get_cloudflare_ice_servers
ask_twilio = get_twilio_ice_servers
ask_hugging_face = get_hf_ice_servers


@dataclass(slots=True, eq=False)
class _Processed:
    """A frame from the processor, with a place for the times that the worker sets.

    The worker hands on the same frame again, with new times, until the next one is processed. Meanwhile the
    encoder reads these times in another thread, and an encoder that meets two clocks in one frame ends the
    stream. So the worker sets the times here, and the frame itself gets them once.
    """

    frame: av.VideoFrame
    pts: int | None = None
    time_base: Fraction | None = None

    def timed(self) -> av.VideoFrame:
        """The frame with its times."""
        self.frame.pts = self.pts
        self.frame.time_base = self.time_base
        return self.frame


class _Frames(VideoProcessorBase):
    """What the worker calls for each stream: it hands the frames on to the processor.

    `recv_queued` is called in the worker's media thread, `on_ended` on the server's event loop.
    """

    def __init__(self, processor: LiveProcessor) -> None:
        self._processor = processor

    async def recv_queued(self, frames: list[av.VideoFrame]) -> list[_Processed]:  # type: ignore[override]
        return [_Processed(self._processor.process_newest(frames))]

    def on_ended(self) -> None:
        self._processor.close()


class _OnceEach(MediaStreamTrack):
    """A track that gives each frame once, however often it comes."""

    def __init__(self, track: MediaStreamTrack) -> None:
        super().__init__()
        self.kind = track.kind
        self._track = track
        self._latest: object = None
        track.on("ended", self.stop)

    async def recv(self) -> "Frame | av.Packet[Any]":
        frame = await self._track.recv()
        while frame is self._latest:
            frame = await self._track.recv()
        self._latest = frame
        return frame.timed() if isinstance(frame, _Processed) else frame

    def stop(self) -> None:
        super().stop()
        self._track.stop()


class NewestFrame(MediaRelay):
    """Hands each consumer the newest frame only, and each frame once.

    aiortc's own relay queues all frames. On a server slower than the camera, the queue grows as long as the
    stream lasts: the visitor sees an ever older picture, and the frames fill the memory.
    """

    def subscribe(self, track: MediaStreamTrack, buffered: bool = False) -> MediaStreamTrack:
        """A track for one more consumer, as aiortc's relay gives it, but without a queue unless asked for."""
        return _OnceEach(super().subscribe(track, buffered))


class Connection:
    """The server's end of one visitor's connection: takes the browser's video and sends it back, processed.

    It ends by itself when the network is gone, the visit ends or the visitor leaves the page.
    """

    def __init__(
        self,
        ice_servers: Sequence[dict[str, Any]],
        open_processor: Callable[[], LiveProcessor],
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Prepare the connection.

        Args:
            ice_servers: STUN and TURN servers as WebRTC's `iceServers` describes them, with one address each.
            open_processor: Called in a thread of its own when the offer is answered.
            loop: Where the connection lives; None for Streamlit's own.
        """
        # All arguments are positional or required in the worker, so each must be named.
        self._worker: WebRtcWorker[_Frames, Any] = WebRtcWorker(
            mode=WebRtcMode.SENDRECV,
            rtc_configuration=RTCConfiguration([RTCIceServer(**server) for server in ice_servers]),
            video_processor_factory=lambda: _Frames(open_processor()),
            # In a thread of its own, which takes the newest frame.
            async_processing=True,
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
            relay=NewestFrame(),
        )

    def answer(self, sdp: str, timeout: float) -> str:
        """The answer to a browser's offer, both as SDP; waits up to `timeout` seconds for it.

        Raises:
            Exception: Whatever `open_processor`, or aiortc in view of the offer, raised.
        """
        return str(self._worker.process_offer(sdp, "offer", timeout=timeout).sdp)

    def stop(self) -> None:
        """End the connection; the processor is closed, unless its stream never began."""
        self._worker.stop()


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
