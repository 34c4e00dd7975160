"""The stream of the Live page. These tests run one at a time: it falls behind where others use the cores."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import BrowserType, Page, expect

from components.mesh.landmarker import find_meshes
from tests.browser.chromium import camera_arguments
from tests.browser.conftest import Server
from tests.browser.live.live_page import (
    CONNECTED,
    KEEP_CONNECTIONS,
    content,
    downloaded,
    expect_to_play_on,
    open_live_page,
    picture,
    start_camera,
    toggle,
    turquoise,
    wait_for,
    wait_for_picture,
)
from tests.clips import decoded, write_video
from tests.pictures import GRACE, Picture

# As where a firewall lets no UDP through: neither end learns the other's address.
NO_UDP = """
const Kept = window.RTCPeerConnection;
const bare = ({ type, sdp }) => ({ type, sdp: sdp.replace(/^a=candidate.*\\r\\n/gm, "") });
window.RTCPeerConnection = class extends Kept {
    get localDescription() {
        return super.localDescription && bare(super.localDescription);
    }
    setRemoteDescription(description) {
        return super.setRemoteDescription(bare(description));
    }
};
"""


def test_the_mesh_comes_back_and_settings_change_the_running_picture(page: Page, live_server: Server) -> None:
    open_live_page(page, live_server)
    expect(page.get_by_text("your pictures go over this page's own connection")).to_be_visible()
    start_camera(page)
    wait_for_picture(page)
    wait_for(page, lambda: turquoise(picture(page)) > 800, "no mesh in the picture")

    meshed = picture(page)
    # The browser sends smaller frames while it does not trust the connection yet.
    height, width, _ = meshed.shape
    assert width / height == pytest.approx(4 / 3, abs=0.01)
    expect(page.get_by_text("Tracker only")).to_be_visible()
    # One for each step; Streamlit removes untrusted parts from HTML.
    areas = page.get_by_role("img", name="Chart of frame times").locator("div")
    expect(areas).to_have_count(3)
    shapes = areas.evaluate_all("areas => areas.map((area) => getComputedStyle(area).clipPath)")
    assert all(shape.startswith("polygon(") for shape in shapes)

    toggle(page, "Net", "Contours", "Irises")
    wait_for(page, lambda: turquoise(picture(page)) < 50, "the mesh is still in the picture")
    plain = picture(page)
    (face,) = find_meshes(plain)
    # The mesh was where the face is.
    rows, columns = ((meshed[:, :, 1].astype(int) - meshed[:, :, 0]) > 90).nonzero()
    scale = width / plain.shape[1]
    assert abs(columns.mean() - scale * face.points[:, 0].mean()) < 0.2 * width
    assert abs(rows.mean() - scale * face.points[:, 1].mean()) < 0.2 * height

    # The flag's red stands to the left in the photo, and so to the right in the mirror.
    assert redder_side(plain) == "right"
    toggle(page, "Mirror")
    wait_for(page, lambda: redder_side(picture(page)) == "left", "still mirrored")
    # All that without a new connection.
    assert page.evaluate("window.connections.length") == 1
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


def redder_side(picture: Picture) -> str:
    redness = picture[:, :, 0].astype(int) - picture[:, :, 2]
    middle = redness.shape[1] // 2
    return "left" if redness[:, :middle].mean() > redness[:, middle:].mean() else "right"


WAYS = ("WebRTC", "WebSocket", "Page")


@pytest.mark.parametrize("way", WAYS)
def test_each_way_shows_the_mesh_on_the_face(page: Page, live_server: Server, way: str) -> None:
    open_live_page(page, live_server, way)
    start_camera(page)
    expect(page.locator(".status")).to_contain_text(f"{way} · ", timeout=CONNECTED)
    wait_for(page, lambda: turquoise(picture(page)) > 800, "no mesh in the picture")
    meshed = picture(page)
    toggle(page, "Net", "Irises", "Contours")
    wait_for(page, lambda: turquoise(picture(page)) < 50, "the mesh is still in the picture")
    plain = picture(page)
    # The face sways by less than that.
    (face,) = find_meshes(plain)
    rows, columns = ((meshed[:, :, 1].astype(int) - meshed[:, :, 0]) > 90).nonzero()
    height, width, _ = plain.shape
    scale = meshed.shape[1] / width
    assert abs(columns.mean() / scale - face.points[:, 0].mean()) < 0.15 * width
    assert abs(rows.mean() / scale - face.points[:, 1].mean()) < 0.15 * height
    toggle(page, "Contours")
    wait_for(page, lambda: turquoise(picture(page)) > 300, "the contours do not come back")
    assert redder_side(plain) == "right"
    toggle(page, "Mirror")
    wait_for(page, lambda: redder_side(picture(page)) == "left", "still mirrored")
    toggle(page, "Numbers")
    wait_for(page, lambda: corner_brightness(page) < 60, "no numbers in the corner")
    expect_to_play_on(page)
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


@pytest.mark.parametrize("blocked", [False, True])
def test_numbers_beside_webrtc_come_over_the_websocket_or_from_the_page(
    page: Page, live_server: Server, blocked: bool, allowed_errors: list[str]
) -> None:
    allowed_errors.append("/elsewhere")
    page.add_init_script(
        f"""window.noSocket = {str(blocked).lower()};
        window.came = 0;
        document.addEventListener("visavis-numbers", () => (window.came += 1));"""
    )
    open_live_page(page, live_server, "WebRTC")
    start_camera(page)
    if not blocked:
        wait_for(page, lambda: page.evaluate("window.came") > 20, "no numbers over the WebSocket")
        page.evaluate("window.sockets.at(-1).close()")
    area = page.get_by_role("img", name="Chart of frame times").locator("div").first
    for _ in range(3):
        expect(area).not_to_have_attribute("style", str(area.get_attribute("style")))
    assert page.evaluate("window.sockets.length") == 1
    page.get_by_role("button", name="Stop the camera").click()


def corner_brightness(page: Page) -> float:
    """Of the place where the numbers stand on the picture, on a panel that is dark."""
    shown = picture(page)
    height, width, _ = shown.shape
    return float(np.median(shown[: height // 12, : width // 3]))


@pytest.mark.parametrize("way", ["WebSocket", "Page"])
def test_where_the_browser_draws_the_mesh_lies_on_the_very_frame(
    page: Page, live_server: Server, way: str
) -> None:
    open_live_page(page, live_server, way)
    # A net would change what is found in the picture.
    toggle(page, "Net", "Irises", "Mirror")
    start_camera(page)
    wait_for(page, lambda: turquoise(picture(page)) > 100, "no contours in the picture")
    for _ in range(5):
        shown = picture(page)
        (face,) = find_meshes(shown)
        rows, columns = ((shown[:, :, 1].astype(int) - shown[:, :, 0]) > 90).nonzero()
        box = np.array([columns.min(), rows.min(), columns.max(), rows.max()])
        low, high = face.points[:, :2].min(axis=0), face.points[:, :2].max(axis=0)
        # The face moves by up to 4 pixels from frame to frame.
        assert np.abs(box - [*low, *high]).max() < 0.03 * shown.shape[1]
        page.wait_for_timeout(200)
    page.get_by_role("button", name="Stop the camera").click()


@pytest.mark.parametrize(
    ("blocked", "way"),
    [
        (NO_UDP, "WebSocket"),
        ("window.RTCPeerConnection = undefined;", "WebSocket"),
        (f"{NO_UDP}; window.noSocket = true;", "Page"),
        ("window.RTCPeerConnection = undefined; window.noSocket = true;", "Page"),
    ],
    ids=["no UDP", "no WebRTC", "no UDP and no WebSocket", "no WebRTC and no WebSocket"],
)
def test_where_a_way_is_blocked_the_next_one_takes_over(
    page: Page, live_server: Server, blocked: str, way: str, allowed_errors: list[str]
) -> None:
    # The browser tells in its console that the server refuses the WebSocket.
    allowed_errors.append("/elsewhere")
    page.add_init_script(blocked)
    open_live_page(page, live_server)
    page.get_by_role("button", name="Start the camera").click()
    # The camera's own picture is there at once.
    own = page.locator(".own")
    wait_for(page, lambda: own.evaluate("video => video.videoWidth") > 0, "no picture of the camera")
    expect(page.locator(".status")).to_contain_text(f"{way} · ", timeout=CONNECTED)
    wait_for(page, lambda: turquoise(picture(page)) > 800, "no mesh in the picture")
    page.get_by_role("button", name="Stop the camera").click()


def test_another_way_can_be_chosen_while_it_runs_and_stays_in_the_address(
    page: Page, live_server: Server
) -> None:
    open_live_page(page, live_server)
    start_camera(page)
    for way in ("WebSocket", "Page", "WebRTC"):
        page.get_by_role("radio", name=way).click()
        expect(page.locator(".status")).to_contain_text(f"{way} · ", timeout=CONNECTED)
        wait_for(page, lambda: turquoise(picture(page)) > 800, "no mesh in the picture")
        assert f"way={way}" in page.url
    page.get_by_role("button", name="Stop the camera").click()


def test_settings_that_change_together_with_frames_take_effect(page: Page, live_server: Server) -> None:
    open_live_page(page, live_server, "Page")
    start_camera(page)
    wait_for(page, lambda: turquoise(picture(page)) > 800, "no mesh in the picture")
    own = page.locator(".own")
    expect(own).to_have_class(re.compile("mirrored"))
    names = ("Mirror", "Net", "Irises", "Contours")
    buttons = [page.get_by_role("button", name=name, exact=True).element_handle() for name in names]
    # Streamlit sends what changes within one task together. The server passes over an empty frame. Each
    # button is pressed before the answer to the one before it is there.
    page.evaluate(
        """async (buttons) => {
            for (const button of buttons) {
                button.click();
                document.dispatchEvent(new CustomEvent("visavis-frame", { detail: "" }));
                await new Promise((resume) => setTimeout(resume, 20));
            }
        }""",
        buttons,
    )
    expect(own).not_to_have_class(re.compile("mirrored"))
    wait_for(page, lambda: turquoise(picture(page)) < 50, "the mesh is still in the picture")
    page.get_by_role("button", name="Stop the camera").click()


@pytest.mark.parametrize(
    ("way", "connections"), [("WebRTC", "window.connections"), ("WebSocket", "window.sockets")]
)
def test_a_lost_connection_is_found_again(
    page: Page, live_server: Server, way: str, connections: str
) -> None:
    open_live_page(page, live_server, way)
    start_camera(page)
    wait_for_picture(page)
    page.evaluate(f"{connections}.at(-1).close()")
    wait_for(page, lambda: page.evaluate(f"{connections}.length") == 2, "no new connection")
    expect(page.locator(".status")).to_contain_text(f"{way} · ", timeout=CONNECTED)
    expect_to_play_on(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Stop the camera").click()


def test_a_tab_in_the_background_comes_back_when_it_is_looked_at(page: Page, live_server: Server) -> None:
    open_live_page(page, live_server, "WebSocket")
    start_camera(page)
    wait_for_picture(page)
    page.evaluate(
        """() => {
            window.away = true;
            Object.defineProperty(document, "hidden", { get: () => window.away });
            window.sockets.at(-1).close();
        }"""
    )
    # Its place is free for others meanwhile.
    other = page.context.new_page()
    open_live_page(other, live_server)
    start_camera(other)
    other.close()
    assert page.evaluate("window.sockets.length") == 1
    page.evaluate("() => { window.away = false; document.dispatchEvent(new Event('visibilitychange')); }")
    expect_to_play_on(page)
    page.get_by_role("button", name="Stop the camera").click()


@pytest.fixture
def page_with_five_faces(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Page]:
    row = np.zeros((480, 640, 3), np.uint8)
    small = np.asarray(Image.fromarray(GRACE).resize((205, 240)), np.uint8)
    for index in range(5):
        top, left = 240 * (index // 3), 210 * (index % 3)
        row[top : top + 240, left : left + 205] = small
    clip = tmp_path / "five.mjpeg"
    with clip.open("wb") as file:
        write_video(file, [row] * 30, "mjpeg", "mjpeg")
    arguments = [*browser_type_launch_args["args"], *camera_arguments(clip)]
    browser = browser_type.launch(**browser_type_launch_args | {"args": arguments})
    page = browser.new_page()
    page.add_init_script(KEEP_CONNECTIONS)
    yield page
    browser.close()


@pytest.mark.parametrize("way", ["WebRTC", "WebSocket"])
def test_five_faces_have_meshes_and_numbers(
    page_with_five_faces: Page, live_server: Server, way: str
) -> None:
    page = page_with_five_faces
    open_live_page(page, live_server, way)
    start_camera(page)
    page.get_by_text("Faces and confidence").click()
    page.get_by_role("slider", name="Faces at most").focus()
    page.keyboard.press("End")
    for number in range(1, 6):
        expect(page.get_by_text(f"Face {number}", exact=True)).to_be_visible(timeout=CONNECTED)
        expect(page.get_by_role("meter", name=f"Face {number}: Smile")).to_be_visible()

    def meshes_shown() -> int:
        """How many of the five places show contours."""
        turned = picture(page)[:, ::-1]
        height, width = turned.shape[0] // 2, turned.shape[1] // 3
        corners = [(height * (index // 3), width * (index % 3)) for index in range(5)]
        return sum(turquoise(turned[y : y + height, x : x + width]) > 50 for y, x in corners)

    wait_for(page, lambda: meshes_shown() == 5, "not every face has its mesh")
    page.get_by_role("button", name="Stop the camera").click()


@pytest.fixture
def page_with_cameras(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Page]:
    # With Chromium's own pictures, since a file gives only one camera. The first and third are like any
    # webcam; the second measures depth, which WebRTC does not send.
    arguments = [
        *browser_type_launch_args["args"],
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream=device-count=3",
    ]
    browser = browser_type.launch(**browser_type_launch_args | {"args": arguments})
    page = browser.new_page()
    page.add_init_script(KEEP_CONNECTIONS)
    yield page
    browser.close()


def test_another_camera_can_be_chosen_while_it_runs(page_with_cameras: Page, live_server: Server) -> None:
    page = page_with_cameras
    open_live_page(page, live_server)
    cameras = page.get_by_label("Camera", exact=True)
    expect(cameras).to_be_hidden()
    start_camera(page)
    expect(cameras.locator("option")).to_have_text(["fake_device_0", "fake_device_1", "fake_device_2"])
    used = "window.connections.at(-1).getSenders()[0].track.label"
    assert page.evaluate(used) == "fake_device_0"
    cameras.select_option(label="fake_device_2")
    wait_for(page, lambda: page.evaluate(used) == "fake_device_2", "the camera was not changed")
    before = frames_sent(page)
    wait_for(page, lambda: frames_sent(page) > before + 20, "the other camera's picture is not sent")
    expect_to_play_on(page)
    assert page.evaluate("window.connections.length") == 1
    page.get_by_role("button", name="Stop the camera").click()
    # It is used again at the next start.
    start_camera(page)
    assert page.evaluate("window.connections.length") == 2
    assert page.evaluate(used) == "fake_device_2"


def frames_sent(page: Page) -> int:
    """Over the newest connection, so far."""
    return int(
        page.evaluate(
            """async () => {
                const entries = [...(await window.connections.at(-1).getStats()).values()];
                return entries.find(({ type }) => type === "outbound-rtp").framesSent;
            }"""
        )
    )


def test_faces_and_confidences_can_be_set_while_it_runs(page: Page, live_server: Server) -> None:
    open_live_page(page, live_server)
    start_camera(page)
    expect(page.get_by_text("Tracker only")).to_be_visible(timeout=CONNECTED)
    page.get_by_text("Faces and confidence").click()
    slider = page.get_by_role("slider", name="Faces at most")
    slider.focus()
    page.keyboard.press("ArrowRight")
    # It looks for a second face from now on.
    expect(page.get_by_text("Detector and tracker")).to_be_visible(timeout=CONNECTED)
    for name in ("Detection", "Presence", "Tracking"):
        expect(page.get_by_role("slider", name=f"{name} confidence")).to_be_visible()
    page.get_by_role("button", name="Stop the camera").click()


@pytest.mark.parametrize("way", WAYS)
def test_a_snapshot_and_a_recording_open_again_and_contain_the_face(
    page: Page, live_server: Server, way: str
) -> None:
    open_live_page(page, live_server, way)
    expect(page.get_by_role("button", name="Snapshot")).to_be_disabled()
    start_camera(page)
    expect(page.get_by_text("Tracker only")).to_be_visible(timeout=CONNECTED)

    page.get_by_role("button", name="Snapshot").click()
    expect(page.get_by_text("Your snapshot", exact=True)).to_be_visible(timeout=CONNECTED)
    pictures = [
        np.asarray(Image.open(io.BytesIO(content(downloaded(page, name)))).convert("RGB"))
        for name in ("With mesh (PNG)", "Without mesh (PNG)")
    ]
    assert turquoise(pictures[0]) > 800
    assert turquoise(pictures[1]) < 50
    assert len(find_meshes(pictures[1])) == 1

    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible(timeout=CONNECTED)
    expect(page.get_by_text(re.compile(r"Recording: \d?[2-9] of 30 seconds…"))).to_be_visible(
        timeout=CONNECTED
    )
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_text("Your recording, ")).to_be_visible(timeout=CONNECTED)
    clip = decoded(content(downloaded(page, "Clip (MP4)")))
    assert np.median([turquoise(picture) for picture in clip]) > 300
    assert len(find_meshes(clip[len(clip) // 2])) == 1
    table = pd.read_csv(io.BytesIO(content(downloaded(page, "Landmarks (CSV)"))))
    assert len(table) == len(clip)
    assert table.time_ms.is_monotonic_increasing
    # As long as the page said, which rounds its seconds, with however many frames the machine managed.
    assert table.time_ms.iloc[-1] >= 1500
    assert table.filter(regex="^x").to_numpy().mean() == pytest.approx(320, abs=200)
    page.get_by_role("button", name="Stop the camera").click()


def test_after_a_refusal_the_next_start_works(page: Page, live_server: Server) -> None:
    page.add_init_script(
        """
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        let refused = false;
        navigator.mediaDevices.getUserMedia = async (constraints) => {
            if (refused) return ask(constraints);
            refused = true;
            throw new DOMException("", "NotReadableError");
        };
        """
    )
    open_live_page(page, live_server)
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("The camera is in use")
    start_camera(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    wait_for(page, lambda: turquoise(picture(page)) > 500, "no mesh in the picture")
    page.get_by_role("button", name="Stop the camera").click()
