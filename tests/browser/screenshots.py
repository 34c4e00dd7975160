"""Take the pictures of the app that its Home page and README show: `python -m tests.browser.screenshots`."""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import chromium_arguments, find_chromium
from tests.browser.conftest import ROOT, Server, running_server


def take_photo_page(browser: Browser, server: Server, theme: Literal["light", "dark"]) -> None:
    """Save what a desktop browser shows of the Photo page with its sample."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=theme)
    page.goto(f"{server.url}/photo")
    expect(page.get_by_role("img", name="Face 1")).to_be_visible(timeout=120_000)
    # The loading indicator in the corner goes a moment after the last picture came.
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    file = ROOT / "assets" / f"photo_page_{theme}.jpg"
    # Without the menu bar, since the Home page has one around the picture.
    content = {"x": 56.0, "y": 88.0, "width": 1168.0, "height": 712.0}
    page.screenshot(path=file, type="jpeg", quality=85, clip=content)
    page.close()


if __name__ == "__main__":
    # Asked for first: Playwright cannot be started inside itself.
    chromium = find_chromium()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=chromium_arguments())
        take_photo_page(browser, server, "light")
        take_photo_page(browser, server, "dark")
