from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

FOLDER = Path(__file__).parents[3] / "pages" / "home"


@pytest.mark.usefixtures("stub_detector")
def test_home_shows_what_the_app_does_and_leads_to_the_photo_page(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "Visavis"
    assert [button.label for button in app.button] == [
        "Find and hide faces",
        "See your own face mesh",
        "How a network sees",
    ]
    app.button[0].click().run()
    assert app.title[0].value == "Find the faces in a photo"


def test_the_pictures_are_small_enough_for_a_slow_line() -> None:
    pictures = list(FOLDER.glob("*.webp"))
    assert len(pictures) == 6
    # In the page they take a third more, as text.
    assert sum(picture.stat().st_size for picture in pictures) * 4 / 3 < 1_000_000


def test_there_is_a_still_picture_for_each_that_moves() -> None:
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    assert "prefers-reduced-motion" in style
    for name in ("crowd", "mesh", "features"):
        with (
            Image.open(FOLDER / f"{name}.webp") as moving,
            Image.open(FOLDER / f"{name}_still.webp") as still,
        ):
            assert not still.is_animated
            assert moving.size == still.size
