"""Uploads are refused where the server has no room for them, before they are in its memory."""

import re
from collections import Counter

from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.ui.kept import NoRoomError, check_room
from components.ui.streamlit_adapter import ASGIApp, Message, Receive, Scope, Send, max_upload_megabytes

_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<visitor>[^/]+)/[^/]+$")

# Takes the place of a refused file's content, before the sentence. Streamlit's uploader could show an answer
# of the server only as a number.
_REFUSED = b"visavis-refused-upload: "


# Bytes of a form before its file's content begins; browsers send a few hundred.
_LONGEST_HEAD = 65_536


class UploadGate:
    """ASGI middleware: an upload for which there is no room arrives as a sentence instead."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        # Bytes of uploads that are on their way, by visitor.
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the content of a refused upload replaced."""
        upload = _UPLOAD.search(scope.get("path", "")) if scope["type"] == "http" else None
        if upload is None or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        visitor, headers = upload["visitor"], dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        # Browsers always declare a length, and the server holds them to it. Others may send the most.
        size = int(length) if length.isdigit() else max_upload_megabytes() * 1024 * 1024
        try:
            check_room(visitor, size, self._coming)
        except NoRoomError as refusal:
            boundary = headers.get(b"content-type", b"").partition(b"boundary=")[2].strip(b'"')
            receive = _with_other_content(receive, boundary, _REFUSED + str(refusal).encode())
            size = 0
        self._coming[visitor] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[visitor] -= size
            self._coming += Counter()


def _with_other_content(receive: Receive, boundary: bytes, content: bytes) -> Receive:
    """Receive a form with one file, but with other content in the file; what is sent of it is thrown away."""
    head = b""

    async def receive_instead() -> Message:
        nonlocal head
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return message
            # The form's own lines come first, with the file's name; the content begins after an empty line.
            if b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
                head += message.get("body", b"")
            if not message.get("more_body"):
                form = head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + content
                return {"type": "http.request", "body": form + b"\r\n--" + boundary + b"--\r\n"}

    return receive_instead


def content_of(upload: UploadedFile, megabytes: int) -> bytes | NoRoomError:
    """An uploaded file's content, or why it was refused.

    Args:
        upload: The file.
        megabytes: The uploader's limit, to which only its browser holds it.
    """
    content = upload.getvalue()
    if content.startswith(_REFUSED):
        return NoRoomError(content.removeprefix(_REFUSED).decode())
    if len(content) > megabytes * 1024 * 1024:
        return NoRoomError(f"The file is larger than {megabytes} MB; make it smaller and try again.")
    return content
