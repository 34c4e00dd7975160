"""The Album page in a real browser: many photos, the sheet of their faces, and the way to one of them."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from components.photo.detector import FaceDetector
from components.photo.image import fit_within, read_photo
from components.photo.limits import DEFAULT_CONFIDENCE
from components.photo.scores import confidence_label
from tests import pictures
from tests.browser.conftest import Server

# Opening the page, and looking at hundreds of photos on a busy machine.
OPENED, ALL_FOUND = 60_000, 240_000

# Ten faces in each photo.
JPEG = pictures.encoded(fit_within(pictures.group(5, 2), 512), "JPEG")
PHOTOS = 200


# Lets everything that Streamlit puts off to the end of a moment wait for `release()`, as on a slow device.
HOLD = """() => {
    const { setTimeout } = window, held = [];
    window.setTimeout = (call, ms, ...rest) => (ms ? setTimeout(call, ms, ...rest) : held.push(call));
    window.release = () => {
        window.setTimeout = setTimeout;
        held.forEach((call) => call());
    };
}"""


def archive(*files: tuple[str, bytes], name: str = "album.zip") -> FilePayload:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for member, content in files:
            written.writestr(member, content)
    return {"name": name, "mimeType": "application/zip", "buffer": file.getvalue()}


def different(content: bytes, number: int) -> bytes:
    """The same picture in another file."""
    return content + number.to_bytes(4, "big")


def open_album(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/album")
    expect(totals(page)).to_have_text(re.compile(r"faces in 2 photos$"), timeout=OPENED)


def totals(page: Page) -> Locator:
    return page.locator(".totals")


def cells(page: Page) -> Locator:
    return page.locator(".cell")


def stop_button(page: Page) -> Locator:
    """The page's own; Streamlit has one in its bar."""
    return page.get_by_test_id("stMain").get_by_role("button", name="Stop")


def expect_on_the_way(page: Page) -> None:
    """Expect the search to have found faces, and not to have ended."""
    expect(page.get_by_text(re.compile(r"^[1-9]\d* of (?:80|60) photos, "))).to_be_visible(timeout=ALL_FOUND)
    expect(totals(page)).to_have_text(re.compile(r"^[1-9].* in [1-9]\d* photos$"), timeout=ALL_FOUND)


def expect_ready(page: Page) -> None:
    """Expect the page to have settled: nothing runs any more."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


@pytest.fixture(scope="module")
def scores(detector: FaceDetector) -> list[float]:
    """The confidences of the faces in each of the photos, from the lowest cut-off up."""
    return [face.confidence for face in detector.detect(read_photo(JPEG))]


def test_two_hundred_photos(page: Page, server: Server, scores: list[float]) -> None:
    shown = sum(score >= DEFAULT_CONFIDENCE for score in scores)
    assert shown >= 10
    files = [(f"class/{number:03}.jpg", different(JPEG, number)) for number in range(PHOTOS)]
    open_album(page, server)
    page.locator("input[type=file]").set_input_files([archive(*files, ("broken.jpg", b"nothing"))])
    expect(totals(page)).to_have_text(
        re.compile(rf"^{PHOTOS * shown:,}.* faces in {PHOTOS} photos$"), timeout=ALL_FOUND
    )
    expect_ready(page)
    # The failure and its reason.
    expect(page.get_by_text("broken.jpg: This cannot be read as a picture")).to_be_visible()

    # Only what is in view is in the page, wherever one scrolls.
    faces = page.locator(".faces")
    assert cells(page).count() < 200
    faces.evaluate("place => place.scrollTo(0, place.scrollHeight)")
    expect(cells(page).last).to_have_attribute("aria-posinset", str(PHOTOS * shown))
    expect(page.get_by_role("button", name="in 199.jpg").last).to_be_visible()
    assert cells(page).count() < 200

    # The least certain face first; by keyboard to the last one and back.
    page.get_by_role("combobox", name="Sort by").select_option("doubt")
    lowest = min(score for score in scores if score >= DEFAULT_CONFIDENCE)
    expect(cells(page).first.get_by_role("button")).to_have_accessible_name(
        re.compile(f"confidence {re.escape(confidence_label(lowest))}$")
    )
    cells(page).first.get_by_role("button").focus()
    page.keyboard.press("End")
    expect(page.locator(".cell :focus")).to_be_visible()
    page.keyboard.press("Home")
    expect(cells(page).first.get_by_role("button")).to_be_focused()

    # One photo's faces, as a table.
    page.get_by_role("combobox", name="Photo", exact=True).select_option(label="117.jpg")
    expect(totals(page)).to_have_text(re.compile(rf"^{shown} of .* faces"))
    expect(page.get_by_text(re.compile(rf"Take home the {shown} faces.*in 1 photo"))).to_be_visible(
        timeout=20_000
    )
    with page.expect_download() as coming:
        page.get_by_role("button", name="Table (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(Path(coming.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) == shown
    assert {row["photo"] for row in rows} == {"117.jpg"}

    # A press on a face leads to its photo, close to the face, and Back to the album as it was left.
    cells(page).first.get_by_role("button").click()
    photo = page.get_by_role("img", name=re.compile(r"^117\.jpg with \d+ faces marked"))
    expect(photo).to_be_visible(timeout=OPENED)
    assert float(photo.evaluate("photo => parseFloat(photo.style.width)")) > 150
    page.go_back()
    expect(totals(page)).to_have_text(re.compile(rf"^{shown} of .* faces in {PHOTOS} photos"), timeout=OPENED)


def test_the_album_grows_and_shrinks_after_a_look_at_other_pages(page: Page, server: Server) -> None:
    png = pictures.encoded(pictures.group(2, 2))
    files = [(f"{number}.png", different(png, 900 + number)) for number in range(5)]
    open_album(page, server)
    page.locator("input[type=file]").set_input_files([archive(*files[:2])])
    expect(totals(page)).to_have_text(re.compile(r" in 2 photos$"), timeout=ALL_FOUND)
    expect(page.get_by_text("Looked at 2 photos")).to_be_visible(timeout=ALL_FOUND)
    for other in ("Learn", "Photo"):
        page.get_by_role("link", name=other).first.click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Find the faces in many photos")
        page.get_by_role("link", name="Album").click()
        expect(totals(page)).to_have_text(re.compile(r" in 2 photos$"), timeout=OPENED)
    page.get_by_text("Add or remove photos").click()
    shown_photo = page.get_by_role("combobox", name="Photo", exact=True)
    # At the same moment, the sheet reports another choice of faces, as it does after 0.4 seconds.
    page.evaluate(HOLD)
    shown_photo.select_option(label="0.png")
    page.wait_for_timeout(1000)
    with page.expect_response(re.compile("/upload_file/")):
        page.locator("input[type=file]").set_input_files([archive(*files[2:])])
    # The uploader reports its files once they are drawn.
    page.wait_for_timeout(500)
    page.evaluate("() => release()")
    expect(page.get_by_text("Looked at 5 photos")).to_be_visible(timeout=ALL_FOUND)
    shown_photo.select_option(label="All photos")
    expect(totals(page)).to_have_text(re.compile(r"^[1-9]\d* .* in 5 photos$"))
    expect(page.get_by_role("button", name="in 4.png").last).to_be_visible()

    # The faces of one photo go with it.
    shown_photo.select_option(label="3.png")
    page.get_by_role("button", name="Remove this photo").click()
    expect(totals(page)).to_have_text(re.compile(r" in 4 photos$"))
    expect(shown_photo.locator("option")).to_have_text(["All photos", "0.png", "1.png", "2.png", "4.png"])


def test_a_finger_that_scrolls_past_a_slider_leaves_it(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_album(page, server)
    page.get_by_text("Filter by confidence").click()
    slider = page.get_by_role("slider", name="Confidence")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    touch = context.new_cdp_session(page)
    before, said = slider.input_value(), totals(page).inner_text()

    def send(kind: str, y: float) -> None:
        points = [{"x": box["x"] + box["width"] * 0.8, "y": y}] if kind != "touchEnd" else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    middle = box["y"] + box["height"] / 2
    send("touchStart", middle)
    for step in range(1, 12):
        send("touchMove", middle - 20 * step)
    send("touchEnd", middle)
    page.wait_for_timeout(500)
    assert slider.bounding_box() != box
    assert slider.input_value() == before
    expect(totals(page)).to_have_text(said)
    context.close()


def test_the_search_shows_what_it_finds_and_can_be_stopped(page: Page, server: Server) -> None:
    png = pictures.encoded(pictures.group(4, 2))
    open_album(page, server)
    page.locator("input[type=file]").set_input_files(
        [archive(*((f"{number:03}.png", different(png, number)) for number in range(80)))]
    )
    # Faces are there before the search has ended.
    expect_on_the_way(page)
    expect(cells(page).first.locator("img")).to_be_visible()
    stop_button(page).click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 80 photos"))).to_be_visible()
    expect_ready(page)
    said = totals(page).inner_text()
    stopped = page.get_by_text(re.compile(r"^Stopped after \d+ of 80 photos")).inner_text()
    looked_at = int(stopped.split()[2])
    tasks = server.tasks().count("find_on_all_cores")
    page.wait_for_timeout(1500)
    assert server.tasks().count("find_on_all_cores") == tasks
    expect(totals(page)).to_have_text(said)
    page.get_by_role("button", name="Go on").click()
    expect(totals(page)).to_have_text(re.compile(r" in 80 photos$"), timeout=ALL_FOUND)
    expect(stop_button(page)).to_have_count(0)
    # The rest is looked at once, but for the photo that the stop interrupted.
    assert server.tasks().count("find_on_all_cores") <= tasks + 80 - looked_at + 2


def test_a_face_opens_its_photo_while_the_search_goes_on(page: Page, server: Server) -> None:
    png = pictures.encoded(pictures.group(4, 2))
    open_album(page, server)
    page.locator("input[type=file]").set_input_files(
        [archive(*((f"{number:03}.png", different(png, 500 + number)) for number in range(60)))]
    )
    expect_on_the_way(page)
    cells(page).first.get_by_role("button").click()
    expect(page.get_by_role("img", name=re.compile(r"^000\.png with \d+ faces marked"))).to_be_visible(
        timeout=OPENED
    )


def test_a_hostile_zip_file_is_refused_in_sentences(page: Page, server: Server) -> None:
    inner = archive(("a.jpg", pictures.encoded(pictures.GRACE, "JPEG")))["buffer"]
    png = pictures.encoded(pictures.GRACE)
    open_album(page, server)
    page.locator("input[type=file]").set_input_files(
        [
            archive(("../../out.png", png), ("inner.zip", inner), ("good.png", png)),
            {"name": "no.zip", "mimeType": "application/zip", "buffer": b"PK, but no more"},
        ]
    )
    expect(totals(page)).to_have_text("1 face in 1 photo", timeout=ALL_FOUND)
    page.get_by_text("3 files cannot be used").click()
    for words in (
        "leads out of the ZIP file",
        "a ZIP file inside a ZIP file",
        "cannot be opened as a ZIP file",
    ):
        expect(page.get_by_text(words)).to_be_visible()
    assert not [line for line in server.files_written() if "out.png" in line]
