"""Everything the app relies on in Streamlit that is private, undocumented or fragile, and why.

Each function that relies on such a part says what happens when it changes, and has a test of its own. Three
more things have no function, but a test each:

- The hidden option `runner.postScriptGC` in `.streamlit/config.toml`. Without it, sliders and streams stop
  for moments while Python collects garbage.
- The hidden option `global.minCachedMessageSize` there. Without it, a page may stop for good when runs follow
  each other quickly, as where the page carries a stream.
- When nobody waits for a run of the page any more, Streamlit ends it by an exception from the next change of
  the page. It is no `Exception`, so it passes through `except Exception` in the work that `Progress` reports.
  When that changes, work may go on after its visitor has left.
"""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakSet

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import runtime
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, ScriptRunnerEvent, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import (
    ScriptRequests,
    ScriptRequestType,
    _coalesce_widget_states,
)
from streamlit.runtime.state import SafeSessionState
from streamlit.runtime.state.session_state import WStates
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.web.server.starlette import starlette_websocket

__all__ = [
    "ASGIApp",
    "JSONResponse",
    "Message",
    "MutableHeaders",
    "PlainTextResponse",
    "Receive",
    "Request",
    "Response",
    "Scope",
    "Send",
    "WebSocket",
    "WebSocketDisconnect",
]

# The element that scrolls. When it is renamed, a new chapter opens where the last button was, not at its top.
MAIN_AREA = "[data-testid=stMain]"

# What Streamlit shows while the server does not answer: a dialog, its title, and the command that it
# recommends on `localhost`. When one of them is renamed, visitors read Streamlit's words again.
CONNECTION_DIALOG = "[data-testid=stDialog]"
CONNECTION_DIALOG_TITLE = "Connection error"
CONNECTION_DIALOG_COMMAND = "[data-testid=stErrorCodeBlock]"

# Where the pictures are that a run of a page shows. When it is renamed, a picture that was not there at once
# stays missing.
MEDIA_FOLDER = "/media/"


# Streamlit's `AppSession`. Its parts that are used here are private.
Session = Any

# Messages to a browser that answer its questions.
_ANSWERS = ("file_urls_response", "backend_operation_response")


def file_input(uploader_key: str) -> str:
    """The selector of an uploader's file input; the class from the key is documented, the input is not.

    When the input is gone, pasting a picture does nothing, and uploading still works.
    """
    return f".st-key-{uploader_key} input[type=file]"


def refused_file_names(uploader_key: str) -> str:
    """The selector of the names of files that an uploader itself refuses, by size or kind.

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


def keep_messages_to_browsers() -> None:
    """Let no run throw away a message to the browser that it does not make anew; call it once, early.

    When a run begins, Streamlit empties the queue of what it has not sent yet. With it go two things:

    - Answers to questions that are asked only once: where a file may be uploaded to, and what is downloaded.
      Without one of these, the files of an upload vanish without a word.
    - What the page's run had for a fragment, when the fragment runs again at once. The browser then takes the
      fragment off the page, and puts the new one in the place of what follows it.

    When the method or the queue is gone, that may happen again where a visitor does two things in the same
    moment.
    """
    clear = ForwardMsgQueue.clear

    def clear_less(
        queue: ForwardMsgQueue,
        retain_lifecycle_msgs: bool = False,
        fragment_ids_this_run: list[str] | None = None,
    ) -> None:
        if fragment_ids_this_run is not None:
            # The browser needs both messages for a place, each within its own run.
            queue._delta_index_map.clear()
            return
        # Without that flag, everything has been sent.
        waiting = list(queue._queue) if retain_lifecycle_msgs else []
        clear(queue, retain_lifecycle_msgs)
        kept = {id(message) for message in queue._queue}
        queue._queue += [
            message
            for message in waiting
            if id(message) not in kept and message.WhichOneof("type") in _ANSWERS
        ]

    ForwardMsgQueue.clear = clear_less  # type: ignore[assignment, method-assign]


def run_page_for_its_widgets() -> None:
    """Let a change of the page run the page, even when a fragment reports something at the same moment.

    Call it once, early. A browser sends all changes of a moment together, and when one of them comes from a
    fragment, it asks for a run of that fragment only (`scheduleFlush` in Streamlit's WidgetStateManager.ts).
    Without this, the files of an upload wait in their uploader, and presses of buttons are lost. When one of
    the names is gone, the server does not start, or no fragment runs.
    """
    run = ScriptRunner._run_script

    def run_page_or_fragment(runner: ScriptRunner, request: RerunData) -> None:
        if _has_page_changed(runner._session_state, request):
            request = replace(request, fragment_id_queue=[], is_fragment_scoped_rerun=False)
            # A fragment that ran in this thread before leaves its container as the place to write to.
            context_dg_stack.set(get_default_dg_stack_value())
        run(runner, request)

    ScriptRunner._run_script = run_page_or_fragment  # type: ignore[assignment, method-assign]


def _has_page_changed(session: SafeSessionState, request: RerunData) -> bool:
    """Whether a request for a run of fragments brings new values of widgets outside them."""
    if not (request.fragment_id_queue and request.widget_states):
        return False
    with session._lock:
        state = session._state
        reported = WStates(widget_metadata=state._new_widget_state.widget_metadata)
        for widget in request.widget_states.widgets:
            metadata = state.get_widget_metadata(widget.id)
            if metadata and metadata.fragment_id not in request.fragment_id_queue:
                reported.set_widget_from_proto(widget)
        # The browser also reports widgets that are no longer on the page, of which the session has no value.
        return any(name in state and reported[name] != state[name] for name in reported)


def send_all_of_a_run() -> None:
    """Let a browser receive all that a run of the page sends, even when a fragment reports something then.

    Call it once, early. What a run sends waits its turn in the event loop. When a fragment asks for a run
    after the page's has ended, but before all of that has had its turn, Streamlit ignores the rest, as of any
    runner that is no longer the session's. Without this, the page stays incomplete. When one of the names is
    gone, the server does not start, or no page runs.
    """
    create = AppSession._create_scriptrunner
    handle = AppSession._handle_scriptrunner_event_on_event_loop
    ended: WeakSet[ScriptRunner] = WeakSet()

    def create_next(session: AppSession, request: RerunData) -> None:
        # A runner that is stopped for the next one is not the session's any more.
        if session._scriptrunner:
            ended.add(session._scriptrunner)
        create(session, request)

    def handle_of_ended_too(
        session: AppSession,
        sender: ScriptRunner | None,
        event: ScriptRunnerEvent,
        *details: Any,  # noqa: ANN401
    ) -> None:
        current = session._scriptrunner
        if sender in ended and event != ScriptRunnerEvent.SHUTDOWN:
            session._scriptrunner = sender
            try:
                handle(session, sender, event, *details)
            finally:
                session._scriptrunner = current
        else:
            handle(session, sender, event, *details)

    AppSession._create_scriptrunner = create_next  # type: ignore[assignment, method-assign]
    AppSession._handle_scriptrunner_event_on_event_loop = handle_of_ended_too  # type: ignore[assignment, method-assign]


def keep_presses_that_wait() -> None:
    """Let no press be lost that waits for its run; call it once, early.

    While a page runs, what a fragment reports waits for the end. When the page changes meanwhile, Streamlit
    stops the run at once and forgets what waits. A browser reports a press of a button only once, and so it
    does a frame of a stream: without this, they are lost. Here the next run gets them. When one of the names
    is gone, the server does not start, or no page runs.
    """
    request = AppSession.request_rerun

    def request_with_what_waits(session: AppSession, asked: ClientState | None) -> None:
        runner = session._scriptrunner
        if runner and asked and not asked.fragment_id:
            asked = _with_what_waits(runner._requests, asked)
        request(session, asked)

    AppSession.request_rerun = request_with_what_waits  # type: ignore[assignment, method-assign]


def _with_what_waits(requests: ScriptRequests, asked: ClientState) -> ClientState:
    """What a browser asks for, with what waits for a runner that is about to be stopped."""
    with requests._lock:
        if requests._state != ScriptRequestType.RERUN:
            return asked
        # From here on, the runner does not take it.
        requests._state = ScriptRequestType.STOP
        waiting = requests._rerun_data.widget_states
    whole = ClientState()
    whole.CopyFrom(asked)
    whole.widget_states.CopyFrom(_coalesce_widget_states(waiting, asked.widget_states))
    return whole


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


def remaining_sessions() -> dict[str, Session]:
    """The sessions of all visitors who are here or may come back, as `visitor_id` names them.

    Streamlit keeps the session of a visitor who has left for two minutes (`server.disconnectedSessionTTL`),
    since a browser may only have lost its connection. Afterwards it drops such sessions only when another
    visitor comes or leaves; here they are dropped at once. Call this in the event loop's thread, as Streamlit
    does.

    Raises:
        AttributeError: Streamlit keeps its sessions elsewhere. Then the photos of the last visitor may stay
            in memory until the next one comes.
    """
    if not runtime.exists():
        return {}
    manager: Any = runtime.get_instance()._session_mgr
    stored = manager._session_storage
    stored._cache.expire()
    return {info.session.id: info.session for info in (*stored.list(), *manager.list_active_sessions())}


def end_session(session: Session) -> None:
    """End a session that Streamlit has dropped, and empty it: Streamlit itself may go on holding the session.

    Its main loop does so with the last one that it has served, for as long as there is no other.

    Raises:
        AttributeError: Something is gone in which a session keeps what is the visitor's.
    """
    session.shutdown()
    session._session_state.clear()
    # The functions that widgets call.
    session._session_state._new_widget_state.widget_metadata.clear()
    session._fragment_storage.clear()
    session._browser_queue.clear()


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


def is_host_allowed(host: str) -> bool:
    """Whether a request may name the server so, as `server.allowedHosts` says; any name where that is empty.

    Streamlit itself asks this for its WebSocket only. When the function is gone, the server does not start.

    Args:
        host: The request's `Host`.
    """
    return starlette_websocket.is_host_allowed(host)


def inline_script_hashes() -> list[str]:
    """The scripts in Streamlit's page itself, in the form in which a Content-Security-Policy names them.

    When they are elsewhere, browsers do not run them, and say so in their consoles.
    """
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return [f"'sha256-{digest}'" for digest in digests]


def middleware(application: Callable[..., Any]) -> Middleware:
    """An ASGI middleware in the form in which `st.App` takes it."""
    return Middleware(application)


def route(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """An address of the app's own, in the form in which `st.App` takes it.

    Args:
        path: Where it is, seen from the server's root, without a slash.
        endpoint: Answers one request.
    """
    return Route(from_root(path), endpoint)


def websocket_route(path: str, endpoint: Callable[[WebSocket], Awaitable[None]]) -> WebSocketRoute:
    """A WebSocket of the app's own, in the form in which `st.App` takes it.

    Args:
        path: Where it is, seen from the server's root, without a slash.
        endpoint: Serves one connection.
    """
    return WebSocketRoute(from_root(path), endpoint)


def from_root(path: str) -> str:
    """An address of the app as requests name it: behind the server's base path, if it has one.

    Args:
        path: Where it is, seen from an address of a page, without a slash.
    """
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}/{path}" if base else f"/{path}"
