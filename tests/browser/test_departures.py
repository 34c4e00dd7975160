"""What is left of visitors who have gone: nothing."""

import io
import os
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests import pictures
from tests.browser.conftest import Server, running_server

# Milliseconds.
FIRST, NEXT = 120_000, 30_000

# Seconds for which Streamlit keeps the session of a visitor who has left; otherwise two minutes.
KEPT_SECONDS = 1

# Milliseconds until nothing is left: Streamlit's time, the next look, and what takes a moment to end. With
# Streamlit's two minutes, that is less than three.
FORGOTTEN = KEPT_SECONDS * 1000 + 40_000


@pytest.fixture(scope="module")
def forgetful_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    kept = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(KEPT_SECONDS)}
    with running_server(tmp_path_factory.mktemp("server"), **kept) as server:
        yield server


def marked_photo(mark: bytes, turn: int = 0) -> bytes:
    """A JPEG file of megabytes with a mark all over it, behind the picture's end, where nobody reads it."""
    return pictures.encoded(np.roll(pictures.group(4, 2), turn, 0), "JPEG") + (mark + bytes(1000)) * 1500


def upload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def bring_photo_and_album(page: Page, server: Server, mark: bytes) -> None:
    """Visit the pages that keep most: a photo with all of its tabs, the lesson on it, and an album."""
    page.goto(f"{server.url}/photo")
    expect(page.get_by_role("img", name="Sample: Solvay Conference, 1927 with 29 faces")).to_be_visible(
        timeout=FIRST
    )
    page.locator("input[type=file]").set_input_files([upload("own.jpg", marked_photo(mark))])
    expect(page.get_by_role("img", name="own.jpg with 8 faces")).to_be_visible(timeout=NEXT)
    page.get_by_role("tab", name="Hide faces").click()
    expect(page.get_by_role("img", name="hidden")).to_be_visible(timeout=NEXT)
    # Imports MediaPipe.
    page.get_by_role("link", name="Live").first.click()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible(timeout=NEXT)
    page.get_by_role("link", name="Album").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find the faces in many photos", timeout=NEXT)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for number in range(3):
            writer.writestr(f"{number}.jpg", marked_photo(mark, number))
    page.locator("input[type=file]").set_input_files([upload("class.zip", archive.getvalue())])
    expect(page.get_by_text("24 faces in 3 photos")).to_be_visible(timeout=NEXT)


@pytest.mark.parametrize("others_stay", [False, True], ids=["the last one", "others stay"])
def test_nothing_is_left_of_a_visitors_photos(
    browser: Browser, page: Page, forgetful_server: Server, others_stay: bool
) -> None:
    if others_stay:
        page.goto(f"{forgetful_server.url}/photo?sample=grace")
        expect(page.get_by_role("heading", level=3)).to_have_text("1 face", timeout=FIRST)
    mark = os.urandom(24)
    with browser.new_context() as visitor:
        bring_photo_and_album(visitor.new_page(), forgetful_server, mark)
        assert forgetful_server.count_in_memory(mark) > 1500, "this test would not notice"
    for _ in range(FORGOTTEN // 1000):
        page.wait_for_timeout(1000)
        left = forgetful_server.count_in_memory(mark)
        if not left:
            break
    assert not left, f"of {mark!r} there are {left} in memory: see components/ui/departures.py"
    if others_stay:
        page.get_by_text("Solvay Conference, 1927", exact=True).click()
        expect(page.get_by_role("heading", level=3)).to_have_text("29 faces", timeout=NEXT)
