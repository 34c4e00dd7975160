"""All pages, at two widths and in both themes.

Nothing is wider than the page, axe finds no serious fault in accessibility, and nobody has loaded TensorFlow.
"""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.learn.lesson import Chapter
from tests.browser.conftest import Server, expect_no_wider_than
from tests.chapters import QUESTIONS

FIRST, NEXT = 120_000, 60_000

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

WIDTHS = (1280, 390)

# What could be wider than the page.
PICTURES = "[data-testid=stImage] img, .card img.moving, .frame, .learn-grid, .learn-bars"

# Of all that the server and its workers are made of, only this must never be in their memory.
UNWANTED = ("/tensorflow/", "/keras/")

# The tabs of the Photo page, each with words that stand in it once it is filled.
TABS = {
    "Faces": "Scores from 0 to 1",
    "Count errors": "For this sample the truth is known",
    "Hide faces": "Hidden here",
    "Take home": "Tables and annotations",
    "Compare": "Against the original package",
    "Face mesh": "Turned",
}

# What fades in has less contrast meanwhile, so all of that takes no time.
WITHOUT_FADING = """*, *::before, *::after {
    animation-delay: 0s !important;
    animation-duration: 0s !important;
    transition-delay: 0s !important;
    transition-duration: 0s !important;
}"""

# What had begun to fade before goes on all the same. Spinners turn for good.
NOTHING_FADES = """() => document.getAnimations().every((animation) =>
    animation.playState !== "running" || animation.effect?.getComputedTiming().iterations === Infinity
)"""

# The layout follows a new width or theme with the next frame.
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


def expect_no_fault(page: Page, server: Server, place: str) -> None:
    """Expect no fault of the page as it is once its run is over."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=NEXT
    )
    # Looked at at each place, since a worker that keeps much memory is replaced.
    assert not [library for library in server.libraries() if any(part in library for part in UNWANTED)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        expect_no_wider_than(page, width, PICTURES)
    page.add_style_tag(content=WITHOUT_FADING)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(DRAWN)
            page.wait_for_function(NOTHING_FADES)
            serious = [
                f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
                for fault in Axe().run(page).response["violations"]
                if fault["impact"] in ("serious", "critical")
                for node in fault["nodes"]
            ]
            assert not serious, f"{place}, {theme}, at {width} pixels:\n" + "\n".join(serious)


@pytest.mark.parametrize(
    ("path", "role", "name"),
    [
        ("", "button", "How a network sees"),
        ("privacy", "heading", "Who runs this server"),
        ("live", "button", "Start the camera"),
    ],
    ids=["home", "privacy", "live"],
)
def test_a_page_as_it_opens(
    page: Page, server: Server, path: str, role: Literal["button", "heading"], name: str
) -> None:
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_role(role, name=name)).to_be_visible(timeout=FIRST)
    expect_no_fault(page, server, path or "home")


def test_the_photo_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo?confidence=0.5")
    expect(page.get_by_role("button", name="Face 32,")).to_be_visible(timeout=FIRST)
    page.get_by_text("Settings", exact=True).click()
    for tab, words in TABS.items():
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.get_by_text(words).first).to_be_visible(timeout=NEXT)
        expect_no_fault(page, server, tab)
    for library in ("numpy", "ai_edge_litert"):
        assert any(library in path for path in server.libraries()), "this test would not notice TensorFlow"


def test_the_album(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/album")
    expect(page.get_by_text("Take home the")).to_be_visible(timeout=FIRST)
    page.get_by_text("Your photos", exact=True).click()
    page.get_by_text("Settings", exact=True).click()
    expect_no_fault(page, server, "album")


def test_the_lesson(page: Page, server: Server) -> None:
    for chapter in Chapter:
        page.goto(f"{server.url}/learn?chapter={chapter}")
        expect(page.get_by_role("heading", name=QUESTIONS[chapter])).to_be_visible(timeout=FIRST)
        expect_no_fault(page, server, chapter)
