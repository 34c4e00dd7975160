"""The Album page's script: what is looked at and when, and what the browser is told."""

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.photo.photo_file import PhotoFile
from components.workers.worker import TaskError
from pages.album.find_faces import _words
from tests import pictures
from tests.pages.conftest import StubDetector

Upload = tuple[str, bytes, str]


def photo(name: str, width: int) -> Upload:
    """A picture in which the stub finds a face for every 100 pixels of width."""
    return name, pictures.encoded(np.full((60, width, 3), 90, np.uint8)), "image/png"


def zip_of(*uploads: Upload, name: str = "album.zip") -> Upload:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member, content, _ in uploads:
            archive.writestr(member, content)
    return name, file.getvalue(), "application/zip"


def opened(app: AppTest) -> AppTest:
    app.run()
    app.switch_page("album/page.py").run()
    assert not app.exception
    return app


def brought(app: AppTest, *uploads: Upload) -> AppTest:
    (uploader,) = app.file_uploader
    uploader.set_value(list(uploads)).run()
    assert not app.exception
    return app


def components(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What the browser is told by the components with a name, in the page's order."""
    return [
        json.loads(element.proto.json)
        for element in app.get("bidi_component")
        if name in element.proto.component_name
    ]


def names(app: AppTest) -> list[str]:
    (sheet,) = components(app, "album_sheet")
    return [file["name"] for file in sheet["photos"]]


def faces(app: AppTest) -> dict[str, int]:
    """How many faces were sent of each photo, by the photos' names."""
    (sheet,) = components(app, "album_sheet")
    known = {file["id"]: file["name"] for file in sheet["photos"]}
    sent = [photo for message in components(app, "album_pictures") for photo in message["photos"]]
    return {known[photo["id"]]: len(photo["faces"]) for photo in sent}


def refusals(app: AppTest) -> list[str]:
    return [error.value for error in app.error]


@pytest.mark.usefixtures("stub_detector")
def test_an_example_is_there_before_the_first_upload(app: AppTest) -> None:
    opened(app)
    assert len(names(app)) == 2
    assert faces(app) == {"Sample: Solvay Conference, 1927": 5, "Sample: Grace Hopper": 5}


def test_each_photo_is_looked_at_once(app: AppTest, stub_detector: type[StubDetector]) -> None:
    opened(app)
    before = stub_detector.calls
    brought(app, photo("a.png", 200), photo("b.png", 300))
    assert faces(app) == {"a.png": 2, "b.png": 3}
    assert stub_detector.calls - before == 2
    brought(app, photo("c.png", 100))
    assert faces(app) == {"a.png": 2, "b.png": 3, "c.png": 1}
    assert stub_detector.calls - before == 3
    app.run()
    assert stub_detector.calls - before == 3


@pytest.mark.usefixtures("stub_detector")
def test_a_zip_file_gives_its_photos(app: AppTest) -> None:
    brought(opened(app), zip_of(photo("x/a.png", 200), photo("b.png", 100)), photo("c.png", 300))
    assert names(app) == ["a.png", "b.png", "c.png"]
    assert faces(app) == {"a.png": 2, "b.png": 1, "c.png": 3}


@pytest.mark.usefixtures("stub_detector")
def test_what_cannot_be_used_is_said_and_the_rest_is_there(app: AppTest) -> None:
    nested = zip_of(photo("d.png", 100))
    brought(
        opened(app),
        photo("a.png", 100),
        ("b.png", b"nothing", "image/png"),
        zip_of(nested, photo("c.png", 300)),
    )
    assert faces(app) == {"a.png": 1, "c.png": 3}
    (expander,) = [box for box in app.expander if "cannot be used" in box.label] or [None]
    said = " ".join(
        [*refusals(app), *(text.value for text in expander.markdown)] if expander else refusals(app)
    )
    assert "cannot be read as a picture" in said
    assert "inside a ZIP file" in said


@pytest.mark.usefixtures("stub_detector")
def test_the_same_picture_is_there_once(app: AppTest) -> None:
    brought(opened(app), photo("a.png", 100), photo("again.png", 100))
    assert names(app) == ["a.png"]
    assert not refusals(app)
    assert any("has them already: 1 file" in caption.value for caption in app.caption)


@pytest.mark.usefixtures("stub_detector")
def test_more_photos_than_an_album_has_are_refused(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.album.bring.MAX_ALBUM_PHOTOS", 2)
    opened(app)
    brought(app, zip_of(*(photo(f"{number}.png", 100 + number) for number in range(5))))
    assert len(names(app)) == 2
    assert any(box.label == "3 files cannot be used" for box in app.expander)
    brought(app, photo("more.png", 300))
    assert len(names(app)) == 2
    assert "at most 2 photos" in refusals(app)[0]


@pytest.mark.usefixtures("stub_detector")
def test_a_photo_that_is_too_much_for_a_worker_costs_only_itself(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.album import find_faces

    look = find_faces.in_worker

    def fail_for_one(progress: Any, task: Any, file: PhotoFile, *rest: Any) -> Any:  # noqa: ANN401
        if file.name == "b.png":
            raise TaskError("This took too long.")
        return look(progress, task, file, *rest)

    monkeypatch.setattr(find_faces, "in_worker", fail_for_one)
    brought(opened(app), photo("a.png", 100), photo("b.png", 200), photo("c.png", 300))
    assert faces(app) == {"a.png": 1, "c.png": 3}
    assert refusals(app) == ["**b\\.png**: This took too long."]


def test_the_search_can_be_stopped_and_goes_on(app: AppTest, stub_detector: type[StubDetector]) -> None:
    brought(opened(app), photo("a.png", 100), photo("b.png", 200))
    # As if the visitor had stopped it before the first photo.
    app.session_state["album_found"] = {}
    app.session_state["album_stopped"] = True
    before = stub_detector.calls
    app.run()
    assert stub_detector.calls == before
    assert any("Stopped after 0 of 2 photos" in text.value for text in app.markdown)
    (go_on,) = [button for button in app.button if button.label == "Go on"]
    go_on.click().run()
    assert faces(app) == {"a.png": 1, "b.png": 2}


@pytest.mark.usefixtures("stub_detector")
def test_all_photos_can_be_removed(app: AppTest) -> None:
    brought(opened(app), photo("a.png", 100))
    (remove,) = [button for button in app.button if button.label == "Remove all 1 photo"]
    remove.click().run()
    assert names(app)[0].startswith("Sample")
    assert app.session_state["album_photos"] == []


@pytest.mark.usefixtures("stub_detector")
def test_some_photos_can_be_removed(app: AppTest) -> None:
    brought(opened(app), photo("a.png", 100), photo("b.png", 200), photo("c.png", 300))
    (choice,) = app.multiselect
    choice.select("b.png").run()
    (remove,) = [button for button in app.button if button.label == "Remove 1 photo"]
    remove.click().run()
    assert not app.exception
    assert names(app) == ["a.png", "c.png"]
    assert faces(app) == {"a.png": 1, "c.png": 3}
    assert app.multiselect[0].value == []


@pytest.mark.usefixtures("stub_detector")
def test_photos_stay_when_the_visitor_leaves_the_page(app: AppTest) -> None:
    brought(opened(app), photo("a.png", 100))
    app.switch_page("photo/page.py").run()
    app.switch_page("album/page.py").run()
    assert faces(app) == {"a.png": 1}


@pytest.mark.usefixtures("stub_detector")
def test_another_smallest_face_looks_at_all_photos_again(app: AppTest) -> None:
    brought(opened(app), photo("a.png", 300))
    app.slider(key="album_smallest").set_value(60).run()
    assert faces(app) == {"a.png": 0}
    app.slider(key="album_smallest").set_value(20).run()
    assert faces(app) == {"a.png": 3}


def test_words_on_the_way() -> None:
    assert _words(0, 200, 0, 0.0) == "0 of 200 photos…"
    assert _words(50, 200, 50, 10.0) == "50 of 200 photos, 5.0 a second, about 30 seconds left"
    assert _words(50, 500, 50, 50.0) == "50 of 500 photos, 1.0 a second, about 8 minutes left"


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("members", [[], [("notes.txt", b"a", "")]])
def test_a_zip_file_without_pictures_is_said(app: AppTest, members: list[Upload]) -> None:
    brought(opened(app), zip_of(*members))
    assert "no pictures in this ZIP file" in refusals(app)[0]


@pytest.mark.usefixtures("stub_detector")
def test_a_photo_that_cannot_be_used_is_not_on_the_sheet(app: AppTest) -> None:
    brought(opened(app), photo("a.png", 100), ("b.png", b"nothing", "image/png"))
    assert names(app) == ["a.png"]
    assert any("Looked at 2 photos" in text.value for text in app.caption)


@pytest.mark.usefixtures("stub_detector")
def test_an_address_with_photos_that_are_gone_is_explained(app: AppTest) -> None:
    app.query_params["album"] = "40"
    opened(app)
    assert any("no photos" in info.value for info in app.info)
    brought(app, photo("a.png", 100))
    assert not any("no photos" in info.value for info in app.info)


@pytest.mark.parametrize("told", [None, "x", {"gone": [0]}, {"gone": 1}, [0]])
@pytest.mark.usefixtures("stub_detector")
def test_a_browser_may_report_anything_as_chosen(app: AppTest, told: object) -> None:
    brought(opened(app), photo("a.png", 100))
    app.session_state["album_sheet"] = {"chosen": told}
    app.run()
    assert not app.exception
    assert names(app) == ["a.png"]
