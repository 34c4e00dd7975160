"""The WebSocket's route in a server of its own, with clients that keep to the rules and others."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from components.live.limits import LEAST_APART
from components.ui.streamlit_adapter import websocket_route
from pages.live.webcam.socket_carrier import PATH, SocketCarrier, is_own_page, serve_frames


class Echo:
    """Stands for a stream: answers each frame with itself, and refuses what begins with "wrong"."""

    def __init__(self) -> None:
        self.ended = False
        self.begun: list[float] = []
        self.at_once = self.most_at_once = 0

    def answer(self, message: bytes) -> bytes:
        self.begun.append(time.monotonic())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if not message or message.startswith(b"wrong"):
            raise ValueError("this is no frame")
        time.sleep(0.01)
        self.at_once -= 1
        return message

    def stop(self) -> None:
        self.ended = True


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = Starlette(routes=[websocket_route(PATH, serve_frames)])
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(30)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def opened(port: int, token: str, origin: str | None = None) -> ClientConnection:
    """A connection as the app's page opens it, or a page with another origin."""
    protocols = [Subprotocol("visavis-frames"), Subprotocol(token)]
    page = Origin(origin or f"http://127.0.0.1:{port}")
    return connect(f"ws://127.0.0.1:{port}/{PATH}", origin=page, subprotocols=protocols)


def test_frames_are_answered_until_the_browser_goes(port: int) -> None:
    stream = Echo()
    with opened(port, SocketCarrier(stream).token) as browser:
        # The token is not sent back.
        assert browser.subprotocol == "visavis-frames"
        for number in range(5):
            browser.send(bytes([number]))
            assert browser.recv(10) == bytes([number])
        assert not stream.ended
    wait_until(lambda: stream.ended)


@pytest.mark.parametrize("token", ["", "guessed", "visavis-frames", "A" * 43])
def test_a_guessed_ticket_gets_nothing(port: int, token: str) -> None:
    stream = Echo()
    SocketCarrier(stream)
    with pytest.raises(InvalidStatus, match="403"):
        connect(
            f"ws://127.0.0.1:{port}/{PATH}",
            origin=Origin(f"http://127.0.0.1:{port}"),
            subprotocols=[Subprotocol(name) for name in ("visavis-frames", token) if name],
        )
    assert not stream.begun


def test_a_ticket_is_used_once(port: int) -> None:
    stream = Echo()
    token = SocketCarrier(stream).token
    with opened(port, token) as browser:
        with pytest.raises(InvalidStatus, match="403"):
            opened(port, token)
        browser.send(b"frame")
        assert browser.recv(10) == b"frame"


@pytest.mark.parametrize(
    "origin", ["http://elsewhere.example", "http://127.0.0.1", "null", "http://127.0.0.1:1"]
)
def test_a_foreign_page_gets_nothing_and_does_not_use_up_the_ticket(port: int, origin: str) -> None:
    stream = Echo()
    token = SocketCarrier(stream).token
    with pytest.raises(InvalidStatus, match="403"):
        opened(port, token, origin)
    with opened(port, token) as browser:
        browser.send(b"frame")
        assert browser.recv(10) == b"frame"


def test_a_proxy_may_ask_by_another_name() -> None:
    assert is_own_page(
        {"origin": "https://faces.example", "host": "10.0.0.7:8501", "x-forwarded-host": "faces.example"}
    )
    assert is_own_page({"origin": "https://faces.example:8443", "host": "faces.example:8443"})
    assert not is_own_page({"host": "faces.example"})
    assert not is_own_page({"origin": "", "host": ""})
    assert not is_own_page({"origin": "https://faces.example", "host": "faces.example.evil.example"})


@pytest.mark.parametrize("wrong", [b"wrong", "text instead of bytes", b""])
def test_who_sends_something_else_is_sent_away(port: int, wrong: bytes | str) -> None:
    stream = Echo()
    with opened(port, SocketCarrier(stream).token) as browser:
        browser.send(wrong)
        with pytest.raises(ConnectionClosed) as closed:
            browser.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003
    wait_until(lambda: stream.ended)


def test_a_flood_is_answered_one_by_one_and_no_faster_than_a_camera(port: int) -> None:
    stream = Echo()
    with opened(port, SocketCarrier(stream).token) as browser:
        for number in range(20):
            browser.send(bytes([number]))
        assert [browser.recv(10) for _ in range(20)] == [bytes([number]) for number in range(20)]
    assert stream.most_at_once == 1
    assert stream.begun[-1] - stream.begun[0] > 0.9 * 19 * LEAST_APART


def test_the_connection_ends_with_the_stream(port: int) -> None:
    stream = Echo()
    carrier = SocketCarrier(stream)
    with opened(port, carrier.token) as browser:
        browser.send(b"frame")
        assert browser.recv(10) == b"frame"
        carrier.stop()
        with pytest.raises(ConnectionClosed) as closed:
            browser.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1000


def test_a_ticket_of_an_ended_stream_gets_nothing(port: int) -> None:
    stream = Echo()
    carrier = SocketCarrier(stream)
    stream.stop()
    with pytest.raises(InvalidStatus, match="403"):
        opened(port, carrier.token)
