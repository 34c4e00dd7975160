import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.live.live_page import KEEP_CONNECTIONS


@pytest.fixture(scope="session")
def browser(camera_browser: Browser) -> Browser:
    return camera_browser


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.add_init_script(KEEP_CONNECTIONS)
    return context
