import time

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import StubDetector


@pytest.mark.usefixtures("stub_detector")
def test_home_shows_what_the_app_does_and_leads_to_the_photo_page(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "Visavis"
    assert len(app.image) == 1
    app.button[0].click().run()
    assert app.title[0].value == "Find the faces in a photo"


def test_the_detector_is_loaded_once_from_the_first_page_on(
    app: AppTest, stub_detector: type[StubDetector]
) -> None:
    app.run()
    deadline = time.monotonic() + 10
    while not stub_detector.loads and time.monotonic() < deadline:
        time.sleep(0.01)
    app.run()
    assert stub_detector.loads == 1
