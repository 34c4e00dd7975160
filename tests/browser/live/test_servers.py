"""The Live page with servers of its own: through a relay, and when the server is started again."""

import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from pages.connection_notice import WAITING
from tests.browser.conftest import free_port, running_server
from tests.browser.live.live_page import (
    CONNECTED,
    FIRST_PAGE,
    expect_to_play_on,
    open_live_page,
    picture,
    start_camera,
    turquoise,
    wait_for,
    wait_for_picture,
)
from tests.browser.turnserver import SECRET, running_turnserver


def test_streams_come_back_by_themselves_after_a_restart_of_the_server(
    page: Page, context: BrowserContext, tmp_path: Path, allowed_errors: list[str]
) -> None:
    allowed_errors += [
        "net::ERR_CONNECTION_REFUSED",
        "WebSocket connection to",
        "WebSocket is already in CLOSING or CLOSED state",
        "when disconnected from server",
        "Client Error",
        "Is Streamlit still running?",
    ]
    port = free_port()
    visitors = {"WebRTC": page, "Page": context.new_page()}
    with running_server(tmp_path, port, VISAVIS_MAX_STREAMS="2"):
        for way, visitor in visitors.items():
            visitor.goto(f"http://localhost:{port}/live?way={way}")
            expect(visitor.get_by_role("button", name="Start the camera")).to_be_visible(timeout=FIRST_PAGE)
            start_camera(visitor)
            wait_for_picture(visitor)
    for visitor in visitors.values():
        # On `localhost`, Streamlit would tell the visitor to run a script.
        notice = visitor.get_by_role("dialog")
        expect(notice).to_contain_text(WAITING, timeout=CONNECTED)
        expect(notice).not_to_contain_text("streamlit", ignore_case=True, use_inner_text=True)
    with running_server(tmp_path, port, VISAVIS_MAX_STREAMS="2"):
        for way, visitor in visitors.items():
            expect(visitor.get_by_role("dialog")).to_have_count(0, timeout=CONNECTED)
            expect(visitor.locator(".status")).to_contain_text(f"{way} · ", timeout=2 * CONNECTED)
            expect_to_play_on(visitor)
        for visitor in visitors.values():
            visitor.get_by_role("button", name="Stop the camera").click()


def test_through_a_relay_only(page: Page, tmp_path: Path) -> None:
    page.add_init_script("window.onlyRelay = true")
    with (
        running_turnserver(tmp_path) as turn,
        running_server(tmp_path, TURN_URLS=turn.url, TURN_SECRET=SECRET) as server,
    ):
        open_live_page(page, server, "WebRTC")
        expect(page.get_by_text("a relay is used (this server's own)")).to_be_visible()
        start_camera(page)
        wait_for(page, lambda: turquoise(picture(page)) > 800, "no mesh in the picture")
        # A browser may nominate several pairs of addresses, send over one, and receive over another.
        used, received = page.evaluate(
            """async () => {
                const statistics = await window.connections.at(-1).getStats();
                const entries = [...statistics.values()];
                const pairs = entries.filter(({ type, bytesSent, bytesReceived }) =>
                    type === "candidate-pair" && bytesSent + bytesReceived > 0);
                return [
                    pairs.map(({ localCandidateId }) => statistics.get(localCandidateId).candidateType),
                    entries.find(({ type }) => type === "transport").bytesReceived,
                ];
            }"""
        )
        assert set(used) == {"relay"}
        assert received > 10_000
        assert turn.allocations() > 0
        # The page gets no secret, but credentials that soon expire.
        (given,) = page.evaluate("window.connections.at(-1).getConfiguration().iceServers")
        assert SECRET not in str(given)
        assert 0 < int(given["username"]) - time.time() < 3 * 3600
