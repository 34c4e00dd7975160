import pytest
from streamlit.testing.v1 import AppTest


@pytest.mark.usefixtures("stub_detector")
def test_home_shows_what_the_app_does_and_leads_to_the_photo_page(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "Visavis"
    assert len(app.image) == 1
    app.button[0].click().run()
    assert app.title[0].value == "Find the faces in a photo"
