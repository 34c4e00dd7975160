"""A visitor of the Live page without a browser, of whom many fit beside a server on one machine.

It speaks Streamlit's protocol, and sends frames as the page does. It does not ask once a second for numbers.
"""

import base64
import json
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

FRAME_RATE = 30

# As in the browser; see `links.js` and `frame_carrier.js`.
_MOST_UNDER_WAY = 2
_FRAME_LOST_SECONDS = 3.0

# How the browser names a component's triggers.
_TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{}__events"

# The components' names.
_WEBCAM, _FRAMES = "visavis_webcam", "visavis_frames"

# For whatever comes before the first frame.
_PATIENCE_SECONDS = 60.0


def frame_message(number: int, file: bytes) -> bytes:
    """A frame as the browser sends it; see `frameMessage` in `answer.js`.

    Args:
        number: The frame's, at `FRAME_RATE`.
        file: The picture, as JPEG.
    """
    return struct.pack("<II", number, 1000 * number // FRAME_RATE) + file


def connected(url: str, path: str, *protocols: str) -> ClientConnection:
    """A WebSocket of a server, opened as from its own page.

    Args:
        url: The server's address.
        path: Seen from there.
        protocols: What the browser names, such as a token.
    """
    return connect(
        f"{url.replace('http', 'ws', 1)}/{path}",
        origin=Origin(url),
        subprotocols=[Subprotocol(protocol) for protocol in protocols],
        max_size=None,
    )


class LiveVisitor:
    """A visitor whose stream is ready for frames; close it in the end."""

    def __init__(self, url: str, way: str, sdp: str = "") -> None:
        """Open the page and ask for a stream.

        Args:
            url: The server's address.
            way: "websocket" or "page", or "webrtc" for a connection that somebody else makes.
            sdp: The offer of that connection.

        Raises:
            TimeoutError: The server gives no stream.
        """
        self._url = url
        # The page's script, which the server takes for Home's without it.
        self._script = ""
        self._widgets: dict[str, str] = {}
        # The fragment that takes frames.
        self._fragment = ""
        # What the page has sent last for each of our components.
        self._components: dict[str, BidiComponent] = {}
        self._page = connected(url, "_stcore/stream", "streamlit")
        self._run()
        self._wait_for(_WEBCAM, lambda _: True)
        self._report({"id": "1", "phase": "asked", "way": way, "again": False, "sdp": sdp})
        # The server's half of the connection.
        self.half = half = self._wait_for(_WEBCAM, lambda data: bool(data["answer"]))["answer"]
        self._frames = self._page
        if way == "websocket":
            self._frames = connected(url, half["path"], "visavis-frames", half["token"])
        elif way == "page":
            self._wait_for(_FRAMES, lambda _: True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the stream, and leave."""
        self._report({"id": "1", "phase": "ended", "reason": "stopped"})
        self._frames.close()
        self._page.close()

    def stream(self, files: Sequence[bytes], seconds: float) -> int:
        """Send frames for a while; how many were answered.

        Args:
            files: A clip's frames, as JPEG.
            seconds: How long.
        """
        sent: dict[int, float] = {}
        answered = last = 0
        begun = time.perf_counter()
        while (now := time.perf_counter()) < begun + seconds:
            due = int((now - begun) * FRAME_RATE)
            sent = {number: when for number, when in sent.items() if now - when < _FRAME_LOST_SECONDS}
            if due > last and len(sent) < _MOST_UNDER_WAY:
                self.send_frame(frame_message(due, files[due % len(files)]))
                last, sent[due] = due, now
            answer = self._answer()
            if answer:
                (length,) = struct.unpack_from("<I", answer)
                number = json.loads(answer[4 : 4 + length])["number"]
                answered += sent.pop(number, None) is not None
        return answered

    def _run(self, fragment: str = "", trigger: tuple[str, str] | None = None) -> None:
        """Let the page run, or a fragment of it."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_name = "live"
        rerun.page_script_hash = self._script
        rerun.fragment_id = fragment
        for widget, value in self._widgets.items():
            rerun.widget_states.widgets.add(id=widget, json_value=value)
        if trigger:
            rerun.widget_states.widgets.add(id=trigger[0], json_trigger_value=trigger[1])
        self._page.send(message.SerializeToString())

    def _report(self, stream: dict[str, object]) -> None:
        self._widgets[self._components[_WEBCAM].id] = json.dumps({"stream": stream})
        self._run()

    def send_frame(self, message: bytes) -> None:
        """Send a frame without waiting for its answer."""
        if self._frames is not self._page:
            self._frames.send(message)
            return
        events = json.dumps([{"event": "frame", "value": base64.b64encode(message).decode()}])
        self._run(self._fragment, (_TRIGGER.format(self._components[_FRAMES].id), events))

    def _answer(self) -> bytes | None:
        """The next answer, if one comes at once."""
        try:
            if self._frames is not self._page:
                answer = self._frames.recv(timeout=0.005)
                assert isinstance(answer, bytes)
                return answer
            component = self._next_component(0.005)
        except TimeoutError:
            return None
        return component.bytes if component and component.component_name == _FRAMES else None

    def _next_component(self, seconds: float) -> BidiComponent | None:
        """The component in the next message; None for other messages."""
        message = ForwardMsg()
        message.ParseFromString(self._page.recv(timeout=seconds))
        component = message.delta.new_element.bidi_component
        if not component.component_name:
            return None
        self._components[component.component_name] = component
        if component.component_name == _WEBCAM:
            self._script = message.metadata.active_script_hash
        # A run of the fragment itself does not name it.
        if component.component_name == _FRAMES and message.delta.fragment_id:
            self._fragment = message.delta.fragment_id
        return component

    def _wait_for(self, name: str, is_ready: Callable[[Any], bool]) -> Any:  # noqa: ANN401
        """What the page sends to a component, once it is as it should be."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            component = self._next_component(_PATIENCE_SECONDS)
            if component and component.component_name == name:
                data = json.loads(component.mixed.json or component.json or "{}")
                if is_ready(data):
                    return data
        raise TimeoutError(f"the server has sent nothing for {name}")
