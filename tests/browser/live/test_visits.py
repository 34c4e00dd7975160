"""Visits of the Live page: seats, other visitors, a lost network or camera, and what is left behind."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server
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

# The beginnings of their names: a stream's own threads, and those that watch and end it.
STREAM_THREADS = (
    "live-stream",
    "watch-stream",
    "end-stream",
    "video-decoder",
    "ShutdownPolling",
    "record-clip",
)


def stream_threads(server: Server) -> list[str]:
    return [name for name in server.thread_names() if name.startswith(STREAM_THREADS)]


def test_the_next_visitor_waits_for_a_seat(page: Page, live_server: Server) -> None:
    open_live_page(page, live_server)
    start_camera(page)
    other = page.context.new_page()
    other.goto(f"{live_server.url}/live")
    expect(other.get_by_text("The only place on this server is taken just now.")).to_be_visible(
        timeout=FIRST_PAGE
    )
    expect(other.get_by_role("button", name="Start the camera")).to_be_disabled()
    page.get_by_role("button", name="Stop the camera").click()
    start_camera(other)
    other.close()


def test_who_comes_too_late_is_told(page: Page, live_server: Server) -> None:
    open_live_page(page, live_server)
    other = page.context.new_page()
    open_live_page(other, live_server)
    start_camera(page)
    # This page has not noticed yet.
    other.get_by_role("button", name="Start the camera").click()
    expect(other.get_by_text("The only place on this server is taken just now.")).to_be_visible(
        timeout=CONNECTED
    )
    other.close()
    page.get_by_role("button", name="Stop the camera").click()


def test_the_page_carries_on_after_its_network_was_gone(
    page: Page, context: BrowserContext, live_server: Server, allowed_errors: list[str]
) -> None:
    allowed_errors.append("net::ERR_INTERNET_DISCONNECTED")
    open_live_page(page, live_server, "Page")
    start_camera(page)
    wait_for_picture(page)
    context.set_offline(True)
    expect(page.locator(".status")).to_have_text(
        "The connection was lost. Looking for it again…", timeout=CONNECTED
    )
    context.set_offline(False)
    expect(page.locator(".status")).to_contain_text("Page · ", timeout=2 * CONNECTED)
    expect_to_play_on(page)
    page.get_by_role("button", name="Stop the camera").click()


@pytest.mark.parametrize("way", ["WebSocket", "Page"])
def test_the_server_ends_what_a_browser_leaves_open(page: Page, live_server: Server, way: str) -> None:
    open_live_page(page, live_server, way)
    start_camera(page)
    wait_for_picture(page)
    page.close(run_before_unload=True)
    visitor = page.context.new_page()
    open_live_page(visitor, live_server)
    wait_for(visitor, lambda: not live_server.landmarker_threads(), "a landmarker is left open")
    wait_for(visitor, lambda: not stream_threads(live_server), "threads of a stream are left")
    expect(visitor.get_by_role("button", name="Start the camera")).to_be_enabled(timeout=CONNECTED)


def test_ten_visits_leave_nothing_behind(page: Page, live_server: Server) -> None:
    # Waits until the networks are loaded, so that only the visits are measured.
    page.goto(f"{live_server.url}/photo")
    expect(page.get_by_role("img", name="Sample: Solvay Conference, 1927 with 29 faces")).to_be_visible(
        timeout=120_000
    )
    memory = []
    for number in range(10):
        visitor = page.context.new_page()
        # There is only one seat, so each visit proves that the one before has freed it.
        open_live_page(visitor, live_server)
        start_camera(visitor)
        expect(visitor.get_by_text("Tracker only")).to_be_visible(timeout=CONNECTED)
        assert live_server.landmarker_threads() > 0
        if number in {4, 5}:
            visitor.get_by_role("button", name="Record").click()
            expect(visitor.get_by_text("Recording: ")).to_be_visible(timeout=CONNECTED)
        if number % 2:
            visitor.get_by_role("link", name="Home").first.click()
            expect(visitor.get_by_role("heading", level=1)).to_have_text("Visavis")
        visitor.close(run_before_unload=True)
        wait_for(page, lambda: not stream_threads(live_server), "threads of a stream are left")
        wait_for(page, lambda: not live_server.landmarker_threads(), "a landmarker is left open")
        memory.append(live_server.memory_mb())
    # The first visits fill caches and pools.
    assert memory[-1] - memory[3] < 60, memory


def test_photo_live_and_photo_again(page: Page, live_server: Server) -> None:
    page.goto(f"{live_server.url}/photo")
    expect(
        page.get_by_role("img", name="Sample: Solvay Conference, 1927 with 29 faces marked")
    ).to_be_visible(timeout=120_000)
    other = page.context.new_page()
    open_live_page(other, live_server)
    start_camera(other)
    for path in ("photo", "live", "photo"):
        page.goto(f"{live_server.url}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=CONNECTED)
    expect(
        page.get_by_role("img", name="Sample: Solvay Conference, 1927 with 29 faces marked")
    ).to_be_visible(timeout=CONNECTED)
    wait_for(other, lambda: turquoise(picture(other)) > 800, "the stream has ended")
    other.close()


def test_a_camera_that_is_pulled_out_is_noticed(page: Page, live_server: Server) -> None:
    open_live_page(page, live_server)
    start_camera(page)
    wait_for_picture(page)
    page.evaluate(
        """() => {
            const [sender] = window.connections[0].getSenders();
            sender.track.dispatchEvent(new Event("ended"));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("The camera is gone")
    start_camera(page)
    page.get_by_role("button", name="Stop the camera").click()
