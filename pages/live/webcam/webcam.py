"""The webcam on the page: asks the browser for it, connects it to the server, and shows what comes back.

The server's end is streamlit-webrtc's, the browser's end is our own. streamlit-webrtc's front end opens
several connections at once when the page starts it, of which at most one works, and it hides the browser's
errors.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.live.processor import LiveProcessor
from components.live.seats import LONGEST_WHILE_OTHERS_WAIT, SeatEnd, ServerFullError
from components.photo.sample_photo import sample_photo
from components.tasks.clips import picture_with_mesh
from components.ui.data_url import jpeg_url
from components.ui.frontend import script, style_sheet
from components.ui.shared_workers import quiet_workers
from pages.live.webcam.ice import IceServers
from pages.live.webcam.nearness import nearness_of_visitor
from pages.live.webcam.offer import checked_offer
from pages.live.webcam.webrtc_adapter import Connection

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "visavis_webcam",
    html=(_HERE / "webcam.html").read_text(encoding="utf-8"),
    css=style_sheet(_HERE / "webcam.css"),
    js=script(_HERE / "webcam.js"),
)

KEY = "webcam"

# Seconds for the server's half of a connection; finding its own address takes up to five.
_ANSWER_SECONDS = 10

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

_SEAT_LOST = {
    SeatEnd.NO_FRAMES: "No picture came from your camera for a while, so your stream was ended. Start again "
    "when you are back.",
    SeatEnd.OTHERS_WAIT: f"Others were waiting, and your stream had lasted {MOST_MINUTES} minutes, so your "
    "place went to them. Start again as soon as one is free.",
}
_LOST = "The connection was lost. Start again when your network is back."
_NO_WAY = "No connection between your browser and this server could be made: a firewall is in the way."
_EVEN_RELAY = "Not even the relay helped. Try another network, for example your phone's."
_NO_RELAY = (
    "A relay (TURN server) would help, but none is set up here. Try another network, for example your "
    "phone's, or ask the owner of this page to set one up."
)


def refusal_sentence(error_name: str) -> str:
    """The sentence for a browser's error: what the visitor can do about it."""
    sentence = _REFUSALS.get(
        _SAME_REFUSALS.get(error_name, error_name),
        f"The camera could not be started ({error_name}). Try it once more.",
    )
    return f"{sentence} {_SAMPLE_HINT}"


def no_way_sentence(ice: IceServers) -> str:
    """The sentence for a connection that could not be made."""
    return f"{_NO_WAY} {_EVEN_RELAY if ice.relay else _NO_RELAY} {_SAMPLE_HINT}"


@dataclass(slots=True)
class Webcam:
    """One visitor's stream, from one run of the page to the next.

    Attributes:
        problem: A sentence for the visitor; None without a problem.
    """

    problem: str | None = None
    _connection: Connection | None = None
    _processor: LiveProcessor | None = None
    _answer: dict[str, str] | None = None

    @property
    def processor(self) -> LiveProcessor | None:
        """The stream's processor while the connection lasts; otherwise None."""
        return self._processor if self._processor and not self._processor.closed else None

    def notice_loss(self) -> None:
        """Tell the visitor when the stream has lost its seat, such as after a long break."""
        if self._processor and self._processor.seat_end:
            self.problem = _SEAT_LOST[self._processor.seat_end]
            self.stop()

    def show(self, ice: IceServers, open_processor: Callable[[], LiveProcessor]) -> None:
        """Put the picture and its button on the page.

        Args:
            ice: The servers for a connection.
            open_processor: Called for each new stream.
        """
        _component(
            key=KEY,
            data={
                "poster": _poster(),
                "configuration": {"iceServers": list(ice.for_browser)},
                "answer": self._answer,
            },
            on_stream_change=lambda: self._follow(st.session_state[KEY].stream, ice, open_processor),
        )

    def stop(self) -> None:
        """End the stream on the server; the browser notices the end."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.stop()
        processor, self._processor = self._processor, None
        # The connection does not close a processor whose stream never began.
        if processor is not None:
            processor.close()

    def _follow(
        self, stream: dict[str, str], ice: IceServers, open_processor: Callable[[], LiveProcessor]
    ) -> None:
        """React to what the browser reports; see webcam.js."""
        match stream["phase"]:
            case "refused":
                self.stop()
                self.problem = refusal_sentence(stream["problem"])
            case "offered":
                self.stop()
                self._answer = {"id": stream["id"]} | self._accept(stream["sdp"], ice, open_processor)
            case "connected":
                self.problem = None
            case "ended":
                self.notice_loss()
                # The browser also reports the end of a stream that the server has ended, and told why.
                ended_here = self._processor is None and stream["reason"] == "lost"
                self.stop()
                if not ended_here:
                    sentences = {"lost": _LOST, "failed": no_way_sentence(ice)}
                    self.problem = sentences.get(stream["reason"])

    def _accept(
        self, sdp: str, ice: IceServers, open_processor: Callable[[], LiveProcessor]
    ) -> dict[str, str]:
        """The server's half of the connection; empty where there is none; then the page says why."""
        self.problem = None
        try:
            offer = checked_offer(sdp, nearness_of_visitor())
            self._processor = open_processor()
            self._connection = Connection(ice.for_server, self._processor)
            return {"sdp": self._connection.answer(offer, _ANSWER_SECONDS)}
        except ServerFullError:
            # The page shows a sentence in place of the button, and waits for a free seat.
            return {}
        # A browser or a network can cause any error, and the visitor can only try again.
        except Exception:
            logging.getLogger(__name__).exception("A connection could not be prepared")
            self.stop()
            self.problem = no_way_sentence(ice)
            return {}


@st.cache_data(show_spinner=False)
def _poster() -> str:
    """The sample photo in the webcam's format with its mesh, as an address; the same for all visitors."""
    return jpeg_url(quiet_workers()(picture_with_mesh, sample_photo()))
