import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from streamlit import config

from components.ui.http_guard import POLICY_SETTING, HttpGuard, content_security_policy, security_headers


class App:
    """Stands for the app behind the guard: it answers all that it is asked."""

    def __init__(self, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self._headers = headers or []

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": b"photo"})


def ask(
    path: str = "/", host: str = "faces.example", kind: str = "http", app: App | None = None
) -> list[dict[str, Any]]:
    """What comes back through the guard."""
    answers: list[dict[str, Any]] = []

    async def send(message: Any) -> None:  # noqa: ANN401
        answers.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    scope = {"type": kind, "path": path, "headers": [(b"host", host.encode())], "method": "GET"}
    # In a thread of its own, since Playwright leaves an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, HttpGuard(app or App())(scope, receive, send)).result()
    return answers


def status(**question: str) -> int:
    return int(ask(**question)[0]["status"])


@pytest.fixture
def one_host() -> Iterator[None]:
    """The server answers to one name only."""
    config.set_option("server.allowedHosts", ["faces.example"])
    yield
    config.set_option("server.allowedHosts", [])


def test_every_answer_carries_the_headers() -> None:
    start, body = ask()
    headers = dict(start["headers"])
    assert {name: headers[name.encode()].decode() for name in security_headers({})} == security_headers({})
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"camera=(self), microphone=()" in headers[b"permissions-policy"]
    assert body["body"] == b"photo"


def test_what_the_app_says_itself_is_not_said_twice() -> None:
    start, _ = ask(app=App([(b"x-content-type-options", b"nosniff")]))
    assert [name.lower() for name, _ in start["headers"]].count(b"x-content-type-options") == 1


def test_the_policy_lets_no_script_run_that_is_not_ours() -> None:
    (scripts,) = [part for part in content_security_policy({}).split("; ") if part.startswith("script-src")]
    assert "unsafe-inline" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert "http" not in scripts
    assert "default-src 'none'" in content_security_policy({})
    # The one script in Streamlit's page.
    assert scripts.count("'sha256-") == 1, "see `inline_script_hashes` in streamlit_adapter.py"


def test_the_owner_can_replace_the_policy_or_leave_it_out() -> None:
    own = "frame-ancestors https://school.example"
    assert security_headers({POLICY_SETTING: own})["content-security-policy"] == own
    assert "content-security-policy" not in security_headers({POLICY_SETTING: ""})


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/base/_stcore/metrics", "/_stcore/metrics/"])
def test_the_servers_numbers_are_not_public(path: str) -> None:
    assert status(path=path) == 404


def test_without_a_list_every_host_is_answered() -> None:
    assert status(host="anything.example") == 200
    assert ask(kind="websocket", host="anything.example")[0]["type"] == "websocket.accept"


@pytest.mark.usefixtures("one_host")
def test_with_a_list_no_other_host_is_answered() -> None:
    assert status(host="faces.example") == status(host="FACES.example:8501") == 200
    for other in (
        "evil.example",
        "faces.example.evil.example",
        "127.0.0.1",
        "",
        "faces.example@evil.example",
    ):
        start, body = ask(host=other)
        assert start["status"] == 400
        assert b"STREAMLIT_SERVER_ALLOWED_HOSTS" in body["body"]
        assert b"photo" not in body["body"]
        assert ask(kind="websocket", host=other) == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.usefixtures("one_host")
def test_programs_on_the_same_machine_may_look_whether_it_lives() -> None:
    for path in ("/ready", "/_stcore/health"):
        assert status(path=path, host="127.0.0.1:8501") == 200
    # Only these, whatever another address ends with.
    assert status(path="/_stcore/upload_file/visitor/ready", host="evil.example") == 400
