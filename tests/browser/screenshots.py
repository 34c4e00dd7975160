"""Take the pictures of the app that its Home page and README show: `python -m tests.browser.screenshots`."""

import tempfile
from pathlib import Path
from typing import Literal

import numpy as np
from playwright.sync_api import Browser, FloatRect, expect, sync_playwright

from components.live.clip import clip_frames
from tests.browser.chromium import camera_arguments, chromium_arguments, find_chromium
from tests.browser.conftest import ROOT, Server, running_server
from tests.clips import write_video
from tests.pictures import GRACE

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take_photo_page(browser: Browser, server: Server, theme: Literal["light", "dark"]) -> None:
    """Save what a desktop browser and a phone show of the Photo page with its sample."""
    # Without the menu bar, since the Home page has one around the picture.
    take_sample(
        browser,
        server,
        theme,
        "page",
        (1280, 1200),
        {"x": 56.0, "y": 72.0, "width": 1168.0, "height": 1112.0},
    )
    take_sample(
        browser, server, theme, "phone", (390, 1500), {"x": 0.0, "y": 0.0, "width": 390.0, "height": 1500.0}
    )


def take_sample(
    browser: Browser,
    server: Server,
    theme: Literal["light", "dark"],
    name: str,
    size: tuple[int, int],
    content: FloatRect,
) -> None:
    """Save a part of the Photo page, at a size of the window, under a name."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
    page.goto(f"{server.url}/photo")
    expect(page.get_by_role("button", name="Face 1")).to_be_visible(timeout=120_000)
    # The loading indicator in the corner goes a moment after the last picture came.
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_role("tab", name="Take home")).to_be_visible()
    page.wait_for_timeout(1000)
    page.screenshot(path=ROOT / "assets" / f"photo_{name}_{theme}.jpg", type="jpeg", quality=85, clip=content)
    page.close()


def take_live_page(browser: Browser, server: Server, theme: Literal["light", "dark"]) -> None:
    """Save what a desktop browser shows of the Live page, with the sample clip for its camera."""
    page = browser.new_page(viewport={"width": 1280, "height": 1080}, color_scheme=theme)
    page.goto(f"{server.url}/live")
    page.get_by_role("button", name="Start the camera").click(timeout=60_000)
    expect(page.get_by_text("Tracker only")).to_be_visible(timeout=60_000)
    # Until the server trusts the connection with more bits, and the chart has some frames to show.
    page.wait_for_timeout(15_000)
    content = {"x": 56.0, "y": 88.0, "width": 1168.0, "height": 992.0}
    page.screenshot(path=ROOT / "assets" / f"live_page_{theme}.jpg", type="jpeg", quality=85, clip=content)
    page.close()


def take_learn_page(browser: Browser, server: Server, theme: Literal["light", "dark"]) -> None:
    """Save what a desktop browser shows of the Learn page's chapter on confidence."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000}, color_scheme=theme)
    page.goto(f"{server.url}/learn?chapter=Confidence")
    expect(page.get_by_text("In short.")).to_be_visible(timeout=120_000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_timeout(1000)
    content: FloatRect = {"x": 56.0, "y": 72.0, "width": 1168.0, "height": 888.0}
    page.screenshot(path=ROOT / "assets" / f"learn_page_{theme}.jpg", type="jpeg", quality=85, clip=content)
    page.close()


def sample_camera(path: Path) -> None:
    """Write the part of the sample clip in which the face is there as Chromium's camera plays it."""
    frames = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip_frames(GRACE)]
    with path.open("wb") as file:
        write_video(file, frames[:100], "mjpeg", "mjpeg")


if __name__ == "__main__":
    # Asked for first: Playwright cannot be started inside itself.
    chromium = find_chromium()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        camera = Path(folder) / "camera.mjpeg"
        sample_camera(camera)
        arguments = [*chromium_arguments(), *camera_arguments(camera)]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        # The stream before TensorFlow is loaded for the photo.
        for theme in THEMES:
            take_live_page(browser, server, theme)
        for theme in THEMES:
            take_photo_page(browser, server, theme)
            take_learn_page(browser, server, theme)
