"""Take the pictures of the app that its README shows: `python -m tests.browser.screenshots`."""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, FloatRect, expect, sync_playwright

from tests.browser.chromium import chromium_arguments, find_chromium
from tests.browser.conftest import ROOT, Server, running_server

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# Without the menu bar.
CONTENT: FloatRect = {"x": 56.0, "y": 72.0, "width": 1168.0, "height": 1112.0}


def take_photo_page(browser: Browser, server: Server, theme: Literal["light", "dark"]) -> None:
    """Save what a desktop browser shows of the Photo page with its sample."""
    page = browser.new_page(viewport={"width": 1280, "height": 1200}, color_scheme=theme)
    page.goto(f"{server.url}/photo")
    expect(page.get_by_role("button", name="Face 1,")).to_be_visible(timeout=120_000)
    # The loading indicator in the corner disappears a moment after the last picture came.
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_role("tab", name="Take home")).to_be_visible()
    page.wait_for_timeout(1000)
    path = ROOT / "pages" / "photo" / f"screenshot_{theme}.jpg"
    page.screenshot(path=path, type="jpeg", quality=85, clip=CONTENT)
    page.close()


if __name__ == "__main__":
    # Before Playwright starts, since it cannot be started inside itself.
    chromium = find_chromium()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=chromium_arguments())
        for theme in THEMES:
            take_photo_page(browser, server, theme)
