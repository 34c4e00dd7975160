"""The Live page's sample clip and video files."""

import io

import pandas as pd
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Server
from tests.browser.live.live_page import CONNECTED, content, downloaded, open_live_page, turquoise, wait_for
from tests.clips import decoded, encoded_video
from tests.pictures import GRACE


def test_the_sample_clip_and_a_video_file_need_no_camera(page: Page, server: Server) -> None:
    open_live_page(page, server)
    page.get_by_role("radio", name="Sample clip").click()
    clip = decoded(content(downloaded(page, "Clip with mesh (MP4)")))
    assert len(clip) == 180
    assert turquoise(clip[0]) > 600
    table = pd.read_csv(io.BytesIO(content(downloaded(page, "Landmarks (CSV)"))))
    assert 120 < len(table) < 180

    page.get_by_role("radio", name="Video file").click()
    video: FilePayload = {
        "name": "me.mp4",
        "mimeType": "video/mp4",
        "buffer": encoded_video([GRACE] * 40),
    }
    page.locator("input[type=file]").set_input_files([video])
    expect(page.get_by_text("A face in 40 of 40 frames")).to_be_visible(timeout=CONNECTED)
    download = downloaded(page, "Clip with mesh (MP4)")
    assert download.suggested_filename == "me-mesh.mp4"
    assert len(decoded(content(download))) == 40
    wait_for(page, lambda: page.locator("video").evaluate("v => v.readyState") >= 2, "the clip does not play")

    page.locator("input[type=file]").set_input_files([video | {"name": "text.mp4", "buffer": b"text"}])
    expect(page.get_by_role("alert")).to_contain_text("text.mp4: This cannot be read as a video")
