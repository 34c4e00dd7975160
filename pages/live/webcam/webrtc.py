"""The server's end of a visitor's connection."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiortc.contrib.media import MediaRelay
from streamlit_webrtc import WebRtcMode, WebRtcWorker
from streamlit_webrtc.config import compile_rtc_configuration

from components.live.processor import LiveProcessor
from pages.live.webcam.ice import IceServers


def open_worker(
    ice: IceServers,
    open_processor: Callable[[], LiveProcessor],
    loop: asyncio.AbstractEventLoop | None = None,
    relay: MediaRelay | None = None,
) -> "WebRtcWorker[LiveProcessor, Any]":
    """A worker of streamlit-webrtc's that answers one browser's offer and sends its video back, processed.

    It stops by itself when the connection is gone, the visit ends or the page is left.

    Args:
        ice: The servers for the connection.
        open_processor: Called in a thread of its own when the offer is processed.
        loop: Where the connection lives; Streamlit's own where None.
        relay: Hands frames on, in the same loop; the server's own where None.
    """
    return WebRtcWorker(
        mode=WebRtcMode.SENDRECV,
        rtc_configuration=compile_rtc_configuration({"iceServers": ice.for_server}),
        video_processor_factory=open_processor,
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
        relay=relay,
    )
