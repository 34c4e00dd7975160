from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import Server, running_server
from tests.browser.live.live_page import KEEP_CONNECTIONS


@pytest.fixture(scope="session")
def browser(camera_browser: Browser) -> Browser:
    return camera_browser


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.add_init_script(KEEP_CONNECTIONS)
    return context


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one seat, whose memory varies little."""
    settings = {
        "VISAVIS_MAX_STREAMS": "1",
        # With glibc's heap for each thread, the memory of the same visits varies by 100 MB.
        "MALLOC_ARENA_MAX": "2",
        # Seconds for which Streamlit keeps the session of a visitor who has left; otherwise two minutes.
        "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1",
    }
    with running_server(tmp_path_factory.mktemp("server"), **settings) as server:
        yield server
