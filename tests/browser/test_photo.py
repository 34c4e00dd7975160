import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests import pictures
from tests.browser.conftest import Server, running_server

# TensorFlow takes seconds to load before the first picture, longer on a busy machine.
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
    return page.get_by_role("img", name=re.compile(r"^Face \d+, confidence"))


def expect_loaded(picture: Locator) -> None:
    """Expect a picture to be on the page with its pixels, not only its frame."""
    expect(picture).to_be_visible(timeout=NEXT_PICTURE)
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0


def open_photo_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo")
    expect(headline(page)).to_have_text("1 face", timeout=FIRST_PICTURE)


def test_the_first_visit_may_be_to_any_page(page: Page, tmp_path: Path) -> None:
    with running_server(tmp_path) as fresh:
        page.goto(f"{fresh.url}/photo")
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Find the faces in a photo", timeout=NEXT_PICTURE
        )
        links = page.get_by_test_id("stTopNavLink")
        expect(links).to_have_text([re.compile("Home"), re.compile("Photo"), re.compile("Live")])
        # TensorFlow is still being loaded, and the page says so.
        expect(page.get_by_text("Loading the neural networks")).to_be_visible()


def test_the_sample_is_there_before_the_first_upload(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    expect(gallery(page)).to_have_count(1)
    expect_loaded(page.get_by_role("img", name="Sample: Grace Hopper with 1 face marked"))
    expect_loaded(gallery(page))


def test_faces_are_counted_and_the_slider_filters_without_a_network(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    upload(page, photo("blurred.png", pictures.encoded(pictures.blurred())))
    expect_loaded(page.get_by_role("img", name="blurred.png with 1 face marked"))
    expect(headline(page)).to_have_text("1 face")
    expect(gallery(page)).to_have_count(1)
    calls = server.detector_calls()

    slider = page.get_by_role("slider", name="Confidence")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_value("0.5")
    expect(headline(page)).to_have_text("2 faces")
    expect(gallery(page)).to_have_count(2)
    expect_loaded(page.get_by_role("img", name="blurred.png with 2 faces marked"))
    page.keyboard.press("End")
    expect(slider).to_have_value("1")
    expect(headline(page)).to_have_text("0 faces")
    expect(gallery(page)).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("0.99")
    expect(headline(page)).to_have_text("1 face")
    assert server.detector_calls() == calls


def test_bad_files_lose_no_other(page: Page, server: Server) -> None:
    open_photo_page(page, server)
    grace = pictures.encoded(pictures.GRACE, "JPEG")
    upload(
        page,
        photo("text.jpg", b"just some text"),
        photo("empty.jpg", b""),
        photo("cut.jpg", grace[:-9000]),
        photo("bomb.png", pictures.png_declaring(16384, 16384)),
        photo("good.jpg", pictures.encoded(pictures.group(columns=2, rows=1), "JPEG")),
    )
    expect(headline(page)).to_have_text("2 faces", timeout=NEXT_PICTURE)
    alerts = page.get_by_role("alert")
    expect(alerts).to_have_count(4)
    for alert, text in zip(
        alerts.all(),
        [
            "text.jpg: This cannot be read as a picture; use an undamaged JPEG, PNG or WebP file.",
            "empty.jpg: The file is empty; choose one that opens on your device.",
            "cut.jpg: The picture is damaged or incomplete; try another copy of it.",
            "bomb.png: The picture has more than 50 megapixels; make it smaller and try again.",
        ],
        strict=True,
    ):
        expect(alert).to_contain_text(text)


@pytest.fixture(scope="module")
def slow_photo() -> FilePayload:
    """A crowd of 45 megapixels, which keeps the networks busy for seconds."""
    return photo("crowd.jpg", pictures.encoded(pictures.crowd(5800, 7800, face_side=40), "JPEG"))


def wait_for_progress(page: Page) -> None:
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible(timeout=NEXT_PICTURE)
    expect(page.get_by_text("Looking for faces in crowd.jpg…")).to_be_visible()
    # Under way, not only decoding the picture.
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
    calls = server.detector_calls()
    with browser.new_context() as other_visitor:
        other_page = other_visitor.new_page()
        open_photo_page(other_page, server)
        expect(other_page.get_by_text("mine.jpg")).to_have_count(0)
        upload(other_page, content)
        expect(headline(other_page)).to_have_text("3 faces", timeout=NEXT_PICTURE)
    # The sample and the photo, both anew.
    assert server.detector_calls() == calls + 2


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    ("path", "picture_count"),
    [("", 1), ("photo", 2), ("live", 0), ("learn", 0)],
    ids=["home", "photo", "live", "unfinished"],
)
def test_nothing_is_wider_than_its_place(
    page: Page, server: Server, path: str, picture_count: int, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=NEXT_PICTURE)
    expect(page.get_by_test_id("stImage")).to_have_count(picture_count, timeout=FIRST_PICTURE)
    scrolls_sideways = page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid=stMain]');
            return main.scrollWidth > main.clientWidth;
        }"""
    )
    assert not scrolls_sideways
    right_edges = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stImage] img')].map(picture => [
            picture.getBoundingClientRect().right,
            picture.closest('[data-testid=stColumn]').getBoundingClientRect().right,
        ])"""
    )
    assert len(right_edges) == picture_count
    assert all(picture <= column + 1 for picture, column in right_edges)
