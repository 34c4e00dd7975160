"""The Live page where a camera, a permission or a way is refused, and where the server refuses a stranger."""

from typing import Any

from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser.conftest import OTHER_NAME, Server
from tests.browser.live.live_page import (
    CONNECTED,
    FIRST_PAGE,
    expect_to_play_on,
    open_live_page,
    start_camera,
    wait_for,
    wait_for_picture,
)

SENTENCES = {
    "NotFoundError": "No camera was found. Connect one",
    "NotReadableError": "The camera is in use by another program",
    "NotAllowedError": "The browser did not give this page your camera.",
    "StrangeError": "The camera could not be started (StrangeError).",
}


def test_each_refusal_has_its_sentence(page: Page, server: Server) -> None:
    open_live_page(page, server)
    start = page.get_by_role("button", name="Start the camera")
    for error, sentence in SENTENCES.items():
        page.evaluate(
            """(error) => {
                navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", error); };
            }""",
            error,
        )
        start.click()
        expect(page.get_by_role("alert")).to_contain_text(sentence)
        expect(start).to_be_enabled()


def test_permission_refused(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], server: Server
) -> None:
    # There is a camera, but nobody gives the permission that the browser asks for.
    arguments = ["--use-fake-device-for-media-stream", "--deny-permission-prompts"]
    strict = browser_type.launch(
        **browser_type_launch_args | {"args": [*browser_type_launch_args["args"], *arguments]}
    )
    page = strict.new_page()
    open_live_page(page, server)
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("The browser did not give this page your camera.")
    strict.close()


def test_a_camera_that_comes_after_the_visitor_has_left_is_let_go(page: Page, server: Server) -> None:
    page.add_init_script(
        """
        window.tracks = [];
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (constraints) => {
            await new Promise((resolve) => setTimeout(resolve, 3000));
            const camera = await ask(constraints);
            window.tracks.push(...camera.getTracks());
            return camera;
        };
        """
    )
    open_live_page(page, server)
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_role("link", name="Home").first.click()
    wait_for(page, lambda: page.evaluate("window.tracks.length") == 1, "the camera was not asked for")
    wait_for(page, lambda: page.evaluate("window.tracks[0].readyState") == "ended", "the camera is on")
    assert page.evaluate("window.connections.length") == 0


def test_an_insecure_address_is_explained(page: Page, server: Server) -> None:
    page.goto(server.url.replace("127.0.0.1", OTHER_NAME) + "/live")
    page.get_by_role("button", name="Start the camera").click(timeout=FIRST_PAGE)
    expect(page.get_by_role("alert")).to_contain_text("whose address begins with https")


def test_without_a_way_to_the_server_the_reason_is_told(
    page: Page, server: Server, allowed_errors: list[str]
) -> None:
    allowed_errors.append("/elsewhere")
    page.add_init_script(
        """
        window.RTCPeerConnection = undefined;
        window.noSocket = true;
        // What the page itself would carry.
        const stop = (event) => event.stopImmediatePropagation();
        document.addEventListener("visavis-frame", stop, { capture: true });
        """
    )
    open_live_page(page, server)
    page.get_by_role("button", name="Start the camera").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("No connection between your browser and this server", timeout=60_000)
    expect(page.get_by_role("button", name="Start the camera")).to_be_enabled()
    page.get_by_role("button", name="Show the sample clip").click()
    expect(page.get_by_text("A moving photo instead of your camera")).to_be_visible(timeout=CONNECTED)


# An offer of 1,500 videos instead of the browser's own.
OFFER_TOO_MUCH = """
const own = Object.getOwnPropertyDescriptor(RTCPeerConnection.prototype, "localDescription").get;
Object.defineProperty(RTCPeerConnection.prototype, "localDescription", {
    get() {
        const description = own.call(this);
        if (!description) return description;
        const [session, media] = description.sdp.split("m=video");
        const many = Array.from({ length: 1500 }, (_, mid) =>
            `m=video${media}`.replace("a=mid:0", `a=mid:${mid}`).replace(/^a=candidate.*\\r\\n/gm, ""));
        return { type: "offer", sdp: session + many.join("") };
    },
});
"""


def test_an_offer_that_no_page_of_ours_makes_is_refused_and_others_go_on(
    page: Page, server: Server, browser: Browser
) -> None:
    open_live_page(page, server)
    start_camera(page)
    wait_for_picture(page)
    with browser.new_context() as stranger:
        hostile_page = stranger.new_page()
        hostile_page.add_init_script(OFFER_TOO_MUCH)
        open_live_page(hostile_page, server)
        memory = server.memory_mb()
        hostile_page.get_by_role("button", name="Start the camera").click()
        # Such an offer gets no answer, and another way is tried.
        expect(hostile_page.locator(".status")).to_contain_text("WebSocket", timeout=CONNECTED)
        # aiortc would take 200 MB for it.
        assert server.memory_mb() - memory < 100
    expect_to_play_on(page)
    page.get_by_role("button", name="Stop the camera").click()
