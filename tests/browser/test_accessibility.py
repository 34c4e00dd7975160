"""No page has a serious fault in accessibility that axe can find, in both themes and both widths."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pages.learn.lesson import Chapter
from tests.browser.conftest import Server
from tests.chapters import QUESTIONS

FIRST, NEXT = 120_000, 60_000

WIDTHS = (1280, 390)

# The tabs of the Photo page, each with words that stand in it once it is filled.
TABS = {
    "Faces": "Scores from 0 to 1",
    "Count errors": "For this sample the truth is known",
    "Hide faces": "Hidden here",
    "Take home": "Tables and annotations",
    "Compare": "Against the original package",
    "Face mesh": "Turned",
}


# Spinners turn for good.
NOTHING_FADES = """() => document.getAnimations().every((animation) =>
    animation.playState !== "running" || animation.effect?.getComputedTiming().iterations === Infinity
)"""


def expect_no_serious_fault(page: Page, place: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        # The layout follows. What appears fades in, and has less contrast meanwhile.
        page.wait_for_timeout(500)
        page.wait_for_function(NOTHING_FADES)
        serious = [
            f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
        assert not serious, f"{place} at {width} pixels:\n" + "\n".join(serious)


@pytest.fixture(params=["light", "dark"])
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in a theme."""
    page = browser.new_page(color_scheme=request.param)
    yield page
    page.close()


def wait_until_done(page: Page) -> None:
    """Wait until the run of the page is over."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=NEXT
    )


def test_the_home_page(visitor: Page, server: Server) -> None:
    visitor.goto(server.url)
    expect(visitor.get_by_role("button", name="How a network sees")).to_be_visible(timeout=FIRST)
    wait_until_done(visitor)
    expect_no_serious_fault(visitor, "home")


def test_the_privacy_page(visitor: Page, server: Server) -> None:
    visitor.goto(f"{server.url}/privacy")
    expect(visitor.get_by_role("heading", name="Who runs this server")).to_be_visible(timeout=FIRST)
    wait_until_done(visitor)
    expect_no_serious_fault(visitor, "privacy")


def test_the_photo_page(visitor: Page, server: Server) -> None:
    visitor.goto(f"{server.url}/photo?confidence=0.5")
    expect(visitor.get_by_role("button", name="Face 32,")).to_be_visible(timeout=FIRST)
    visitor.get_by_text("Settings", exact=True).click()
    for tab, words in TABS.items():
        visitor.get_by_role("tab", name=tab, exact=True).click()
        expect(visitor.get_by_text(words).first).to_be_visible(timeout=NEXT)
        wait_until_done(visitor)
        expect_no_serious_fault(visitor, tab)


def test_the_album(visitor: Page, server: Server) -> None:
    visitor.goto(f"{server.url}/album")
    expect(visitor.get_by_text("Take home the")).to_be_visible(timeout=FIRST)
    visitor.get_by_text("Your photos", exact=True).click()
    visitor.get_by_text("Settings", exact=True).click()
    wait_until_done(visitor)
    expect_no_serious_fault(visitor, "album")


def test_the_live_page(visitor: Page, server: Server) -> None:
    visitor.goto(f"{server.url}/live")
    expect(visitor.get_by_role("button", name="Start the camera")).to_be_visible(timeout=FIRST)
    wait_until_done(visitor)
    expect_no_serious_fault(visitor, "live")


def test_the_lesson(visitor: Page, server: Server) -> None:
    for chapter in Chapter:
        visitor.goto(f"{server.url}/learn?chapter={chapter}")
        expect(visitor.get_by_role("heading", name=QUESTIONS[chapter])).to_be_visible(timeout=FIRST)
        wait_until_done(visitor)
        expect_no_serious_fault(visitor, chapter)
