"""A visitor of the Photo page without a browser, of whom many fit beside a server on one machine.

It speaks Streamlit's protocol: it opens the page, uploads photos as a browser does, and moves the slider.
"""

import http.client
import time
import uuid
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.benchmarks.live_visitor import connected

# For a run of the page, on a server that everybody uses.
_PATIENCE_SECONDS = 120.0

# As `streamlit.web.server` names them.
_COOKIE, _HEADER = "_streamlit_xsrf", "X-Xsrftoken"


class PhotoVisitor:
    """A visitor whose page has been opened; close it in the end."""

    def __init__(self, url: str) -> None:
        """Open the page, and wait until the sample's faces are there.

        Args:
            url: The server's address.
        """
        self._url = url
        self._script = ""
        self._widgets: dict[str, WidgetState] = {}
        # What the page has told the visitor in messages.
        self.told: list[str] = []
        # Elements by their labels, as the page has sent them last.
        self._elements: dict[str, Any] = {}
        # The fragment of each element.
        self._fragments: dict[str, str] = {}
        self._uploads: list[Any] = []
        self._page = connected(url, "_stcore/stream", "streamlit")
        self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._page.close()

    def upload(self, name: str, content: bytes) -> float:
        """Bring a photo; the seconds until the page shows it.

        Raises:
            RuntimeError: The page shows an error.
        """
        start = time.perf_counter()
        question = BackMsg()
        question.file_urls_request.request_id = uuid.uuid4().hex
        question.file_urls_request.file_names.append(name)
        self._page.send(question.SerializeToString())
        (urls,) = self._next("file_urls_response").file_urls_response.file_urls
        self._put(urls.upload_url, name, content)
        uploader = self._elements["uploader"]
        self._uploads.append((name, len(content), urls))
        state = WidgetState(id=uploader.id)
        for number, (known, size, known_urls) in enumerate(self._uploads):
            file = state.file_uploader_state_value.uploaded_file_info.add(name=known, size=size)
            file.file_id = known_urls.file_id
            file.file_urls.CopyFrom(known_urls)
            assert number < 20
        self._widgets[uploader.id] = state
        self._run()
        return time.perf_counter() - start

    def move_slider(self, place: int) -> float:
        """Move the slider to one of its steps; the seconds until the page has followed.

        Args:
            place: The step's number.
        """
        slider = self._elements["Confidence"]
        start = time.perf_counter()
        self._widgets[slider.id] = WidgetState(id=slider.id)
        self._widgets[slider.id].string_array_value.data.append(slider.options[place])
        self._run(self._fragments["Confidence"])
        return time.perf_counter() - start

    def _run(self, fragment: str = "") -> None:
        """Let the page run, or a fragment of it, and wait until it has."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_name = "photo"
        rerun.page_script_hash = self._script
        rerun.fragment_id = fragment
        rerun.query_string = "sample=grace"
        rerun.widget_states.widgets.extend(self._widgets.values())
        self._page.send(message.SerializeToString())
        # A run that another one replaces ends too.
        while self._next("script_finished").script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            continue

    def _next(self, kind: str) -> ForwardMsg:
        """The next message of a kind; what the page sends before it is noted."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            message = ForwardMsg()
            message.ParseFromString(self._page.recv(timeout=max(deadline - time.monotonic(), 0.001)))
            if message.WhichOneof("type") == kind:
                return message
            if message.WhichOneof("type") == "delta":
                self._note(message)

    def _note(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(element.exception.message)
        if kind == "alert":
            self.told.append(element.alert.body)
        if message.metadata.active_script_hash and kind in ("file_uploader", "slider"):
            self._script = message.metadata.active_script_hash
        if kind == "file_uploader":
            self._elements["uploader"] = element.file_uploader
        if kind == "slider":
            self._elements[element.slider.label] = element.slider
            self._fragments[element.slider.label] = message.delta.fragment_id or self._fragments.get(
                element.slider.label, ""
            )

    def _put(self, path: str, name: str, content: bytes) -> None:
        """Send a file, with the token that Streamlit asks for."""
        server = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=_PATIENCE_SECONDS)
        server.request("GET", "/_stcore/health")
        answer = server.getresponse()
        answer.read()
        token = SimpleCookie(answer.getheader("Set-Cookie") or "")[_COOKIE].value
        limit = uuid.uuid4().hex
        head = f'--{limit}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        head += "Content-Type: image/jpeg\r\n\r\n"
        body = head.encode() + content + f"\r\n--{limit}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={limit}",
            _HEADER: token,
            "Cookie": f"{_COOKIE}={token}",
        }
        server.request("PUT", path, body, headers)
        answer = server.getresponse()
        answer.read()
        server.close()
        if answer.status >= 300:
            raise RuntimeError(f"The upload was answered with {answer.status}.")
