"""Everything the app relies on in Streamlit that is private, undocumented or fragile, and why.

Each function says what happens when Streamlit changes, and has a test of its own. Three more things have no
function, but a test each:

- The hidden option `runner.postScriptGC` in `.streamlit/config.toml`. Without it, sliders and streams stop
  for moments while Python collects garbage.
- The hidden option `global.minCachedMessageSize` there. Without it, a page may stop for good when runs follow
  each other quickly, as where the page carries a stream.
- When nobody waits for a run of the page any more, Streamlit ends it by an exception from the next change of
  the page. It is no `Exception`, so it passes through `except Exception` in the work that `Progress` reports.
  When that changes, work may go on after its visitor has left.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["WebSocket", "WebSocketDisconnect"]

# The element that scrolls. When it is renamed, a new chapter opens where the last button was, not at its top.
MAIN_AREA = "[data-testid=stMain]"

# What Streamlit shows while the server does not answer: a dialog, its title, and the command that it
# recommends on `localhost`. When one of them is renamed, visitors read Streamlit's words again.
CONNECTION_DIALOG = "[data-testid=stDialog]"
CONNECTION_DIALOG_TITLE = "Connection error"
CONNECTION_DIALOG_COMMAND = "[data-testid=stErrorCodeBlock]"


def file_input(uploader_key: str) -> str:
    """The selector of an uploader's file input; the class from the key is documented, the input is not.

    When the input is gone, pasting a picture does nothing, and uploading still works.
    """
    return f".st-key-{uploader_key} input[type=file]"


def refused_file_names(uploader_key: str) -> str:
    """The selector of the names of files that an uploader itself refuses, since they are too large.

    When the attributes are gone, only the uploader's own mark shows that such a file is not taken.
    """
    return f".st-key-{uploader_key} [data-testid=stFileChip][aria-invalid=true] [data-testid=stFileChipName]"


def max_upload_megabytes() -> int:
    """How large an uploaded file may be, as `.streamlit/config.toml` or the server's owner sets it.

    Each uploader has its own limit below that.
    """
    return int(st.get_option("server.maxUploadSize"))


def upload_limit(megabytes: int) -> int:
    """The limit in megabytes of an uploader that asks for one, within the server's own."""
    return min(megabytes, max_upload_megabytes())


def keep_uploads_in_memory() -> None:
    """Receive uploads in memory.

    By default Starlette, which receives them for Streamlit, writes a file of more than 1 MB to the disk, and
    Streamlit has no setting for that. When the attribute is gone, large uploads touch the disk again.
    """
    MultiPartParser.spool_max_size = max_upload_megabytes() * 1024 * 1024


def visitor_id() -> str:
    """Identifies the visitor of this run of a page; empty outside a run.

    Streamlit documents the function, not what it gives. When the attribute is gone, no page opens.
    """
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_visit_connected(visitor: str) -> bool:
    """Whether a visitor's browser is connected just now.

    Streamlit documents the runtime's method, not how an app gets the runtime. When it is gone, no stream
    begins.

    Args:
        visitor: As `visitor_id` names them.
    """
    return not runtime.exists() or runtime.get_instance().is_active_session(visitor)


def uploaded_bytes() -> dict[str, int]:
    """How many bytes of uploads Streamlit holds, by visitor, as `visitor_id` names them.

    Streamlit has no public way to learn it. When the attribute is gone, uploads do not count towards what
    visitors may keep.
    """
    if not runtime.exists():
        return {}
    held = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    # Copied at once, since uploads come in other threads.
    return {
        visitor: sum(len(file.data) for file in list(files.values())) for visitor, files in list(held.items())
    }


def forget_upload(upload: UploadedFile) -> None:
    """Let Streamlit give up a file that the app has taken over, as its own chat input does.

    Otherwise Streamlit holds it until the session ends, even when its uploader is gone. When the method is
    gone, uploads of the album are in memory twice.
    """
    context = get_script_run_ctx()
    remove = getattr(context and context.uploaded_file_mgr, "remove_file", None)
    if context and remove:
        remove(session_id=context.session_id, file_id=upload.file_id)


def middleware(application: Callable[..., Any]) -> Middleware:
    """An ASGI middleware in the form in which `st.App` takes it."""
    return Middleware(application)


def websocket_route(path: str, endpoint: Callable[[WebSocket], Awaitable[None]]) -> WebSocketRoute:
    """A WebSocket of the app's own, in the form in which `st.App` takes it.

    Args:
        path: Where it is, seen from the server's root, without a slash.
        endpoint: Serves one connection.
    """
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return WebSocketRoute(f"/{base}/{path}" if base else f"/{path}", endpoint)
