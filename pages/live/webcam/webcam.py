"""The webcam on the page: asks the browser for it, connects it to the server, and shows what comes back.

Three carriers bring the frames: WebRTC, a WebSocket, and the page's own connection. The browser tries one
after the other, and asks the server for its half of each.

WebRTC's end on the server is streamlit-webrtc's, the browser's end is our own: streamlit-webrtc's front end
opens several connections at once when the page starts it, of which at most one works, and it hides the
browser's errors.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import streamlit as st

from components.live.answer import POINT_SCALE
from components.live.limits import MAX_JPEG_BYTES, MAX_RECORDING_SECONDS, MAX_STREAM_PIXELS
from components.live.processor import LiveProcessor, LiveSettings
from components.live.seats import LONGEST_WHILE_OTHERS_WAIT, SeatEnd, ServerFullError
from components.mesh.overlay import CONTOURS, IRISES, NET_OPACITY, TESSELATION
from components.palette import CHOSEN, DETECTOR_LIGHT, FACE, NET, OUTLINE, TRACKER_LIGHT, css_colour
from components.photo.sample_photo import Sample, sample_photo
from components.tasks.clips import picture_with_mesh
from components.ui.data_url import jpeg_url
from components.ui.frontend import script, style_sheet
from components.ui.shared_workers import quiet_workers
from components.ui.streamlit_adapter import is_visit_connected, visitor_id
from pages.live.webcam.frame_answers import FrameAnswers
from pages.live.webcam.ice import IceServers
from pages.live.webcam.nearness import nearness_of_visitor
from pages.live.webcam.number_answers import NumberAnswers
from pages.live.webcam.offer import checked_offer
from pages.live.webcam.page_carrier import carry_frames
from pages.live.webcam.socket_carrier import PATH, SocketCarrier
from pages.live.webcam.tickets import tickets
from pages.live.webcam.watch import watch
from pages.live.webcam.ways import Way
from pages.live.webcam.webrtc_adapter import Connection

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "visavis_webcam",
    html=(_HERE / "webcam.html").read_text(encoding="utf-8"),
    css=style_sheet(_HERE / "webcam.css"),
    js=script(_HERE / "webcam.js"),
)

KEY = "webcam"

# Seconds for the server's half of a WebRTC connection; finding its own address takes up to five. Where the
# visitor has not asked for WebRTC, another way is quicker.
_ANSWER_SECONDS, _ANSWER_SECONDS_IF_ASKED_FOR = 2.5, 10

# How long a stream may last while others wait.
MOST_MINUTES = round(LONGEST_WHILE_OTHERS_WAIT / 60)

_SAMPLE_HINT = "Meanwhile, the sample clip shows what you would see."

# By the name of the browser's error, as the Media Capture standard gives them for `getUserMedia`.
_REFUSALS = {
    "NotAllowedError": "The browser did not give this page your camera. Allow it next to the address, at the "
    "camera or lock symbol, then start again.",
    "NotFoundError": "No camera was found. Connect one, then start again.",
    "NotReadableError": "The camera is in use by another program or tab. Close that, then start again.",
    "CameraLost": "The camera is gone: it was unplugged, or its permission was withdrawn. Start again when "
    "it is back.",
    "InsecureContext": "Browsers give a camera only to pages whose address begins with https, or that run "
    "on your own computer (localhost). Open the page that way.",
    "Unsupported": "This browser cannot send video. Try a current Firefox, Chrome, Edge or Safari.",
}
_SAME_REFUSALS = {
    "SecurityError": "NotAllowedError",
    "AbortError": "NotReadableError",
    "OverconstrainedError": "NotFoundError",
}

_OTHERS_WAITED = (
    f"Others were waiting, and your stream had lasted {MOST_MINUTES} minutes, so your place went to them. "
    "Start again as soon as one is free."
)
_LOST = "The connection was lost. Start again when your network is back."
_NO_WAY = (
    "No connection between your browser and this server could be made, not even over this page's own. Load "
    f"the page again, or try another network, for example your phone's. {_SAMPLE_HINT}"
)


def refusal_sentence(error_name: str) -> str:
    """The sentence for a browser's error: what the visitor can do about it."""
    sentence = _REFUSALS.get(
        _SAME_REFUSALS.get(error_name, error_name),
        f"The camera could not be started ({error_name}). Try it once more.",
    )
    return f"{sentence} {_SAMPLE_HINT}"


class Carrier(Protocol):
    """Brings a stream's frames to its processor, and takes back what was found."""

    def stop(self) -> None:
        """End the carrying, and close the processor."""


@dataclass(slots=True)
class Webcam:
    """One visitor's stream, from one run of the page to the next.

    Attributes:
        problem: A sentence for the visitor; None without a problem.
    """

    problem: str | None = None
    _carrier: Carrier | None = None
    _processor: LiveProcessor | None = None
    _numbers: NumberAnswers | None = None
    _answer: dict[str, object] | None = None
    _others_came: bool = False

    @property
    def processor(self) -> LiveProcessor | None:
        """The stream's processor while the connection lasts; otherwise None."""
        return self._processor if self._processor and not self._processor.closed else None

    @property
    def browser_has_numbers(self) -> bool:
        """Whether the browser gets the stream's numbers by itself, and not only from the page."""
        return self._carrier is not None if self._numbers is None else self._numbers.are_asked_for

    def notice_loss(self) -> None:
        """Tell the visitor when the stream has lost its seat to others.

        When no frames came, as from a tab in the background, the browser begins again by itself.
        """
        if self._processor and self._processor.seat_end:
            if self._processor.seat_end == SeatEnd.OTHERS_WAIT:
                self.problem = _OTHERS_WAITED
                self._others_came = True
            self.stop()

    def show(
        self,
        ice: IceServers,
        settings: LiveSettings,
        way: Way,
        full: str | None,
        open_processor: Callable[[], LiveProcessor],
        capture: Callable[[str], None],
    ) -> None:
        """Put the picture and its buttons on the page.

        Args:
            ice: The servers for WebRTC.
            settings: What the browser draws.
            way: The one to try first.
            full: Why no stream can be started now; None where one can.
            open_processor: Called for each new connection.
            capture: Called with "snapshot", "record" or "stop" when the visitor presses the button.
        """
        _component(
            key=KEY,
            data={
                "poster": _poster(),
                "configuration": {"iceServers": list(ice.for_browser)},
                "answer": self._answer,
                "way": way.value,
                "full": full,
                "mirrored": settings.mirrored,
                "style": _style(settings),
                "limits": {"bytes": MAX_JPEG_BYTES, "pixels": MAX_STREAM_PIXELS},
                "recordingSeconds": MAX_RECORDING_SECONDS,
                "isRecording": bool(self.processor and self.processor.recorder),
            },
            on_stream_change=lambda: self._follow(st.session_state[KEY].stream, ice, way, open_processor),
            on_capture_change=lambda: self._capture(st.session_state[KEY].capture, capture),
        )
        if isinstance(self._carrier, FrameAnswers):
            carry_frames(self._carrier)

    def stop(self) -> None:
        """End the stream on the server; the browser notices the end."""
        processor, self._processor = self._processor, None
        # First, since it frees the seat.
        if processor is not None:
            processor.close()
        carrier, self._carrier = self._carrier, None
        self._numbers = None
        if carrier is not None:
            # WebRTC takes up to a second.
            Thread(target=carrier.stop, name="end-stream", daemon=True).start()

    def _follow(
        self, stream: dict[str, Any], ice: IceServers, way: Way, open_processor: Callable[[], LiveProcessor]
    ) -> None:
        """React to what the browser reports; see webcam.js."""
        match stream["phase"]:
            case "refused":
                self.stop()
                self.problem = refusal_sentence(stream["problem"])
            case "asked":
                self.notice_loss()
                self.stop()
                self._answer = {"id": stream["id"]} | self._accept(stream, ice, way, open_processor)
            case "connected":
                self.problem = None
            case "ended":
                self.notice_loss()
                self.stop()
                sentences = {"lost": _LOST, "failed": _NO_WAY}
                # The browser also reports the end of a stream that the server has ended, and told why.
                if not self._others_came:
                    self.problem = sentences.get(stream["reason"])

    def _capture(self, asked: dict[str, Any], capture: Callable[[str], None]) -> None:
        capture(asked["what"])

    def _accept(
        self, stream: dict[str, Any], ice: IceServers, way: Way, open_processor: Callable[[], LiveProcessor]
    ) -> dict[str, object]:
        """The server's half of a connection; where there is none, the browser tries another way."""
        if not stream["again"]:
            # The visitor has pressed the button.
            self.problem, self._others_came = None, False
        elif self._others_came:
            return {"over": True}
        try:
            self._processor = open_processor()
            half = self._half(self._processor, stream, ice, way)
        except ServerFullError:
            # Who starts reads a sentence while the page waits for a seat; who lost a stream soon asks again.
            return {} if stream["again"] else {"over": True}
        # A browser or a network can cause any error, and there are other ways.
        except Exception:
            logging.getLogger(__name__).exception("A connection could not be prepared")
            self.stop()
            return {}
        assert self._carrier is not None  # noqa: S101 - _half has made it
        watch(self._processor, partial(is_visit_connected, visitor_id()), self._carrier.stop)
        return half

    def _half(
        self, processor: LiveProcessor, stream: dict[str, Any], ice: IceServers, way: Way
    ) -> dict[str, object]:
        """Prepare the carrier that the browser asks for; what the browser needs to know of it."""
        match Way(stream["way"]):
            case Way.WEBRTC:
                offer = checked_offer(stream["sdp"], nearness_of_visitor())
                self._carrier = connection = Connection(ice.for_server, processor)
                seconds = _ANSWER_SECONDS_IF_ASKED_FOR if way == Way.WEBRTC else _ANSWER_SECONDS
                self._numbers = NumberAnswers(processor)
                for_numbers = {"path": PATH, "token": tickets().issue(self._numbers)}
                return {"sdp": connection.answer(offer, seconds), **for_numbers}
            case Way.SOCKET:
                self._carrier = socket = SocketCarrier(FrameAnswers(processor))
                return {"path": PATH, "token": socket.token}
            case _:
                self._carrier = FrameAnswers(processor)
                return {"page": True}


def _style(settings: LiveSettings) -> dict[str, object]:
    """What the browser draws, and how; the same as `components.live.shown_picture` draws."""
    style = settings.style
    return {
        "net": [trail.tolist() for trail in TESSELATION] if style.tesselation else [],
        "contours": [trail.tolist() for trail in CONTOURS] if style.contours else [],
        "irises": [[centre, list(range(around.start, around.stop))] for centre, around in IRISES]
        if style.irises
        else [],
        "numbered": settings.mesh.max_faces > 1,
        "netOpacity": NET_OPACITY,
        "pointScale": POINT_SCALE,
        "colours": {
            "net": css_colour(NET),
            "outline": css_colour(OUTLINE),
            "line": css_colour(FACE),
            "iris": css_colour(CHOSEN),
            "detector": css_colour(DETECTOR_LIGHT),
            "tracker": css_colour(TRACKER_LIGHT),
        },
    }


@st.cache_data(show_spinner=False)
def _poster() -> str:
    """The sample photo in the webcam's format with its mesh, as an address; the same for all visitors."""
    return jpeg_url(quiet_workers()(picture_with_mesh, sample_photo(Sample.GRACE).data))
