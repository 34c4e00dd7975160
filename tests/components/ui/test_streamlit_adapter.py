"""What the app relies on in Streamlit that is private, undocumented or fragile.

`tests/browser/test_server.py` looks for the elements in the page, and uploads through Streamlit's own route.
`tests/browser/live/test_servers.py` restarts a server, and reads the notice.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from threading import Event
from typing import cast
from unittest.mock import MagicMock

import pytest
import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit import config
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunner, StopException
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.testing.v1 import AppTest, local_script_runner

from components.ui.streamlit_adapter import (
    _with_what_waits,
    is_visit_connected,
    keep_messages_to_browsers,
    keep_presses_that_wait,
    keep_uploads_in_memory,
    max_upload_megabytes,
    run_page_for_its_widgets,
    send_all_of_a_run,
    visitor_id,
    websocket_route,
)


def test_starlette_still_has_the_size_from_which_uploads_touch_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert hasattr(MultiPartParser, "spool_max_size"), (
        "Starlette's MultiPartParser has no `spool_max_size` any more: see `keep_uploads_in_memory` in "
        "streamlit_adapter.py"
    )
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1)
    keep_uploads_in_memory()
    assert MultiPartParser.spool_max_size == max_upload_megabytes() * 1024 * 1024


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> ForwardMsgQueue:
    """What a run that has just ended had for the browser, with answers to the browser's questions."""
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    keep_messages_to_browsers()
    queue = ForwardMsgQueue()
    for name in ("upload", "words", "fragment", "download", "end"):
        queue.enqueue(message(name))
    return queue


def message(name: str) -> ForwardMsg:
    """A message to the browser, of the kind that the name says."""
    message = ForwardMsg()
    match name:
        case "upload":
            message.file_urls_response.response_id = "asked"
        case "download":
            message.backend_operation_response.request_id = "asked"
        case "words":
            message.delta.new_element.text.body = "words"
            message.metadata.delta_path.append(0)
        case "fragment" | "fragment again":
            message.delta.new_element.text.body = name
            message.delta.fragment_id = "fragment"
            message.metadata.delta_path.append(1)
        case "end":
            message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return message


_QUEUE_CHANGED = (
    "Streamlit's queue of messages has changed: see `keep_messages_to_browsers` in streamlit_adapter.py"
)


def test_a_run_of_the_page_throws_no_answer_to_the_browser_away(queue: ForwardMsgQueue) -> None:
    # As `AppSession` does at the beginning of a run.
    queue.clear(retain_lifecycle_msgs=True)
    sent = queue.flush()
    assert [sent.count(message(name)) for name in ("upload", "download")] == [1, 1], _QUEUE_CHANGED
    assert message("words") not in sent
    assert queue.is_empty(), "what was sent stays"


def test_a_run_of_a_fragment_throws_nothing_of_the_page_away(queue: ForwardMsgQueue) -> None:
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["fragment"])
    queue.enqueue(message("fragment again"))
    names = ("upload", "words", "fragment", "download", "end", "fragment again")
    assert queue.flush() == [message(name) for name in names], _QUEUE_CHANGED
    assert queue.is_empty(), "what was sent stays"


@pytest.fixture
def page_with_fragment(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A page whose browser asks for runs of its fragment only, whatever has changed."""

    def page() -> None:
        import streamlit as st

        def count(what: str) -> None:
            st.session_state[what] = st.session_state.get(what, 0) + 1

        @st.fragment
        def fragment() -> None:
            st.checkbox("In the fragment", key="inner", on_change=count, args=["changes in the fragment"])
            st.button("In the fragment too", key="told", on_click=count, args=["presses in the fragment"])
            count("runs of the fragment")

        st.checkbox("On the page", key="outer", on_change=count, args=["changes of the page"])
        # The address that the page opens with sets it.
        st.checkbox("In the address", key="bound", bind="query-params")
        st.pills("Kept", ["one", "two"], selection_mode="multi", key="kept", persist_state="session")
        if st.button("Press", on_click=count, args=["clicks"]):
            count("presses")
        fragment()
        count("runs of the page")

    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)
    run_page_for_its_widgets()
    app = AppTest.from_function(page)
    app.query_params["bound"] = "true"
    app.run()
    [fragment] = app._fragment_storage._fragments
    monkeypatch.setattr(local_script_runner, "RerunData", partial(RerunData, fragment_id=fragment))
    return app


def test_a_change_in_a_fragment_runs_only_the_fragment(page_with_fragment: AppTest) -> None:
    app = page_with_fragment
    for times in (1, 2):
        app.checkbox(key="inner").set_value(not app.checkbox(key="inner").value).run()
        assert app.session_state["changes in the fragment"] == times
        assert app.session_state["runs of the fragment"] == 1 + times
        assert app.session_state["runs of the page"] == 1


def test_a_change_of_the_page_runs_the_page_when_a_fragment_reports_too(
    page_with_fragment: AppTest,
) -> None:
    app = page_with_fragment
    app.checkbox(key="outer").check()
    app.checkbox(key="inner").check()
    app.run()
    assert app.session_state["changes of the page"] == 1
    assert app.session_state["changes in the fragment"] == 1
    assert app.session_state["runs of the fragment"] == 2
    assert app.session_state["runs of the page"] == 2, (
        "Streamlit handles what widgets report in another way: see `run_page_for_its_widgets` in "
        "streamlit_adapter.py"
    )
    assert [app.checkbox(key=key).value for key in ("outer", "inner")] == [True, True]


def test_what_is_chosen_on_the_page_stays_when_a_fragment_reports_too(page_with_fragment: AppTest) -> None:
    app = page_with_fragment
    assert app.checkbox(key="bound").value is True
    app.checkbox(key="bound").uncheck()
    app.button_group(key="kept").set_value(["one"])
    app.button(key="told").click().run()
    assert app.session_state["presses in the fragment"] == 1
    assert app.session_state["runs of the page"] == 2
    assert app.checkbox(key="bound").value is False
    assert app.button_group(key="kept").value == ["one"]
    # The browser keeps its own values: meanwhile the visitor may have chosen something else.
    assert not app.checkbox(key="bound").proto.set_value
    assert not app.button_group(key="kept").proto.set_value


def test_a_page_sees_a_press_when_a_fragment_reports_too(page_with_fragment: AppTest) -> None:
    app = page_with_fragment
    for times in (1, 2):
        app.checkbox(key="inner").set_value(not app.checkbox(key="inner").value)
        app.button[0].click().run()
        seen = [app.session_state[name] for name in ("clicks", "presses", "changes in the fragment")]
        assert seen == [times] * 3
        assert app.session_state["runs of the page"] == 1 + times


_PAGE_WITH_STREAM = """
import streamlit as st

@st.fragment
def stream():
    st.text("in the fragment")
    if st.button("In the fragment too"):
        st.session_state.presses += 1
    st.session_state.waiting.set()
    st.session_state.may_end.wait(10)

with st.container():
    stream()
st.text("on the page")
if st.checkbox("On the page"):
    st.text("checked")
    st.slider("Only when checked")
"""


@pytest.fixture
def page_with_stream(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The script of a page whose fragment ends when the session's event `may_end` is set."""
    for owner, name in (
        (ScriptRunner, "_run_script"),
        (AppSession, "request_rerun"),
        (AppSession, "_create_scriptrunner"),
        (AppSession, "_handle_scriptrunner_event_on_event_loop"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    keep_presses_that_wait()
    run_page_for_its_widgets()
    send_all_of_a_run()
    monkeypatch.setattr(Runtime, "_instance", MagicMock(spec=Runtime))
    script = tmp_path / "page.py"
    script.write_text(_PAGE_WITH_STREAM)
    return script


def open_session(script: Path) -> AppSession:
    """A visitor's session; the event loop must be running."""
    session = AppSession(ScriptData(str(script), False), MagicMock(), ScriptCache(), None, {})
    session.session_state["may_end"] = Event()
    session.session_state["may_end"].set()
    session.session_state["waiting"] = Event()
    session.session_state["presses"] = 0
    return session


def hold_fragment(session: AppSession) -> None:
    """Let the fragment not end until the session's event `may_end` is set."""
    session.session_state["waiting"].clear()
    session.session_state["may_end"].clear()


async def places_of_texts(session: AppSession) -> dict[str, list[int]]:
    """Where the browser is told to show which text, when nothing runs any more."""
    while session._scriptrunner:
        await asyncio.sleep(0.01)
    return {
        message.delta.new_element.text.body: list(message.metadata.delta_path)
        for message in session.flush_browser_queue()
        if message.delta.new_element.HasField("text")
    }


async def shown_page(script: Path) -> AppSession:
    """The session of a visitor who sees the page, while nothing runs."""
    session = open_session(script)
    session.request_rerun(None)
    await places_of_texts(session)
    return session


async def presses_in_the_end(session: AppSession) -> int:
    """How many presses the fragment has seen, when it may end and nothing runs any more."""
    session.session_state["may_end"].set()
    await places_of_texts(session)
    return int(session.session_state["presses"])


def ask_for_fragment(session: AppSession, checked: bool, besides: Iterable[WidgetState] = ()) -> None:
    """Ask for a run of the fragment, as a browser does that reports the page's checkbox and others too."""
    [fragment] = cast("MemoryFragmentStorage", session._fragment_storage)._fragments
    [checkbox] = [
        widget for widget in session.session_state.get_widget_states() if widget.HasField("bool_value")
    ]
    asked = ClientState(fragment_id=fragment)
    asked.widget_states.widgets.extend([WidgetState(id=checkbox.id, bool_value=checked), *besides])
    session.request_rerun(asked)


def test_all_of_a_run_is_sent_when_a_fragment_reports_at_its_end(page_with_stream: Path) -> None:
    async def visit() -> dict[str, list[int]]:
        session = open_session(page_with_stream)
        session.request_rerun(None)
        assert session._scriptrunner
        assert session._scriptrunner._script_thread
        # The run ends before the event loop has sent anything of it.
        session._scriptrunner._script_thread.join()
        ask_for_fragment(session, checked=False)
        return await places_of_texts(session)

    assert asyncio.run(visit()) == {"in the fragment": [0, 0, 0, 0], "on the page": [0, 1]}, (
        "Streamlit ends the runs of a session in another way: see `send_all_of_a_run` in streamlit_adapter.py"
    )


def test_a_run_of_the_page_after_one_of_a_fragment_is_in_its_place(page_with_stream: Path) -> None:
    async def visit() -> dict[str, list[int]]:
        session = await shown_page(page_with_stream)
        # The fragment runs until it has been asked for again, together with a change of the page.
        hold_fragment(session)
        ask_for_fragment(session, checked=False)
        ask_for_fragment(session, checked=True)
        session.session_state["may_end"].set()
        return await places_of_texts(session)

    places = {"in the fragment": [0, 0, 0, 0], "on the page": [0, 1], "checked": [0, 3]}
    assert asyncio.run(visit()) == places


def press_in_fragment(session: AppSession) -> None:
    """Ask for a run of the fragment, as a browser does when its button is pressed."""
    [button] = [
        name
        for name, widget in session.session_state._new_widget_state.widget_metadata.items()
        if widget.value_type == "trigger_value"
    ]
    ask_for_fragment(session, checked=False, besides=[WidgetState(id=button, trigger_value=True)])


async def until_it_waits(session: AppSession) -> None:
    """Return when the session's run is in the fragment, which may not end yet."""
    while not session.session_state["waiting"].is_set():
        await asyncio.sleep(0.01)


_WAITS_CHANGED = (
    "Streamlit stops a run for the next one in another way: see `keep_presses_that_wait` in "
    "streamlit_adapter.py"
)


def test_a_press_that_waits_for_a_run_reaches_the_next_one(page_with_stream: Path) -> None:
    async def visit() -> int:
        session = await shown_page(page_with_stream)
        # The page runs until the press has been reported, and the page has changed.
        hold_fragment(session)
        session.request_rerun(None)
        await until_it_waits(session)
        press_in_fragment(session)
        session.request_rerun(ClientState())
        return await presses_in_the_end(session)

    assert asyncio.run(visit()) == 1, _WAITS_CHANGED


def test_a_press_that_a_run_has_taken_comes_once(page_with_stream: Path) -> None:
    async def visit() -> int:
        session = await shown_page(page_with_stream)
        hold_fragment(session)
        press_in_fragment(session)
        await until_it_waits(session)
        session.request_rerun(ClientState())
        return await presses_in_the_end(session)

    assert asyncio.run(visit()) == 1, _WAITS_CHANGED


def test_a_press_in_a_fragment_does_not_stop_the_page(page_with_stream: Path) -> None:
    async def visit() -> dict[str, list[int]]:
        session = await shown_page(page_with_stream)
        hold_fragment(session)
        session.request_rerun(None)
        await until_it_waits(session)
        press_in_fragment(session)
        press_in_fragment(session)
        session.session_state["may_end"].set()
        return await places_of_texts(session)

    assert "on the page" in asyncio.run(visit())


def test_what_the_browser_asks_for_is_kept_beside_what_waits() -> None:
    requests = ScriptRequests()
    asked = ClientState(query_string="a=1", page_script_hash="page")
    asked.widget_states.widgets.add(id="slider", int_value=2)
    assert _with_what_waits(requests, asked) == asked
    waiting = WidgetStates()
    waiting.widgets.add(id="slider", int_value=1)
    press = waiting.widgets.add(id="button", trigger_value=True)
    requests.request_rerun(RerunData(fragment_id="fragment", widget_states=waiting))
    whole = _with_what_waits(requests, asked)
    assert requests.on_scriptrunner_ready().type == ScriptRequestType.STOP, "the runner takes it too"
    assert list(whole.widget_states.widgets) == [*asked.widget_states.widgets, press]
    whole.ClearField("widget_states")
    asked.ClearField("widget_states")
    assert whole == asked


def test_a_widget_that_has_left_the_page_runs_no_page(page_with_stream: Path) -> None:
    async def visit() -> dict[str, list[int]]:
        session = await shown_page(page_with_stream)
        ask_for_fragment(session, checked=True)
        assert "checked" in await places_of_texts(session)
        [slider] = [
            widget
            for widget in session.session_state.get_widget_states()
            if widget.HasField("double_array_value")
        ]
        ask_for_fragment(session, checked=False)
        assert "checked" not in await places_of_texts(session)
        # The browser has not heard of it yet.
        ask_for_fragment(session, checked=False, besides=[slider])
        return await places_of_texts(session)

    assert asyncio.run(visit()) == {"in the fragment": [0, 0, 0, 0]}


def test_outside_a_run_there_is_no_visitor() -> None:
    assert visitor_id() == ""


def test_the_hidden_option_that_keeps_streamlit_from_collecting_garbage_is_known_and_set() -> None:
    assert "runner.postScriptGC" in config._config_options_template, (
        "Streamlit has no option `runner.postScriptGC` any more: take it out of .streamlit/config.toml, and "
        "measure whether streams still stop after each run of a page"
    )
    assert st.get_option("runner.postScriptGC") is False


def test_the_hidden_option_that_keeps_messages_whole_is_known_and_set() -> None:
    assert "global.minCachedMessageSize" in config._config_options_template, (
        "Streamlit has no option `global.minCachedMessageSize` any more: take it out of "
        ".streamlit/config.toml, and see whether a page that carries a stream on a busy machine survives a "
        "lost network"
    )
    whole = config.get_option("server.maxMessageSize") * 1024 * 1024
    assert st.get_option("global.minCachedMessageSize") > whole


def test_the_end_of_a_run_passes_through_handlers_of_errors() -> None:
    for ends in (StopException, RerunException):
        assert not issubclass(ends, Exception), (
            f"Streamlit's {ends.__name__} is an Exception now: look for `except Exception` around progress"
        )


def test_the_upload_limit_is_the_one_that_is_configured() -> None:
    assert max_upload_megabytes() == st.get_option("server.maxUploadSize") == 200


def test_a_file_that_is_taken_over_is_forgotten_by_streamlit() -> None:
    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from components.ui.streamlit_adapter import forget_upload

        upload = st.file_uploader("File")
        if upload:
            forget_upload(upload)
            context = get_script_run_ctx()
            assert context
            held = context.uploaded_file_mgr.get_files(context.session_id, [upload.file_id])
            st.text(f"{len(upload.getvalue())} bytes, {len(held)} held")

    app = AppTest.from_function(page).run()
    app.file_uploader[0].set_value(("a.jpg", b"123", "image/jpeg")).run()
    assert not app.exception
    assert app.text[0].value == "3 bytes, 0 held", "see `forget_upload` in streamlit_adapter.py"


def test_streamlit_still_tells_whose_browser_is_connected() -> None:
    assert hasattr(Runtime, "is_active_session"), (
        "Streamlit's Runtime has no `is_active_session` any more: see `is_visit_connected` in "
        "streamlit_adapter.py"
    )
    # Without a server, nobody can have left.
    assert is_visit_connected("anybody")


@pytest.mark.parametrize(
    ("base", "path"), [("", "/frames"), ("app", "/app/frames"), ("/a/b/", "/a/b/frames")]
)
def test_a_websocket_is_beside_the_pages(monkeypatch: pytest.MonkeyPatch, base: str, path: str) -> None:
    async def serve(_: object) -> None:
        """Serve nothing."""

    monkeypatch.setattr(st, "get_option", lambda _: base)
    assert websocket_route("frames", serve).path == path
