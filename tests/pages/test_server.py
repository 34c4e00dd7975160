"""What the server does besides the pages; `tests/browser/test_server.py` starts it for real."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

import streamlit_app
from tests.pages.conftest import StubDetector


def run_lifespan() -> None:
    """Start the server's part of the app, and end it when the detector is being loaded."""

    async def run() -> None:
        async with streamlit_app.lifespan(streamlit_app.app):
            deadline = time.monotonic() + 10
            while not StubDetector.loads and time.monotonic() < deadline:
                await asyncio.sleep(0.01)

    # In a thread of its own, since Playwright leaves an event loop running in this one.
    with ThreadPoolExecutor() as thread:
        thread.submit(asyncio.run, run()).result()


def test_the_networks_are_loaded_once_when_the_server_starts(
    app: AppTest, stub_detector: type[StubDetector]
) -> None:
    run_lifespan()
    assert stub_detector.loads == 1
    app.run()
    app.switch_page("photo/page.py").run()
    assert not app.exception
    assert app.subheader[0].value == "1 face"
    assert stub_detector.loads == 1


@pytest.mark.usefixtures("stub_detector")
def test_a_host_that_runs_the_file_as_a_plain_script_shows_the_pages() -> None:
    plain = AppTest.from_file(str(streamlit_app.MENU.parent.parent / "streamlit_app.py"), default_timeout=60)
    plain.run()
    assert not plain.exception
    assert plain.title[0].value == "Visavis"
