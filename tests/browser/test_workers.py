"""Files that take time or memory, visitors who wait, and processes that die: nobody else notices."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests import pictures
from tests.browser.conftest import Server, running_server
from tests.browser.counting_server import MEMORY

# Milliseconds. The slow photo takes seconds, and many of them on a busy machine.
SOON, LATER = 30_000, 180_000


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that believes to be in a container of 690 MB: with one worker, and little to keep."""
    with running_server(tmp_path_factory.mktemp("small"), **{MEMORY: "690"}) as server:
        yield server


@pytest.fixture(scope="module")
def crowd() -> FilePayload:
    """A crowd of 20 megapixels, which keeps a worker busy for seconds."""
    return upload("crowd.jpg", pictures.encoded(pictures.crowd(4000, 5000, face_side=40), "JPEG"))


def upload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def open_photo_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo?sample=grace")
    expect(page.get_by_role("heading", level=3)).to_have_text("1 face", timeout=LATER)


def bring(page: Page, *files: FilePayload) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def test_a_worker_that_is_killed_meanwhile_loses_nothing(
    page: Page, small_server: Server, crowd: FilePayload
) -> None:
    open_photo_page(page, small_server)
    bring(page, crowd)
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=SOON)
    (worker,) = small_server.workers()
    os.kill(worker, signal.SIGKILL)
    expect(page.get_by_role("img", name="crowd.jpg with")).to_be_visible(timeout=LATER)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert worker not in small_server.workers()


def test_who_waits_for_others_is_told_so_and_comes_before_their_next_photo(
    page: Page, small_server: Server, crowd: FilePayload, browser: Browser
) -> None:
    open_photo_page(page, small_server)
    with browser.new_context() as busy_visitor:
        busy_page = busy_visitor.new_page()
        open_photo_page(busy_page, small_server)
        others = [upload(f"{number}.jpg", crowd["buffer"] + bytes(number)) for number in range(1, 5)]
        bring(busy_page, *others)
        expect(busy_page.get_by_role("progressbar")).to_be_visible(timeout=SOON)
        bring(page, upload("small.jpg", pictures.encoded(pictures.group(2, 1), "JPEG")))
        expect(page.get_by_text("The server is busy: 1 task ahead of yours.")).to_be_visible(timeout=SOON)
        before = len(small_server.tasks())
        expect(page.get_by_role("heading", level=3)).to_have_text("2 faces", timeout=LATER)
        since = small_server.tasks()[before:]
        # The faces are cut out as soon as all photos of a visitor are done, so this is the one who waited.
        turns = since[: since.index("cut_for_gallery")].count("find_faces")
        assert turns <= 2, "it waited for more than one of the others' photos"


def test_an_upload_beyond_what_may_be_kept_gets_its_sentence(
    page: Page, small_server: Server, tmp_path: Path
) -> None:
    open_photo_page(page, small_server)
    # Only the bytes matter; what follows a JPEG file's end is ignored.
    picture = pictures.encoded(pictures.group(2, 1), "JPEG") + bytes(24_500_000)
    files = [tmp_path / "one.jpg", tmp_path / "two.jpg"]
    for file in files:
        file.write_bytes(picture)
    page.locator("input[type=file]").set_input_files(files)
    refused = page.get_by_role("alert").filter(has_text="Your photos and results fill the 46 MB")
    expect(refused).to_be_visible(timeout=SOON)
    # The other one is there.
    expect(page.get_by_role("heading", level=3)).to_have_text("2 faces", timeout=SOON)


def test_a_photo_that_needs_more_memory_than_there_is_is_refused_and_the_others_stay(
    page: Page, small_server: Server
) -> None:
    open_photo_page(page, small_server)
    large = pictures.encoded(pictures.noise(7000, 7000) // 64, "JPEG")
    bring(
        page, upload("large.jpg", large), upload("small.jpg", pictures.encoded(pictures.group(2, 1), "JPEG"))
    )
    expect(page.get_by_role("alert")).to_contain_text("more memory than the server has", timeout=LATER)
    expect(page.get_by_role("heading", level=3)).to_have_text("2 faces", timeout=SOON)


def test_files_go_to_workers_without_a_copy_on_disk(page: Page, server: Server, crowd: FilePayload) -> None:
    open_photo_page(page, server)
    before = server.files_written()
    # The server and a worker.
    assert server.watched_processes() > 1, "this test would not notice"
    bring(page, crowd)
    expect(page.get_by_role("img", name="crowd.jpg with")).to_be_visible(timeout=LATER)
    page.get_by_role("tab", name="Hide faces").click()
    expect(page.get_by_role("img", name="hidden")).to_be_visible(timeout=LATER)
    assert server.files_written() == before
