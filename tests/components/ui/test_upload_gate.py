"""The gate before Streamlit's route for uploads, with a form parser like Streamlit's behind it."""

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest
from starlette.requests import Request

from components.ui import upload_gate
from components.ui.kept import NoRoomError
from components.ui.streamlit_adapter import max_upload_megabytes
from components.ui.upload_gate import UploadGate, content_of

PATH = "/base/_stcore/upload_file/visitor-1/file-1"
CHUNK = 64 * 1024


class Streamlit:
    """Stands for the app behind the gate: it keeps the files it gets."""

    def __init__(self) -> None:
        self.files: list[tuple[str, bytes]] = []

    async def __call__(self, scope: Any, receive: Any, _send: Any) -> None:  # noqa: ANN401
        async with Request(scope, receive).form() as form:
            for file in form.values():
                assert not isinstance(file, str)
                self.files.append((str(file.filename), await file.read()))


def upload(app: Any, size: int, path: str = PATH, method: str = "PUT") -> None:  # noqa: ANN401
    """Send a file to an app, as a browser does."""
    head = b'--limit\r\nContent-Disposition: form-data; name="f"; filename="my photo.jpg"\r\n'
    head += b"Content-Type: image/jpeg\r\n\r\n"
    tail = b"\r\n--limit--\r\n"
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [
            (b"content-type", b"multipart/form-data; boundary=limit"),
            (b"content-length", str(len(head) + size + len(tail)).encode()),
        ],
    }

    def parts() -> Iterator[bytes]:
        yield head
        for start in range(0, size, CHUNK):
            yield b"x" * min(CHUNK, size - start)
        yield tail

    waiting = parts()

    async def receive() -> dict[str, Any]:
        body = next(waiting)
        return {"type": "http.request", "body": body, "more_body": body is not tail}

    async def send(_message: Any) -> None:  # noqa: ANN401
        """Nobody reads the answer."""

    # In a thread of its own, since Playwright leaves an event loop running in this one.
    with ThreadPoolExecutor() as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, dict[str, int]]]:
    """What the gate asks for; there is room for up to a megabyte."""
    asked: list[tuple[str, int, dict[str, int]]] = []

    def check_room(visitor: str, more: int, coming: dict[str, int]) -> None:
        asked.append((visitor, more, dict(coming)))
        if more + sum(coming.values()) > 1024 * 1024:
            raise NoRoomError("There is no room.")

    monkeypatch.setattr(upload_gate, "check_room", check_room)
    return asked


def test_a_file_for_which_there_is_room_arrives_as_it_is(asked: list[Any]) -> None:
    streamlit = Streamlit()
    upload(UploadGate(streamlit), 200_000)
    assert streamlit.files == [("my photo.jpg", b"x" * 200_000)]
    ((visitor, size, coming),) = asked
    assert (visitor, coming) == ("visitor-1", {})
    assert 200_000 < size < 200_500


@pytest.mark.usefixtures("asked")
def test_a_refused_file_arrives_as_a_sentence_under_its_name() -> None:
    streamlit = Streamlit()
    upload(UploadGate(streamlit), 3_000_000)
    ((name, content),) = streamlit.files
    assert name == "my photo.jpg"
    assert content.endswith(b"There is no room.")


@pytest.mark.usefixtures("asked")
def test_a_refused_file_is_never_in_memory() -> None:
    gate = UploadGate(Streamlit())
    gc.collect()
    tracemalloc.start()
    upload(gate, 50_000_000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_uploads_on_their_way_count(asked: list[Any]) -> None:
    inner = Streamlit()

    async def upload_another_meanwhile(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        if len(asked) == 1:
            await asyncio.to_thread(upload, gate, 600_000)
        await inner(scope, receive, send)

    gate = UploadGate(upload_another_meanwhile)
    upload(gate, 600_000)
    assert asked[1][2] == {"visitor-1": asked[0][1]}
    assert sorted(len(content) for _, content in inner.files) == [
        len(b"visavis-refused-upload: There is no room."),
        600_000,
    ]
    upload(gate, 600_000)
    assert asked[2][2] == {}


@pytest.mark.parametrize(
    ("path", "method"), [("/_stcore/health", "PUT"), (PATH, "DELETE"), ("/photo", "PUT")]
)
def test_other_requests_pass(asked: list[Any], path: str, method: str) -> None:
    streamlit = Streamlit()
    upload(UploadGate(streamlit), 3_000_000, path, method)
    assert len(streamlit.files[0][1]) == 3_000_000
    assert asked == []


def test_the_page_gets_the_sentence_in_place_of_the_file() -> None:
    whole = Mock(getvalue=lambda: b"picture")
    assert content_of(whole, 1) == b"picture"
    refused = Mock(getvalue=lambda: b"visavis-refused-upload: There is no room.")
    refusal = content_of(refused, 1)
    assert isinstance(refusal, NoRoomError)
    assert str(refusal) == "There is no room."


def test_a_file_over_the_limit_of_its_page_is_refused() -> None:
    # Only a stranger's program sends one: the browser refuses it.
    large = Mock(getvalue=lambda: bytes(1024 * 1024 + 1))
    assert content_of(large, 2) == large.getvalue()
    refusal = content_of(large, 1)
    assert isinstance(refusal, NoRoomError)
    assert "larger than 1 MB" in str(refusal)


def test_an_upload_that_declares_no_length_counts_as_the_largest(asked: list[Any]) -> None:
    gate = UploadGate(Streamlit())

    async def undeclared(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        headers = [header for header in scope["headers"] if header[0] != b"content-length"]
        await gate({**scope, "headers": headers}, receive, send)

    upload(undeclared, 1000)
    assert asked[0][1] == max_upload_megabytes() * 1024 * 1024
