"""What tests of the Live page do on it, and what they see."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import Server
from tests.pictures import Picture

# MediaPipe and WebRTC take seconds to load before the first page, longer on a busy machine.
FIRST_PAGE = 60_000
CONNECTED = 30_000

# Keeps the page's connections within reach, and counts what is drawn; lets a test demand that only a relay is
# used, or that the server has no WebSocket of ours.
KEEP_CONNECTIONS = """
window.connections = [];
const Original = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Original {
    constructor(configuration) {
        super({ ...configuration, iceTransportPolicy: window.onlyRelay ? "relay" : "all" });
        window.connections.push(this);
    }
};
window.sockets = [];
const OriginalSocket = window.WebSocket;
window.WebSocket = class extends OriginalSocket {
    constructor(address, protocols) {
        const isOurs = String(address).includes("live-frames");
        const reached = window.noSocket ? String(address).replace("live-frames", "elsewhere") : address;
        super(reached, protocols);
        if (isOurs) window.sockets.push(this);
    }
};
window.drawn = 0;
const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (...all) {
    if (this.canvas.className === "drawn") window.drawn += 1;
    return draw.apply(this, all);
};
"""


def open_live_page(page: Page, server: Server, way: str = "Automatic") -> None:
    page.goto(f"{server.url}/live?way={way}")
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible(timeout=FIRST_PAGE)


def start_camera(page: Page) -> None:
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("button", name="Stop the camera")).to_be_visible(timeout=CONNECTED)


# What the visitor sees: the camera's own picture, what WebRTC brings back, or what the browser has drawn.
SHOWN = "(stage) => stage.querySelector(`.${stage.dataset.shown}`)"


def picture(page: Page) -> Picture:
    """What the page shows just now, or first."""
    data = page.locator(".stage").evaluate(
        f"""async (stage) => {{
            const shown = () => ({SHOWN})(stage);
            const width = () => shown().videoWidth ?? shown().width;
            while (!width()) await new Promise((resolve) => setTimeout(resolve, 50));
            const canvas = document.createElement("canvas");
            canvas.width = width();
            canvas.height = shown().videoHeight ?? shown().height;
            canvas.getContext("2d").drawImage(shown(), 0, 0);
            return canvas.toDataURL("image/png").split(",")[1];
        }}"""
    )
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def turquoise(picture: Picture) -> int:
    """Pixels as bright and turquoise as the mesh's contours."""
    red, green, blue = (picture[:, :, channel].astype(int) for channel in range(3))
    return int(((green - red > 90) & (blue - red > 50) & (green > 150)).sum())


def wait_for(page: Page, condition: Callable[[], bool], what: str) -> None:
    for _ in range(150):
        if condition():
            return
        page.wait_for_timeout(200)
    pytest.fail(f"{what}\n{stream_state(page)}")


def stream_state(page: Page) -> str:
    """What there is to know of the page and its newest connection."""
    statistics = page.evaluate(
        """async () => {
            const connection = window.connections.at(-1);
            if (!connection) return "no connection";
            const entries = [...(await connection.getStats()).values()];
            const shown = entries.filter(({ type }) => /outbound-rtp|inbound-rtp|media-source/.test(type));
            return connection.connectionState + JSON.stringify(shown);
        }"""
    )
    return f"{page.locator('body').inner_text()}\n{statistics}"


def wait_for_picture(page: Page) -> None:
    wait_for(page, lambda: frames_played(page) > 10, "no picture")


def toggle(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()


def downloaded(page: Page, name: str) -> Download:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value


def content(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def frames_played(page: Page) -> int:
    """Pictures with their meshes that the visitor has seen."""
    played = page.locator(".returned").evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames")
    return int(played) + int(page.evaluate("window.drawn"))


def expect_to_play_on(page: Page) -> None:
    """Expect twenty more pictures with their meshes from now on."""
    played = frames_played(page)
    wait_for(page, lambda: frames_played(page) > played + 20, "the picture stands")
