import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserType, FilePayload, Locator, Page, Route, expect

from components.ui.streamlit_adapter import MEDIA_FOLDER
from tests import pictures
from tests.browser.chromium import camera_arguments
from tests.browser.conftest import Server

# The first picture waits for the browser to load the page's scripts, and for the networks.
FIRST_PICTURE = 120_000
NEXT_PICTURE = 30_000


def upload(page: Page, *files: FilePayload) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def photo(name: str, content: bytes) -> FilePayload:
    return {
        "name": name,
        "mimeType": "application/octet-stream",
        "buffer": content,
    }


def headline(page: Page) -> Locator:
    return page.get_by_role("heading", level=3)


def gallery(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile(r"^Face \d+, confidence"))


def expect_loaded(picture: Locator) -> None:
    """Expect a picture to be on the page with its pixels, not only its frame."""
    expect(picture).to_be_visible(timeout=NEXT_PICTURE)
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def open_photo_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo?sample=grace")
    expect(headline(page)).to_have_text("1 face", timeout=FIRST_PICTURE)
    # The page's scripts come after its words.
    expect(gallery(page)).to_have_count(1, timeout=NEXT_PICTURE)


def test_the_samples_are_there_before_the_first_upload(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo")
    expect(headline(page)).to_have_text("29 faces", timeout=FIRST_PICTURE)
    expect_loaded(page.get_by_role("img", name="Sample: Solvay Conference, 1927 with 29 faces marked"))
    expect(gallery(page)).to_have_count(29, timeout=NEXT_PICTURE)
    page.get_by_text("Grace Hopper", exact=True).click()
    expect(gallery(page)).to_have_count(1, timeout=NEXT_PICTURE)
    expect_loaded(page.get_by_role("img", name="Sample: Grace Hopper with 1 face marked"))
    expect_loaded(gallery(page).locator("img"))
    expect(page.locator(".face")).to_have_count(1)
    # No choice is a step back, so Back leaves the page.
    assert page.evaluate("history.length") == 2


def test_faces_are_counted_and_the_slider_filters_without_a_network(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    upload(page, photo("blurred.png", pictures.encoded(pictures.blurred())))
    expect_loaded(page.get_by_role("img", name="blurred.png with 1 face marked"))
    expect(headline(page)).to_have_text("1 face")
    expect(gallery(page)).to_have_count(1)
    calls = server.detections()

    slider = page.get_by_role("slider", name="Confidence")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0.50")
    expect(headline(page)).to_have_text("2 faces")
    expect(gallery(page)).to_have_count(2)
    expect(page.locator(".face")).to_have_count(2)
    expect_loaded(page.get_by_role("img", name="blurred.png with 2 faces marked"))
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "1")
    expect(headline(page)).to_have_text("0 faces")
    expect(gallery(page)).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "0.9999")
    # The thumb is above the histogram's line, which follows once the server has answered.
    expect(page.get_by_text("candidates from 0.9999 up")).to_be_visible()
    thumb, line = slider.locator("xpath=../.."), page.locator(".score-bars b")
    thumb_box, line_box = thumb.bounding_box(), line.bounding_box()
    assert thumb_box is not None
    assert line_box is not None
    middle = thumb_box["x"] + thumb_box["width"] / 2
    assert middle == pytest.approx(line_box["x"] + line_box["width"] / 2, abs=2)
    assert server.detections() == calls


def test_bad_files_lose_no_other(page: Page, server: Server, tmp_path: Path) -> None:
    open_photo_page(page, server)
    contents = {
        "text.jpg": b"just some text",
        "empty.jpg": b"",
        "large.jpg": bytes(26 * 1024 * 1024),
        "cut.png": pictures.encoded(pictures.GRACE)[:-9000],
        "bomb.png": pictures.png_declaring(16384, 16384),
        "good.jpg": pictures.encoded(pictures.group(columns=2, rows=1), "JPEG"),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    page.locator("input[type=file]").set_input_files([tmp_path / name for name in contents])
    expect(headline(page)).to_have_text("2 faces", timeout=NEXT_PICTURE)
    page.get_by_text("5 files cannot be used").click()
    for text in (
        "text.jpg: This cannot be read as a picture; use an undamaged JPEG, PNG, WebP, HEIC, AVIF",
        "empty.jpg: The file is empty; choose one that opens on your device.",
        "cut.png: The picture is damaged or incomplete; try another copy of it.",
        "bomb.png: The picture has more than 50 megapixels; make it smaller and try again.",
        "large.jpg: The file is larger than 25 MB; make it smaller and try again.",
    ):
        expect(page.get_by_role("listitem").filter(has_text=text)).to_be_visible(timeout=NEXT_PICTURE)


@pytest.fixture(scope="module")
def slow_photo() -> FilePayload:
    """A crowd of 45 megapixels, which keeps the networks busy for seconds."""
    return photo("crowd.jpg", pictures.encoded(pictures.crowd(5800, 7800, face_side=40), "JPEG"))


def wait_for_progress(page: Page) -> None:
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible(timeout=NEXT_PICTURE)
    expect(page.get_by_text("Looking for faces in crowd.jpg…")).to_be_visible()
    # Detection has started, after decoding.
    expect(bar).not_to_have_attribute("aria-valuenow", "0", timeout=NEXT_PICTURE)


def expect_abandoned(server: Server, page: Page, count: int) -> None:
    for _ in range(100):
        if server.abandoned_detections() == count:
            return
        page.wait_for_timeout(100)
    pytest.fail("The detector went on looking for faces that nobody waits for.")


def test_removing_a_photo_abandons_its_detection(page: Page, server: Server, slow_photo: FilePayload) -> None:
    open_photo_page(page, server)
    before = server.abandoned_detections()
    upload(page, slow_photo)
    wait_for_progress(page)
    page.get_by_text("Add or remove photos").click()
    page.get_by_role("button", name="Remove crowd.jpg").click()
    expect_loaded(page.get_by_role("img", name="Sample: Grace Hopper with 1 face marked"))
    expect_abandoned(server, page, before + 1)
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_leaving_abandons_the_detection(page: Page, server: Server, slow_photo: FilePayload) -> None:
    visitor = page.context.new_page()
    open_photo_page(visitor, server)
    before = server.abandoned_detections()
    upload(visitor, slow_photo)
    wait_for_progress(visitor)
    visitor.close()
    expect_abandoned(server, page, before + 1)


def test_a_long_strip_does_not_fill_the_page(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    upload(page, photo("strip.png", pictures.encoded(pictures.noise(height=3000, width=30))))
    strip = page.get_by_role("img", name="strip.png with 0 faces marked")
    expect_loaded(strip)
    box = strip.bounding_box()
    assert box is not None
    assert box["height"] < 1400


def test_visitors_share_no_results(page: Page, server: Server, browser: Browser) -> None:
    content = photo("mine.jpg", pictures.encoded(pictures.group(columns=3, rows=1), "JPEG"))
    open_photo_page(page, server)
    upload(page, content)
    expect(headline(page)).to_have_text("3 faces", timeout=NEXT_PICTURE)
    calls = server.detections()
    with browser.new_context() as other_visitor:
        other_page = other_visitor.new_page()
        open_photo_page(other_page, server)
        expect(other_page.get_by_text("mine.jpg")).to_have_count(0)
        upload(other_page, content)
        expect(headline(other_page)).to_have_text("3 faces", timeout=NEXT_PICTURE)
    # The sample and the photo, both again.
    assert server.detections() == calls + 2


def three_photos() -> list[FilePayload]:
    return [
        photo("group.jpg", pictures.encoded(pictures.group(columns=3, rows=1), "JPEG")),
        photo("blurred.png", pictures.encoded(pictures.blurred())),
        photo("grace.webp", pictures.encoded(pictures.GRACE, "WEBP")),
    ]


def choose(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()
    expect(page.get_by_role("tab", name=tab, exact=True)).to_have_attribute("aria-selected", "true")


def count_errors(page: Page) -> None:
    """Open the tab that counts errors. A click or a key marks errors once the stage knows of it."""
    choose(page, "Count errors")
    expect(page.locator(".caption")).to_contain_text("boxes that are no face", timeout=NEXT_PICTURE)


def face_on_photo(page: Page, index: int) -> Locator:
    return page.locator(f".face[data-index='{index}']")


def value(page: Page, metric: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=metric).get_by_test_id("stMetricValue")


def downloaded(page: Page, button: str) -> tuple[str, bytes]:
    """The name and the content of the file that a button gives."""
    with page.expect_download(timeout=NEXT_PICTURE) as started:
        page.get_by_role("button", name=button).click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def choose_photos_to_take(page: Page, photos: str, sign: str) -> None:
    """Choose which photos are taken home; while the page runs for that, no file of before can be had."""
    page.get_by_text(photos, exact=True).click()
    expect(page.get_by_role("button", name=sign)).to_be_visible(timeout=NEXT_PICTURE)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def opened(data: bytes) -> pictures.Picture:
    """A picture as another library reads it."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def test_a_visit_from_the_upload_to_the_files_taken_home(
    page: Page, server: Server, browser: Browser
) -> None:
    open_photo_page(page, server)
    upload(page, *three_photos())
    expect(page.get_by_text("In all 3 photos: 5 faces.")).to_be_visible(timeout=NEXT_PICTURE)
    calls = server.detections()

    # Another photo, and a lower cut-off: the fold of the flag is taken for a face.
    page.get_by_role("button", name="2 · blurred.png").click()
    expect(headline(page)).to_have_text("1 face")
    page.get_by_role("button", name="1 · group.jpg, 3 faces").click()
    expect(headline(page)).to_have_text("3 faces")
    page.get_by_role("button", name="2 · blurred.png").click()
    expect(headline(page)).to_have_text("1 face")
    page.get_by_role("slider", name="Confidence").focus()
    page.keyboard.press("Home")
    expect(headline(page)).to_have_text("2 faces")

    # The visitor marks it as no face, and marks a missed face.
    count_errors(page)
    expect(value(page, "False alarms")).to_have_text("-")
    face_on_photo(page, 1).locator(".area").click()
    expect(value(page, "False alarms")).to_have_text("1")
    expect(value(page, "Precision")).to_have_text("50 %")
    expect(page.get_by_role("button", name="Face 2, confidence 0.86, marked as not a face")).to_be_visible()
    page.locator(".overlay").click(position={"x": 30, "y": 30})
    expect(value(page, "Misses")).to_have_text("1")
    expect(page.locator(".missed")).to_have_count(1)
    page.locator(".overlay").click(position={"x": 33, "y": 32})
    expect(value(page, "Misses")).to_have_text("0")

    # A box that is no face is left out from then on; here the visitor removes the mark.
    choose(page, "Faces")
    expect(headline(page)).to_have_text("1 face")
    count_errors(page)
    page.get_by_role("button", name="Remove all marks").click()
    expect(value(page, "False alarms")).to_have_text("-")

    # A face chosen in the gallery is highlighted in the photo, and the other way round.
    choose(page, "Hide faces")
    page.get_by_text("Chosen", exact=True).click()
    expect(page.get_by_text("Click or tap faces in the photo to choose them.")).to_be_visible()
    page.get_by_role("button", name="Face 1, confidence").click()
    expect(page.locator(".face.chosen")).to_have_count(1)
    expect(face_on_photo(page, 0)).to_have_class("face chosen")
    face_on_photo(page, 1).locator(".area").click()
    expect(page.get_by_role("button", name="Face 2, confidence")).to_have_attribute("aria-pressed", "true")
    face_on_photo(page, 1).locator(".area").click()
    expect(page.get_by_role("button", name="Face 2, confidence")).to_have_attribute("aria-pressed", "false")

    # It is hidden, and nothing else.
    expect_loaded(page.get_by_role("img", name="blurred.png with 1 face hidden"))
    name, content = downloaded(page, "This photo with hidden faces")
    assert name == "blurred-hidden.jpg"
    with Image.open(io.BytesIO(content)) as file:
        assert not file.getexif()
    difference = np.abs(opened(content).astype(int) - pictures.blurred()).mean(axis=2)
    # Her face, and the lower left corner.
    assert difference[200:300, 210:320].mean() > 10
    assert difference[450:, :200].mean() < 3

    # All files, each read by something else.
    choose(page, "Take home")
    choose_photos_to_take(page, "This photo", "Photo with faces drawn (JPEG)")
    name, content = downloaded(page, "Table (CSV)")
    assert name == "blurred-faces.csv"
    table = pd.read_csv(io.BytesIO(content))
    assert table["number"].tolist() == [1, 2]
    assert table["photo"].unique().tolist() == ["blurred.png"]
    name, content = downloaded(page, "Data (JSON)")
    assert name == "blurred-faces.json"
    (described,) = json.loads(content)
    assert [face["number"] for face in described["faces"]] == [1, 2]
    name, content = downloaded(page, "COCO annotations")
    assert name == "blurred-coco.json"
    assert len(json.loads(content)["annotations"]) == 2
    name, content = downloaded(page, "Photo with faces drawn")
    assert name == "blurred-faces.jpg"
    assert opened(content).shape == (600, 512, 3)
    name, content = downloaded(page, "All faces, cut out")
    assert name == "blurred-crops.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["blurred/blurred-face-01.jpg", "blurred/blurred-face-02.jpg"]
        assert min(opened(archive.read("blurred/blurred-face-01.jpg")).shape[:2]) > 200
    choose_photos_to_take(page, "All photos", "Photos with faces drawn (ZIP)")
    name, content = downloaded(page, "Everything")
    assert name == "3-photos-visavis.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {"faces.csv", "faces.json", "coco.json"} < set(names)
        assert {"group/group-faces.jpg", "group/group-face-03.jpg"} < set(names)
        assert "grace/grace-face-01.jpg" in names
        everyone = pd.read_csv(io.BytesIO(archive.read("faces.csv")))
        assert everyone.groupby("photo").size().to_dict()["blurred.png"] == 2
    assert server.detections() == calls, "nothing of this needs the networks again"

    # The address brings the same view to another browser, which has nothing of the photos.
    address = page.url
    with browser.new_context() as other_visitor:
        other_page = other_visitor.new_page()
        other_page.goto(address)
        expect(headline(other_page)).to_have_text(re.compile(r"\d faces?"), timeout=NEXT_PICTURE)
        expect(other_page.get_by_text("brings back the settings, but no photos")).to_be_visible()
        expect(other_page.get_by_text("blurred.png")).to_have_count(0)
        upload(other_page, *three_photos())
        expect(other_page.get_by_role("img", name="blurred.png with 2 faces marked")).to_be_visible(
            timeout=NEXT_PICTURE
        )
        expect(other_page.get_by_text("brings back the settings, but no photos")).to_have_count(0)
        slider = other_page.get_by_role("slider", name="Confidence")
        expect(slider).to_have_attribute("aria-valuetext", "0.50")
        expect(other_page.get_by_role("tab", name="Take home")).to_have_attribute("aria-selected", "true")
        expect(other_page.get_by_role("button", name="Everything")).to_be_visible()
        # A visitor's marks are not in the address: they stay with the visitor.
        expect(other_page.locator(".chosen")).to_have_count(0)
        assert other_page.url == address


def test_settings_change_the_crops_and_nothing_jumps(page: Page, server: Server) -> None:
    # High enough that nothing is scrolled.
    page.set_viewport_size({"width": 1280, "height": 2000})
    open_photo_page(page, server)
    picture = page.get_by_role("img", name="Sample: Grace Hopper with 1 face marked")
    expect_loaded(picture)
    before = gallery(page).locator("img").get_attribute("src")
    # What the run showed meanwhile, such as progress, is gone once it is over.
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.wait_for_timeout(1000)
    place = page.locator(".frame").bounding_box()
    tabs = page.get_by_role("tab", name="Faces", exact=True).bounding_box()
    page.get_by_text("Settings", exact=True).click()
    # They unfold, and fold, slowly.
    page.wait_for_timeout(1000)
    page.get_by_text("Level the eyes").click()
    expect(page.get_by_role("switch", name="Level the eyes")).to_be_checked()
    expect(gallery(page).locator("img")).not_to_have_attribute("src", str(before), timeout=NEXT_PICTURE)
    page.get_by_text("Settings", exact=True).click()
    page.wait_for_timeout(1000)
    page.get_by_role("slider", name="Confidence").focus()
    page.keyboard.press("End")
    expect(headline(page)).to_have_text("0 faces")
    assert page.locator(".frame").bounding_box() == place
    assert page.get_by_role("tab", name="Faces", exact=True).bounding_box() == tabs
    assert "aligned=true" in page.url
    assert "confidence=1" in page.url


def test_the_photo_can_be_looked_at_closer(page: Page, server: Server) -> None:
    # High enough that nothing is scrolled.
    page.set_viewport_size({"width": 1280, "height": 1400})
    open_photo_page(page, server)
    picture = page.get_by_role("img", name="Sample: Grace Hopper with 1 face marked")
    expect_loaded(picture)
    frame = page.locator(".frame").bounding_box()
    whole = picture.bounding_box()
    assert frame is not None
    assert whole is not None
    assert whole["width"] == pytest.approx(frame["width"], abs=1)
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    closer = picture.bounding_box()
    assert closer is not None
    assert closer["width"] == pytest.approx(2.25 * whole["width"], rel=0.01)
    # The box goes with the photo.
    face, closer_face = GRACE_BOX, face_on_photo(page, 0).locator(".area").bounding_box()
    assert closer_face is not None
    assert closer_face["x"] - closer["x"] == pytest.approx(face[0] / 512 * closer["width"], rel=0.05)
    assert closer_face["width"] == pytest.approx(face[2] / 512 * closer["width"], rel=0.05)
    # Moved with the mouse, and with the keyboard.
    page.mouse.move(frame["x"] + 300, frame["y"] + 300)
    page.mouse.down()
    page.mouse.move(frame["x"] + 350, frame["y"] + 320, steps=3)
    page.mouse.up()
    moved = picture.bounding_box()
    assert moved is not None
    assert moved["x"] == pytest.approx(closer["x"] + 50, abs=2)
    expect(page.locator(".chosen")).to_have_count(0)
    page.locator(".overlay").focus()
    page.keyboard.press("ArrowRight")
    right = picture.bounding_box()
    assert right is not None
    assert right["x"] < moved["x"]
    page.keyboard.press("0")
    assert picture.bounding_box() == whole


# Left, top, width and height of the sample's face, in its pixels.
GRACE_BOX = (179, 110, 173, 220)


def test_the_wheel_and_two_fingers_zoom(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    overlay = page.locator(".overlay")
    zoomed = page.locator(".frame.zoomed")

    def middle() -> tuple[float, float]:
        overlay.scroll_into_view_if_needed()
        box = overlay.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def shown_width() -> float:
        return float((overlay.get_attribute("viewBox") or "").split()[2])

    whole = shown_width()
    page.mouse.move(*middle())
    # A pinch on a trackpad comes as a wheel with this key. Alone, the wheel scrolls the page.
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(zoomed).to_have_count(1)
    assert shown_width() == pytest.approx(whole / np.exp(0.5), rel=1e-3)
    page.get_by_role("button", name="Whole photo").click()
    expect(zoomed).to_have_count(0)
    page.mouse.move(*middle())
    page.mouse.wheel(0, -30)
    page.wait_for_timeout(300)
    assert shown_width() == whole

    touch = page.context.new_cdp_session(page)
    x, y = middle()

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart / 2, "y": y, "id": 0}, {"x": x + apart / 2, "y": y, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})

    fingers("touchStart", 60)
    for apart in (70, 90, 120):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    expect(zoomed).to_have_count(1)
    page.wait_for_timeout(300)
    assert shown_width() == pytest.approx(whole / 2, rel=0.05)


def test_nothing_is_left_on_the_window_when_the_page_is_left(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    left = "Object.keys(window).filter((name) => name.startsWith('visavis'))"
    page.wait_for_function(f"{left}.length == 3")
    page.get_by_role("link", name="Learn").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("See what the network sees")
    page.wait_for_function(f"{left}.length == 0")
    # All is found again when the visitor comes back, to the first sample.
    page.get_by_role("link", name="Photo").first.click()
    expect(gallery(page)).to_have_count(29, timeout=NEXT_PICTURE)
    expect_loaded(page.get_by_role("button", name="Face 1,").get_by_role("img"))


def test_faces_and_errors_can_be_marked_by_keyboard(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    upload(page, photo("group.jpg", pictures.encoded(pictures.group(columns=3, rows=1), "JPEG")))
    expect(headline(page)).to_have_text("3 faces", timeout=NEXT_PICTURE)
    gallery(page).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(gallery(page).nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".face.chosen")).to_have_count(1)
    # The focus stays where it was, although the gallery is filled again.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".face.chosen")).to_have_count(2)
    # A space counts when it is let go, and the server's answer to the key before may come meanwhile.
    page.keyboard.press("Enter")
    page.keyboard.down("Space")
    expect(page.locator(".face.chosen")).to_have_count(1)
    page.wait_for_timeout(1000)
    page.keyboard.up("Space")
    expect(page.locator(".face.chosen")).to_have_count(2)
    count_errors(page)
    page.locator(".overlay").focus()
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(value(page, "Misses")).to_have_text("1")


def test_a_click_in_the_gallery_leaves_it_where_it_is(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    upload(page, photo("crowd.jpg", pictures.encoded(pictures.group(columns=6, rows=5), "JPEG")))
    expect(headline(page)).to_have_text("30 faces", timeout=NEXT_PICTURE)
    row = page.locator(".gallery")
    gallery(page).nth(20).click()
    expect(gallery(page).nth(20)).to_have_attribute("aria-pressed", "true")
    expect(gallery(page).nth(20)).to_be_focused()
    assert row.evaluate("row => row.scrollTop") > 100
    expect(gallery(page).nth(20)).to_be_in_viewport()
    # The face is highlighted although the photo shows another part.
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    gallery(page).nth(29).click()
    expect(page.locator(".face.chosen .area").last).to_be_in_viewport()


def test_a_finger_need_not_hit_a_small_face(server: Server, browser: Browser) -> None:
    with browser.new_context(has_touch=True, viewport={"width": 390, "height": 800}) as phone:
        page = phone.new_page()
        open_photo_page(page, server)
        upload(page, photo("crowd.jpg", pictures.encoded(pictures.group(columns=6, rows=5), "JPEG")))
        expect(headline(page)).to_have_text("30 faces", timeout=NEXT_PICTURE)
        count_errors(page)
        page.locator(".frame").scroll_into_view_if_needed()
        box = page.locator(".face .area").first.bounding_box()
        assert box is not None
        page.touchscreen.tap(box["x"] - 4, box["y"] + box["height"] / 2)
        expect(value(page, "False alarms")).to_have_text("1")
        expect(page.locator(".missed")).to_have_count(0)


def test_a_photo_that_comes_again_can_be_marked_again(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    for _ in range(2):
        upload(page, photo("mine.jpg", pictures.encoded(pictures.GRACE, "JPEG")))
        expect(page.get_by_role("img", name="mine.jpg with 1 face marked")).to_be_visible(
            timeout=NEXT_PICTURE
        )
        choose(page, "Hide faces")
        gallery(page).click()
        page.get_by_text("Chosen", exact=True).click()
        expect(page.get_by_role("button", name="Clear 1 chosen face")).to_be_visible()
        page.get_by_text("Add or remove photos").click()
        page.get_by_role("button", name="Remove mine.jpg").click()
        expect(page.get_by_role("img", name="Sample: Grace Hopper with 1 face marked")).to_be_visible()


def test_a_pasted_picture_is_taken_as_an_upload(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    content = pictures.encoded(pictures.group(columns=2, rows=1))
    page.evaluate(
        """(bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
            document.body.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
            );
        }""",
        list(content),
    )
    expect(headline(page)).to_have_text("2 faces", timeout=NEXT_PICTURE)
    expect(page.get_by_role("img", name="pasted.png with 2 faces marked")).to_be_visible()


def test_a_photo_can_be_taken_with_the_camera(
    server: Server, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], clip: Path
) -> None:
    arguments = [*browser_type_launch_args["args"], *camera_arguments(clip)]
    browser = browser_type.launch(**browser_type_launch_args | {"args": arguments})
    try:
        page = browser.new_page()
        open_photo_page(page, server)
        page.get_by_text("Use the camera").click()
        # Before its first frame the camera gives no photo.
        page.get_by_test_id("stCameraInput").locator("video").evaluate(
            "video => new Promise((seen) => video.requestVideoFrameCallback(() => seen()))"
        )
        page.get_by_role("button", name="Take Photo").click(timeout=NEXT_PICTURE)
        taken = page.get_by_role("img", name="Camera photo with 1 face marked")
        expect(taken).to_be_visible(timeout=NEXT_PICTURE)
        page.get_by_text("Use the camera").click()
        expect(page.get_by_role("button", name="Clear photo")).to_have_count(0)
        expect(taken).to_be_visible()
    finally:
        browser.close()


@pytest.mark.parametrize("tab", ["Compare", "Face mesh"])
def test_what_takes_other_networks_is_shown_on_demand(page: Page, server: Server, tab: str) -> None:
    open_photo_page(page, server)
    asked = []

    def miss_once(route: Route) -> None:
        asked.append(route.request.url)
        if asked.count(route.request.url) == 1:
            route.fulfill(status=404)
        else:
            route.continue_()

    # As where another run of the page has begun meanwhile.
    page.route(f"**{MEDIA_FOLDER}*.jpg", miss_once)
    choose(page, tab)
    names = {
        "Compare": [f"boxes of {name}" for name in ("Haar cascade, 2001", "BlazeFace, 2019", "MTCNN, 2016")],
        "Face mesh": ["Mesh on face 1"],
    }
    for name in names[tab]:
        expect_loaded(page.get_by_role("img", name=name))
    assert asked
    assert {asked.count(address) for address in asked} == {2}
    if tab == "Face mesh":
        expect(page.get_by_text(re.compile("Turned .*°, raised .*°, tilted .*°"))).to_be_visible()


def frame_of(page: Page) -> dict[str, float]:
    frame = page.locator(".frame")
    # Away from the bar at the top, which would lie over it.
    frame.evaluate("frame => frame.scrollIntoView({ block: 'center' })")
    box = frame.bounding_box()
    assert box is not None
    return dict(box)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag on the photo, between places in shares of its width and height."""
    frame = frame_of(page)
    places = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def open_covers(page: Page) -> None:
    """Open the tab that hides faces. A drag draws once the stage knows of it."""
    choose(page, "Hide faces")
    expect(page.get_by_role("button", name="Draw oval")).to_be_visible(timeout=NEXT_PICTURE)


def expect_hidden(page: Page, words: str) -> None:
    expect(page.get_by_text(f"Hidden here: {words}.")).to_be_visible(timeout=NEXT_PICTURE)


def test_whatever_is_covered_cannot_be_read_from_the_file(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    # Two photos that differ only where covers are laid, one of them on a spot that was marked as missed.
    one = pictures.GRACE.copy()
    other = one.copy()
    places = {
        "box": np.s_[20:110, 20:120],
        "oval": np.s_[430:520, 330:420],
        "missed": np.s_[280:320, 110:150],
    }
    rng = np.random.default_rng(0)
    for place in places.values():
        other[place] = rng.integers(0, 256, other[place].shape)
    files = []
    for image in (one, other):
        upload(page, photo("mine.png", pictures.encoded(image)))
        expect(page.get_by_role("img", name=re.compile("^mine.png .* marked"))).to_be_visible(
            timeout=NEXT_PICTURE
        )
        page.get_by_role("slider", name="Confidence").focus()
        page.keyboard.press("End")
        expect(headline(page)).to_have_text("0 faces")
        # A face without a box is marked as missed, and the mark becomes a cover.
        count_errors(page)
        frame = frame_of(page)
        page.locator(".overlay").click(
            position={"x": 130 / 512 * frame["width"], "y": 300 / 600 * frame["height"]}
        )
        expect(page.locator(".missed")).to_have_count(1)
        open_covers(page)
        page.get_by_text("Cover", exact=True).click()
        page.get_by_role("button", name="Cover the 1 missed face").click()
        expect_hidden(page, "0 faces and 1 cover")
        page.get_by_role("button", name="Draw box").click()
        drag(page, (15 / 512, 15 / 600), (130 / 512, 115 / 600))
        expect_hidden(page, "0 faces and 2 covers")
        page.get_by_role("button", name="Draw oval").click()
        drag(page, (300 / 512, 400 / 600), (450 / 512, 550 / 600))
        expect_hidden(page, "0 faces and 3 covers")
        _, content = downloaded(page, "This photo with hidden faces")
        files.append(opened(content).astype(int))
        page.get_by_text("Add or remove photos").click()
        page.get_by_role("button", name="Remove mine.png").click()
        expect(page.get_by_role("img", name=re.compile("^Sample: .* marked"))).to_be_visible(
            timeout=NEXT_PICTURE
        )
    for name, place in places.items():
        covered = files[0][place].reshape(-1, 3)
        assert np.abs(covered - [32, 38, 40]).max() < 8, name
    assert np.abs(files[0] - files[1]).max() < 12, "the covered places left a trace"


def test_covers_are_moved_resized_and_removed(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    open_covers(page)
    page.get_by_role("button", name="Draw box").click()
    drag(page, (0.1, 0.1), (0.3, 0.2))
    expect_hidden(page, "1 face and 1 cover")
    cover = page.locator(".cover rect")
    x, y, width, height = (float(str(cover.get_attribute(name))) for name in ("x", "y", "width", "height"))
    assert width == pytest.approx(0.2 * 512, rel=0.03)
    assert height == pytest.approx(0.1 * 600, rel=0.03)
    # Moved by its middle, and resized by its lower right corner.
    drag(page, (0.2, 0.15), (0.3, 0.15))
    expect(cover).not_to_have_attribute("x", str(x))
    moved = float(str(cover.get_attribute("x")))
    assert moved == pytest.approx(x + 0.1 * 512, rel=0.03)
    drag(page, (0.4, 0.2), (0.5, 0.3))
    assert float(str(cover.get_attribute("width"))) == pytest.approx(1.5 * width, rel=0.03)
    assert float(str(cover.get_attribute("height"))) == pytest.approx(2 * height, rel=0.03)
    assert float(str(cover.get_attribute("y"))) == pytest.approx(y, abs=1)
    # The photo itself has not moved.
    expect(page.locator(".frame.zoomed")).to_have_count(0)
    page.get_by_role("button", name="Remove cover", exact=True).click()
    expect(cover).to_have_count(0)
    expect_hidden(page, "1 face")


def test_covers_can_be_drawn_by_finger(server: Server, browser: Browser) -> None:
    with browser.new_context(has_touch=True, viewport={"width": 390, "height": 800}) as phone:
        page = phone.new_page()
        open_photo_page(page, server)
        open_covers(page)
        page.get_by_role("button", name="Draw oval").click()
        frame = frame_of(page)
        touch = page.context.new_cdp_session(page)

        def finger(kind: str, x: float, y: float) -> None:
            point = {"x": frame["x"] + x * frame["width"], "y": frame["y"] + y * frame["height"]}
            touch.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [] if kind == "touchEnd" else [point]},
            )

        finger("touchStart", 0.05, 0.1)
        # Downwards, which would otherwise scroll the page.
        for step in range(1, 6):
            finger("touchMove", 0.05 + 0.03 * step, 0.1 + 0.05 * step)
        finger("touchEnd", 0, 0)
        expect_hidden(page, "1 face and 1 cover")
        cover = page.locator(".cover ellipse")
        expect(cover).to_have_count(1)
        # Moved by its middle: neither the page scrolls, nor is the small cover taken by a corner.
        page.get_by_role("button", name="Choose", exact=True).click()
        middle, radius = (float(str(cover.get_attribute(name))) for name in ("cy", "ry"))
        top = frame_of(page)["y"]
        finger("touchStart", 0.125, 0.225)
        for step in range(1, 6):
            finger("touchMove", 0.125, 0.225 + 0.05 * step)
        finger("touchEnd", 0, 0)
        expect(cover).not_to_have_attribute("cy", str(middle))
        assert float(str(cover.get_attribute("cy"))) == pytest.approx(middle + 0.25 * 600, rel=0.05)
        assert float(str(cover.get_attribute("ry"))) == radius
        assert frame_of(page)["y"] == top


def test_covers_can_be_made_by_keyboard(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    open_covers(page)
    page.get_by_role("button", name="Draw oval").focus()
    page.keyboard.press("Enter")
    page.locator(".overlay").focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect_hidden(page, "1 face and 1 cover")
    cover = page.locator(".cover ellipse")
    left, width = (float(str(cover.get_attribute(name))) for name in ("cx", "rx"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert float(str(cover.get_attribute("cx"))) > left
    assert float(str(cover.get_attribute("rx"))) > width
    page.keyboard.press("Escape")
    expect(page.locator(".cover.selected")).to_have_count(0)
    page.keyboard.press("n")
    expect(page.locator(".cover.selected")).to_have_count(1)
    page.keyboard.press("Delete")
    expect(cover).to_have_count(0)
    expect_hidden(page, "1 face")


def test_a_photo_is_turned_and_its_files_with_it(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    lying = np.rot90(pictures.group(columns=3, rows=2))
    upload(page, photo("lying.png", pictures.encoded(np.ascontiguousarray(lying))))
    page.get_by_role("button", name="Turn it upright").click(timeout=NEXT_PICTURE)
    expect(headline(page)).to_have_text("6 faces", timeout=NEXT_PICTURE)
    expect(page.get_by_text("lies on its side")).to_have_count(0)
    choose(page, "Take home")
    _, content = downloaded(page, "Photo with faces drawn")
    assert opened(content).shape == pictures.group(columns=3, rows=2).shape
    page.get_by_role("button", name="Turn left").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("lies on its side")).to_be_visible(timeout=NEXT_PICTURE)
    page.get_by_role("button", name="Turn right").click()
    expect(headline(page)).to_have_text("6 faces", timeout=NEXT_PICTURE)


def test_the_strip_counts_and_removes_photos(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    upload(page, *three_photos())
    photos = page.get_by_role("group", name="Photos")
    for name in ("1 · group.jpg, 3 faces", "2 · blurred.png, 1 face", "3 · grace.webp, 1 face"):
        expect(photos.get_by_role("button", name=name)).to_be_visible(timeout=NEXT_PICTURE)
    page.get_by_role("slider", name="Confidence").focus()
    page.keyboard.press("Home")
    expect(photos.get_by_role("button", name="2 · blurred.png, 2 faces")).to_be_visible()
    # After a look at another page, the uploader does not list them any more.
    page.get_by_role("link", name="Learn").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("See what the network sees")
    page.get_by_role("link", name="Photo").first.click()
    photos.get_by_role("button", name="Remove blurred.png").click(timeout=NEXT_PICTURE)
    expect(photos.get_by_role("button", name=re.compile("^[12] · "))).to_have_count(2, timeout=NEXT_PICTURE)
    expect(photos.get_by_role("button", name="2 · grace.webp")).to_be_visible()


def test_back_from_another_page_leads_to_the_page_as_it_was(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo?sample=grace")
    expect(gallery(page)).to_have_count(1, timeout=FIRST_PICTURE)
    group = pictures.group(columns=3, rows=1)
    upload(
        page, photo("one.png", pictures.encoded(group)), photo("two.png", pictures.encoded(group[:, ::-1]))
    )
    page.get_by_role("button", name="2 · two.png, 3 faces").click(timeout=NEXT_PICTURE)
    expect_loaded(page.get_by_role("img", name="two.png with 3 faces marked"))
    page.get_by_role("tab", name="Hide faces").click()
    hidden = page.get_by_role("img", name="two.png with 3 faces hidden")
    expect_loaded(hidden)
    left = page.url
    page.get_by_test_id("stTopNavLink").filter(has_text="Learn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("See what the network sees")
    page.go_back()
    expect_loaded(hidden)
    assert page.url == left


def test_a_new_count_is_announced(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    status = page.get_by_role("status").filter(has_text="shown")
    expect(status).to_have_text("1 face shown")
    page.get_by_role("slider", name="Confidence").focus()
    page.keyboard.press("End")
    expect(status).to_have_text("0 faces shown")


@pytest.mark.parametrize("width", [390, 768])
def test_a_visitors_photo_begins_high_on_the_page(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_photo_page(page, server)
    upload(page, photo("mine.png", pictures.encoded(pictures.GRACE)))
    expect(page.get_by_role("img", name="mine.png with 1 face marked")).to_be_visible(timeout=NEXT_PICTURE)
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    frame = page.locator(".frame").bounding_box()
    assert frame is not None
    assert frame["y"] < 400


# All that can be pressed and is not at least as wide and as high as a finger needs.
TOO_SMALL = """
() => {
  const found = [];
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (!element.matches("button, a[href], summary, label:has(input), [role=tab]")) continue;
      // The folded menu, which links in the page replace.
      if (element.closest("[data-testid=stSidebar]")) continue;
      const { width, height } = element.getBoundingClientRect();
      const small = width > 2 && (width < 24 || height < 24);
      if (small) found.push([element.outerHTML.slice(0, 120), width, height]);
    }
  };
  look(document);
  return found;
}
"""


def test_a_finger_can_hit_what_there_is_to_press(server: Server, browser: Browser) -> None:
    with browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}) as phone:
        page = phone.new_page()
        open_photo_page(page, server)
        upload(page, *three_photos())
        expect(page.get_by_text("In all 3 photos")).to_be_visible(timeout=NEXT_PICTURE)
        page.get_by_text("Add or remove photos").click()
        page.get_by_text("Settings", exact=True).click()
        for tab in ("Faces", "Count errors", "Hide faces", "Take home"):
            choose(page, tab)
            page.wait_for_timeout(500)
            assert page.evaluate(TOO_SMALL) == [], tab


def test_pages_are_one_step_away_on_a_phone(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(server.url)
    link = page.locator(".st-key-narrow_menu").get_by_role("link", name="Learn")
    expect(link).to_be_in_viewport(timeout=FIRST_PICTURE)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("See what the network sees")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(link).to_be_hidden()


@pytest.mark.parametrize(("motion", "shown"), [("no-preference", "moving"), ("reduce", "still")])
def test_home_stands_still_for_those_who_want_no_motion(
    browser: Browser, server: Server, motion: Literal["no-preference", "reduce"], shown: str
) -> None:
    with browser.new_context(reduced_motion=motion) as visitor:
        page = visitor.new_page()
        page.goto(server.url)
        expect(page.locator(".card img:visible")).to_have_count(3, timeout=FIRST_PICTURE)
        for picture in page.locator(".card img:visible").all():
            expect_loaded(picture)
            expect(picture).to_have_class(shown)
