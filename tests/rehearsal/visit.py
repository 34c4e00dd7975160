"""A visitor who uses every page, as a person would: photos of 12 megapixels, the lesson, a minute of Live."""

import io
import re
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from playwright.sync_api import ConsoleMessage, FilePayload, Page, expect

from pages.learn.lesson import Chapter
from tests import pictures
from tests.browser.conftest import ALL_PICTURES_ARE_THERE, REPLACED_PICTURE, STREAMLITS_OWN_MISSES
from tests.chapters import QUESTIONS

# Tabs of the Photo page, each with words that stand in it once it is filled.
_TABS = {
    "Count errors": "For this sample the truth is known",
    "Hide faces": "Hidden here",
    "Take home": "Tables and annotations",
    "Face mesh": "Turned",
}

# Cloud asks for statistics of use, and the app's policy lets the browser send none.
_PROVOKED = ("data.streamlit.io", "metrics config")

_LIVE_SECONDS = 60


@dataclass
class Visit:
    """What a visitor met.

    Attributes:
        first_face: Seconds from a fresh server's address to the sample's faces.
        photo: Seconds from the choice of a photo of 12 megapixels to its faces, at the median.
        way: How live frames travelled.
        frames: Live frames a second, at the median.
        problems: Errors in the browser's console.
    """

    first_face: float = 0.0
    photo: float = 0.0
    way: str = ""
    frames: float = 0.0
    problems: list[str] = field(default_factory=list)


def photos(count: int) -> list[FilePayload]:
    """Photos of 12 megapixels with some faces."""
    made = []
    for number in range(count):
        picture = pictures.crowd(3000, 4000, face_side=200 + 20 * number)
        # Each with a byte of its own, since an album leaves copies out.
        made.append(_file(f"class_{number}.jpg", pictures.encoded(picture, "JPEG") + bytes([number])))
    return made


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def use_every_page(page: Page, address: str, slowness: float, refused: Sequence[str] = ()) -> Visit:
    """Visit a fresh server.

    Args:
        page: An empty page of a browser whose camera shows a face.
        address: The app's.
        refused: Parts of the app's addresses that the host does not pass on.
        slowness: How many times longer than on a whole core everything may take.
    """
    visit = Visit()
    page.set_default_timeout(60_000 * slowness)
    expect.set_options(timeout=60_000 * slowness)

    def note(message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        provoked = any(part in message.text for part in (*_PROVOKED, *refused))
        # A picture that another one has replaced; whether one is missing is looked at in the end.
        replaced = REPLACED_PICTURE.search(url) or REPLACED_PICTURE.search(message.text)
        if message.type != "error" or provoked or replaced or url.endswith(STREAMLITS_OWN_MISSES):
            return
        visit.problems.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: visit.problems.append(str(error)))
    _look_at_photos(page, address, visit)
    _make_album(page)
    _read_lesson(page, address)
    _stream(page, address, visit)
    page.goto(f"{address}/privacy")
    expect(page.get_by_role("heading", name="Who runs this server")).to_be_visible()
    page.goto(f"{address}/")
    expect(page.get_by_role("button", name="How a network sees")).to_be_visible()
    return visit


def _look_at_photos(page: Page, address: str, visit: Visit) -> None:
    start = time.monotonic()
    page.goto(f"{address}/photo")
    expect(page.get_by_role("img", name=re.compile("Solvay Conference, 1927 with 29 faces"))).to_be_visible()
    visit.first_face = time.monotonic() - start
    for tab, words in _TABS.items():
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.get_by_text(words).first).to_be_visible()
    seconds = []
    for number, photo in enumerate(photos(5)):
        # Folded away once there are photos.
        if number:
            page.get_by_text("Add or remove photos").click()
        start = time.monotonic()
        page.locator("input[type=file]").set_input_files([photo])
        found = page.get_by_role("img", name=re.compile(f"{photo['name']} with [0-9]+ face"))
        if number:
            found = page.get_by_role("button", name=re.compile(f"{photo['name']}, [0-9]+ face"))
        expect(found).to_be_visible()
        seconds.append(time.monotonic() - start)
        slider = page.get_by_role("slider", name="Confidence")
        slider.focus()
        page.keyboard.press("Home")
        expect(slider).to_have_attribute("aria-valuetext", "0.50")
    visit.photo = median(seconds)
    page.wait_for_function(ALL_PICTURES_ARE_THERE)
    page.get_by_role("tab", name="Take home", exact=True).click()
    with page.expect_download():
        page.get_by_role("button", name=re.compile("Table")).first.click()


def _make_album(page: Page) -> None:
    page.get_by_role("link", name="Album").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find the faces in many photos")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for photo in photos(3):
            writer.writestr(photo["name"], photo["buffer"])
    page.locator("input[type=file]").set_input_files([_file("class.zip", archive.getvalue())])
    expect(page.get_by_text(re.compile("faces in 3 photos"))).to_be_visible()


def _read_lesson(page: Page, address: str) -> None:
    for chapter in Chapter:
        page.goto(f"{address}/learn?chapter={chapter}")
        expect(page.get_by_role("heading", name=QUESTIONS[chapter])).to_be_visible()
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(page.get_by_test_id("stException")).to_have_count(0)


def _stream(page: Page, address: str, visit: Visit) -> None:
    page.goto(f"{address}/live")
    page.get_by_role("button", name="Start the camera").click()
    status = page.locator(".status")
    expect(status).to_have_text(re.compile("pictures a second"))
    frames = []
    for _ in range(_LIVE_SECONDS):
        page.wait_for_timeout(1000)
        said = re.search(r"(?P<way>\w+) · .*?(?P<frames>[0-9.]+) pictures a second", status.inner_text())
        if said:
            visit.way = said["way"]
            frames.append(float(said["frames"]))
    visit.frames = median(frames) if frames else 0.0
    page.get_by_role("button", name="Stop the camera").click()
