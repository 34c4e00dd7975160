"""Two servers behind nginx, as SHARING.md sets it up."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests import pictures
from tests.browser.conftest import Server, free_port, running_server
from tests.rehearsal.proxy import running_proxy

# Milliseconds.
FIRST, NEXT = 120_000, 30_000


@pytest.fixture(scope="module")
def browser(camera_browser: Browser) -> Browser:
    return camera_browser


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two servers with one seat each."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(running_server(tmp_path_factory.mktemp(name), VISAVIS_MAX_STREAMS="1"))
            for name in ("one", "two")
        ]


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


@pytest.fixture(scope="module")
def address(servers: list[Server]) -> Iterator[str]:
    with running_proxy([port_of(server) for server in servers]) as address:
        yield address


def visitor_of(browser: Browser, address: str, port: int) -> Page:
    """A visitor of one of the servers, in a browser of their own."""
    context = browser.new_context()
    context.add_cookies([{"name": "server", "value": f"127.0.0.1:{port}", "url": address}])
    return context.new_page()


def upload(page: Page, name: str, content: bytes) -> None:
    file: FilePayload = {"name": name, "mimeType": "image/jpeg", "buffer": content}
    page.locator("input[type=file]").set_input_files([file])


def open_photo_page(page: Page, address: str) -> None:
    page.goto(f"{address}/photo?sample=grace")
    expect(page.get_by_role("heading", level=3)).to_have_text("1 face", timeout=FIRST)


def test_a_visitor_stays_with_one_server(page: Page, address: str, servers: list[Server]) -> None:
    open_photo_page(page, address)
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie.get("name") == "server"]
    ours, other = sorted(servers, key=lambda server: str(port_of(server)) not in cookie.get("value", ""))
    before = len(other.tasks())
    # As large as a photo may be; browsers count in thousands.
    picture = pictures.encoded(pictures.group(2, 1), "JPEG")
    upload(page, "large.jpg", picture + bytes(25_000_000 - len(picture)))
    expect(page.get_by_role("img", name="large.jpg with 2 faces")).to_be_visible(timeout=NEXT)
    page.get_by_role("link", name="Album").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find the faces in many photos")
    page.get_by_role("link", name="Photo").first.click()
    expect(page.get_by_role("img", name="large.jpg with 2 faces")).to_be_visible(timeout=NEXT)
    assert len(other.tasks()) == before
    assert "find_faces" in ours.tasks()


def test_each_server_has_its_own_seats_and_frames_come_through(
    browser: Browser, address: str, servers: list[Server]
) -> None:
    visitors = [visitor_of(browser, address, port_of(server)) for server in servers]
    for visitor in visitors:
        visitor.goto(f"{address}/live?way=WebSocket")
        visitor.get_by_role("button", name="Start the camera").click()
        expect(visitor.locator(".status")).to_contain_text("WebSocket · ", timeout=NEXT)
    # Both seats are taken now.
    third = visitor_of(browser, address, port_of(servers[0]))
    third.goto(f"{address}/live")
    expect(third.get_by_text("The only place on this server is taken just now.")).to_be_visible(timeout=NEXT)
    for visitor in (*visitors, third):
        visitor.context.close()


def test_who_loses_a_server_is_told_and_nothing_appears_elsewhere(
    page: Page, tmp_path: Path, servers: list[Server], allowed_errors: list[str]
) -> None:
    allowed_errors += ["502", "WebSocket", "disconnected", "Client Error", "Is Streamlit still running?"]
    port, (survivor, _) = free_port(), servers
    mark = os.urandom(24)
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with running_proxy([port, port_of(survivor)]) as address:
        page.context.add_cookies([{"name": "server", "value": f"127.0.0.1:{port}", "url": address}])
        with running_server(tmp_path / "first", port):
            open_photo_page(page, address)
            upload(page, "own.jpg", pictures.encoded(pictures.group(2, 1), "JPEG") + mark * 1000)
            expect(page.get_by_role("img", name="own.jpg with 2 faces")).to_be_visible(timeout=NEXT)
        # The next server takes over, and knows nothing of the photo.
        expect(page.get_by_text("This address brings back the settings, but no photos")).to_be_visible(
            timeout=NEXT
        )
        assert survivor.count_in_memory(mark) == 0
        with running_server(tmp_path / "second", port) as restarted:
            page.wait_for_timeout(3000)
            assert restarted.count_in_memory(mark) == 0
            upload(page, "again.jpg", pictures.encoded(pictures.group(4, 1), "JPEG"))
            expect(page.get_by_role("img", name="again.jpg with 4 faces")).to_be_visible(timeout=NEXT)
