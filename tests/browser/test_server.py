"""A fresh server's first visit, and what the app relies on in Streamlit's own pages and routes."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from components.live.seats import SETTING, seat_limit
from components.ui.http_guard import security_headers
from components.ui.readiness import app_version
from components.ui.streamlit_adapter import MAIN_AREA, file_input
from components.workers.machine import this_machine
from pages.connection_notice import OVER
from tests import pictures
from tests.browser.conftest import ROOT, Server, free_port, wait_until_healthy

# Milliseconds.
FIRST = 60_000

HEADINGS = {
    "photo": "Find the faces in a photo",
    "album": "Find the faces in many photos",
    "live": "Your face mesh, live",
    "learn": "See what the network sees",
}

COMMANDS = {
    "make run": ["make", "run"],
    "streamlit run": ["streamlit", "run", "streamlit_app.py"],
}


@contextmanager
def started_by(command: list[str], folder: Path) -> Iterator[str]:
    """The address of a server that a command of the README starts; stopped in the end."""
    port = free_port()
    settings = {
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STUN_URLS": "",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | settings,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(url, process, folder / "log")
        yield url
    finally:
        # With all that it has started.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


# `make run` ends with the same command, so one page is enough for it, and the others for that.
@pytest.mark.parametrize(
    ("command", "path"),
    [("make run" if path == "photo" else "streamlit run", path) for path in HEADINGS],
)
def test_the_first_visit_may_be_to_any_page(page: Page, tmp_path: Path, command: str, path: str) -> None:
    with started_by(COMMANDS[command], tmp_path) as url:
        page.goto(f"{url}/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS[path], timeout=FIRST)
        links = page.get_by_test_id("stTopNavLink")
        expect(links).to_have_text([re.compile(name) for name in ("Home", "Photo", "Album", "Live", "Learn")])
        expect(page.get_by_role("dialog")).to_have_count(0)
        if path == "photo":
            expect(
                page.get_by_role("img", name="Sample: Solvay Conference, 1927 with 29 faces")
            ).to_be_visible(timeout=FIRST)


def test_an_upload_through_streamlits_own_route_reaches_no_disk(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo")
    expect(
        page.get_by_role("img", name="Sample: Solvay Conference, 1927 with 29 faces marked")
    ).to_be_visible(timeout=120_000)
    before = server.files_written()
    # The server and a worker.
    assert server.watched_processes() > 1, "this test would not notice"
    large = pictures.encoded(pictures.noise(1500, 2000))
    assert len(large) > 5_000_000
    page.locator(file_input("uploads")).set_input_files(
        {"name": "large.png", "mimeType": "image/png", "buffer": large}
    )
    expect(page.get_by_text("large.png, 2000 × 1500 pixels")).to_be_visible(timeout=FIRST)
    assert server.files_written() == before


def test_who_has_to_load_the_page_again_is_told_so(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/learn")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS["learn"], timeout=FIRST)
    # The last element of each page.
    expect(page.locator(".st-key-connection_notice")).to_be_attached(timeout=FIRST)
    # As Streamlit shows it; other portals come and go meanwhile.
    page.evaluate(
        """() => {
            const notice = document.createElement("div");
            notice.dataset.testid = "stDialog";
            notice.innerHTML = `<section role="dialog"><h2>Connection error</h2><div><div>Failed to process a
                Websocket message. Please <a href="#">report this bug</a>.</div></div></section>`;
            document.body.append(notice);
        }"""
    )
    expect(page.get_by_role("dialog")).to_have_text(f"Connection error{OVER}")
    page.evaluate("document.body.append(document.createElement('div'))")
    page.wait_for_timeout(200)
    expect(page.get_by_role("dialog")).to_have_text(f"Connection error{OVER}")


def test_the_elements_that_scripts_look_for_are_in_the_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST)
    for selector in (MAIN_AREA, file_input("uploads")):
        gone = f"Streamlit's page has no {selector} any more: see components/ui/streamlit_adapter.py"
        expect(page.locator(selector), gone).to_have_count(1)


def answered(url: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, dict(refusal.headers), refusal.read().decode()


def test_the_server_tells_when_it_is_ready(server: Server) -> None:
    deadline = time.monotonic() + 60
    while answered(f"{server.url}/ready")[0] == 503:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    status, _, text = answered(f"{server.url}/ready")
    assert status == 200
    seats = seat_limit(os.environ.get(SETTING), this_machine().cores)
    assert json.loads(text) == {
        "ready": True,
        "version": app_version(),
        "seats": seats,
        "free_seats": seats,
    }


@pytest.mark.parametrize("path", ["/", "/photo", "/ready", "/_stcore/health", "/nowhere", "/_stcore/metrics"])
def test_every_answer_has_the_headers(server: Server, path: str) -> None:
    status, headers, _ = answered(f"{server.url}{path}")
    assert (status == 404) is path.endswith("metrics")
    sent = {name.lower(): value for name, value in headers.items()}
    assert {name: sent.get(name) for name in security_headers({})} == security_headers({})


def test_no_script_runs_that_somebody_has_smuggled_in(
    page: Page, server: Server, allowed_errors: list[str]
) -> None:
    allowed_errors.append("Content Security Policy")
    foreign = server.url.replace("127.0.0.1", "localhost")
    page.route(f"{foreign}/foreign", lambda route: route.fulfill(body="window.ran = 'foreign'"))
    page.goto(f"{server.url}/photo")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST)
    ran = page.evaluate(
        """async (address) => {
            const place = document.createElement("div");
            document.body.append(place);
            place.innerHTML = `<img src="data:," onerror="window.ran = 'handler'">`;
            const inline = document.createElement("script");
            inline.textContent = "window.ran = 'inline'";
            const foreign = document.createElement("script");
            foreign.src = address;
            document.body.append(inline, foreign);
            const sent = await fetch(address, { mode: "no-cors" }).then(() => "sent", () => "");
            await new Promise((resolve) => setTimeout(resolve, 300));
            return [window.ran ?? "", sent];
        }""",
        f"{foreign}/foreign",
    )
    assert ran == ["", ""]


@contextmanager
def other_site(content: bytes) -> Iterator[str]:
    """The address of a site on this machine with one page; browsers let no site elsewhere show local ones."""

    class OnePage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), OnePage) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


def test_no_other_site_shows_the_app_in_a_frame(
    page: Page, server: Server, allowed_errors: list[str]
) -> None:
    allowed_errors += ["frame-ancestors", "favicon"]
    with other_site(f"<link rel=icon href=data:,><iframe src='{server.url}'></iframe>".encode()) as address:
        page.goto(address)
        page.wait_for_timeout(1000)
        (frame,) = page.frames[1:]
        assert frame.url == "chrome-error://chromewebdata/"
