"""The WebSocket that carries a stream's frames, or only its numbers; a route beside Streamlit's own.

It imports nothing that finds faces, since the server imports it when it starts.
"""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from components.live.limits import LEAST_APART
from components.ui.streamlit_adapter import WebSocket, WebSocketDisconnect
from pages.live.webcam.tickets import Answers, tickets

# Where it is, seen from the address of a page.
PATH = "live-frames"

# The browser names this protocol, and its ticket as a second one: an address would stand in logs.
_PROTOCOL = "visavis-frames"

# Seconds between looks at whether the stream has ended.
_LOOK_SECONDS = 1.0

# Why the server closes a connection (RFC 6455, 7.4.1).
_NORMAL, _WRONG_DATA = 1000, 1003


class SocketCarrier:
    """A stream whose frames come over a WebSocket."""

    def __init__(self, answers: Answers) -> None:
        """Let a browser that shows this carrier's ticket send the stream's frames."""
        self._answers = answers
        self.token = tickets().issue(answers)

    def stop(self) -> None:
        """End the stream; its connection is closed within a second."""
        self._answers.stop()


async def serve_frames(socket: WebSocket) -> None:
    """Answer what a stream's browser sends, one after the other, until its end; runs on the event loop.

    Who comes from another page, or without a valid ticket, is refused before there is a connection.
    """
    answers = tickets().redeem(_token(socket.headers)) if is_own_page(socket.headers) else None
    if answers is None:
        await socket.close()
        return
    await socket.accept(_PROTOCOL)
    thread = ThreadPoolExecutor(1, thread_name_prefix="live-stream")
    try:
        await socket.close(await _answer_all(socket, answers, thread))
    except WebSocketDisconnect:
        # The browser has ended the stream, or its network is gone.
        pass
    finally:
        thread.submit(answers.stop)
        # Not waited for: the event loop must go on.
        thread.shutdown(wait=False)


async def _answer_all(socket: WebSocket, answers: Answers, thread: ThreadPoolExecutor) -> int:
    """Answer messages until there are no more answers; then the code for the browser.

    Raises:
        WebSocketDisconnect: The browser has gone.
    """
    loop = asyncio.get_running_loop()
    receiving = asyncio.ensure_future(socket.receive())
    try:
        while not answers.ended:
            await asyncio.wait({receiving}, timeout=_LOOK_SECONDS)
            if not receiving.done():
                continue
            message = receiving.result()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message["code"])
            due = loop.time() + LEAST_APART
            try:
                # One at a time: what else comes waits in the network, and a flood with it.
                answer = await loop.run_in_executor(thread, answers.answer, message.get("bytes") or b"")
            # Not what this app's page sends, so it is not answered.
            except ValueError as error:
                logging.getLogger(__name__).warning("A stream was refused: %s", error)
                return _WRONG_DATA
            await socket.send_bytes(answer)
            await asyncio.sleep(max(due - loop.time(), 0))
            receiving = asyncio.ensure_future(socket.receive())
    finally:
        receiving.cancel()
    return _NORMAL


def is_own_page(headers: Mapping[str, str]) -> bool:
    """Whether a page of this app asks: browsers tell from which page a WebSocket is opened (RFC 6455, 4.1).

    A proxy may ask by another name, and then tells the one that the browser asked for. No page can set these
    headers.
    """
    origin = urlsplit(headers.get("origin", "")).netloc
    return bool(origin) and origin in (headers.get("host"), headers.get("x-forwarded-host"))


def _token(headers: Mapping[str, str]) -> str:
    named = [name.strip() for name in headers.get("sec-websocket-protocol", "").split(",")]
    return named[1] if len(named) == 2 and named[0] == _PROTOCOL else ""
