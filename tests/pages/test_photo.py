import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartParser
from streamlit.testing.v1 import AppTest

from components.photo.cascade import ignore_progress
from components.photo.image import PhotoError
from components.ui.photos import MAX_PHOTOS, Photo, _analyse, _outcomes
from tests import pictures
from tests.pages.conftest import StubDetector

Upload = tuple[str, bytes, str]


def photo(name: str, width: int) -> Upload:
    """A picture in which the stub finds a face for every 100 pixels of width."""
    return name, pictures.encoded(np.full((60, width, 3), 90, np.uint8)), "image/png"


def opened(app: AppTest) -> AppTest:
    app.run()
    app.switch_page("app_pages/photo.py").run()
    assert not app.exception
    return app


def headline(app: AppTest) -> str:
    return str(app.subheader[0].value)


def gallery(app: AppTest) -> list[str]:
    """The captions of the face crops; the first picture on the page is the photo itself."""
    return [caption for image in app.image[1:] for caption in image.captions]


def test_the_sample_is_analysed_by_the_real_networks(app: AppTest) -> None:
    opened(app)
    assert headline(app) == "1 face"
    assert gallery(app) == ["1 · 0.98"]
    assert app.image[0].captions == [r"Sample\: Grace Hopper, 512 × 600 pixels"]


def test_two_runs_may_find_the_same_photos_faces(
    app: AppTest, stub_detector: type[StubDetector], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As when a visitor does something while a photo is decoded: the next run does not wait for this one.
    name, data, _ = four = photo("four.png", 400)

    def other_run() -> None:
        _outcomes(Photo(name, data))[:] = [PhotoError("This is the other run's outcome.")]

    opened(app)
    monkeypatch.setattr(stub_detector, "meanwhile", other_run)
    app.file_uploader[0].set_value(four).run()
    assert not app.exception
    app.run()
    assert not app.exception
    assert headline(app) == "1 face"


def test_a_refusal_holds_on_to_no_picture(stub_detector: type[StubDetector]) -> None:
    data = pictures.encoded(pictures.GRACE, "JPEG")[:-9000]
    # It is kept as long as the photo is on the page, unlike what was decoded so far.
    refusal = _analyse(Photo("cut.jpg", data), stub_detector(), ignore_progress)
    assert isinstance(refusal, PhotoError)
    assert "damaged" in str(refusal)
    assert refusal.__traceback__ is refusal.__context__ is refusal.__cause__ is None


@pytest.mark.usefixtures("stub_detector")
def test_the_slider_starts_at_its_default(app: AppTest) -> None:
    slider = opened(app).slider[0]
    assert (slider.min, slider.max, slider.value) == (0.5, 1.0, 0.9)


def test_the_slider_filters_everything_and_runs_no_network(
    app: AppTest, stub_detector: type[StubDetector]
) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400)).run()
    calls = stub_detector.calls
    drawn = set()
    for cut_off, count in [(0.9, 1), (0.5, 4), (0.7, 3), (1.0, 0), (0.8, 2)]:
        app.slider[0].set_value(cut_off).run()
        assert headline(app) == ("1 face" if count == 1 else f"{count} faces")
        assert len(gallery(app)) == count
        drawn.add(app.image[0].value[0])
    assert len(drawn) == 5, "the picture does not follow the slider"
    assert stub_detector.calls == calls


@pytest.mark.usefixtures("stub_detector")
def test_faces_are_numbered_by_confidence(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("three.png", 300)).run()
    app.slider[0].set_value(0.5).run()
    assert gallery(app) == ["1 · 0.95", "2 · 0.85", "3 · 0.75"]


@pytest.mark.usefixtures("stub_detector")
def test_several_photos_are_counted_together(app: AppTest) -> None:
    # Cameras number their pictures, so two photos may well have the same name.
    opened(app).file_uploader[0].set_value([photo("a.png", 200), photo("a.png", 300)]).run()
    app.slider[0].set_value(0.5).run()
    assert headline(app) == "2 faces"
    assert "In all 2 photos: 5 faces." in app.caption[0].value
    app.button_group[0].set_value(1).run()
    assert headline(app) == "3 faces"


def test_an_equal_photo_is_not_analysed_again(app: AppTest, stub_detector: type[StubDetector]) -> None:
    opened(app).file_uploader[0].set_value(photo("a.png", 200)).run()
    calls = stub_detector.calls
    app.file_uploader[0].set_value(photo("a copy.png", 200)).run()
    assert headline(app) == "1 face"
    assert stub_detector.calls == calls


@pytest.mark.usefixtures("stub_detector")
def test_the_chosen_photo_stays_chosen_when_another_is_added(app: AppTest) -> None:
    uploads = [photo("two.png", 200), photo("three.png", 300)]
    opened(app).file_uploader[0].set_value(uploads).run()
    app.slider[0].set_value(0.5).run()
    app.button_group[0].set_value(1).run()
    app.file_uploader[0].set_value([*uploads, photo("four.png", 400)]).run()
    assert headline(app) == "3 faces"


@pytest.mark.usefixtures("stub_detector")
def test_the_slider_stays_where_it_was_left(app: AppTest) -> None:
    opened(app).slider[0].set_value(0.6).run()
    app.file_uploader[0].set_value(("bad.jpg", b"text", "image/jpeg")).run()
    assert not app.slider
    app.file_uploader[0].set_value(photo("good.png", 100)).run()
    assert app.slider[0].value == 0.6
    app.switch_page("app_pages/home.py").run()
    app.switch_page("app_pages/photo.py").run()
    assert app.slider[0].value == 0.6


def test_a_detector_that_cannot_be_loaded_is_tried_again(
    app: AppTest, stub_detector: type[StubDetector], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise MemoryError

    monkeypatch.setattr("components.ui.detector.FaceDetector", fails)
    opened(app)
    assert "could not be loaded" in app.error[0].value
    monkeypatch.setattr("components.ui.detector.FaceDetector", stub_detector)
    app.run()
    assert not app.error
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_an_upload_is_received_in_memory(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024 * 1024)
    opened(app)
    assert not is_written_to_disk(size=25 * 1024 * 1024)
    assert is_written_to_disk(size=25 * 1024 * 1024 + 1), "this test would not notice"


def is_written_to_disk(size: int) -> bool:
    """Whether the server that receives a file of this size puts it into a temporary one."""
    # In a thread of its own, as Playwright leaves an event loop running in this one.
    with ThreadPoolExecutor() as thread:
        form = thread.submit(asyncio.run, received_form(size)).result()
    upload = form["file"]
    assert isinstance(upload, UploadFile)
    return bool(upload.file._rolled)  # type: ignore[attr-defined]


async def received_form(size: int) -> FormData:
    head = b'--end\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'

    async def body() -> AsyncGenerator[bytes, None]:
        yield head + bytes(size) + b"\r\n--end--\r\n"

    headers = Headers({"content-type": "multipart/form-data; boundary=end"})
    return await MultiPartParser(headers, body()).parse()


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"just some text", "cannot be read as a picture"),
        (pictures.encoded(pictures.GRACE, "JPEG")[:-9000], "damaged or incomplete"),
        (pictures.png_declaring(16384, 16384), "more than 50 megapixels"),
    ],
    ids=["empty", "text", "truncated", "bomb"],
)
def test_a_bad_file_gets_a_sentence_and_loses_no_other(app: AppTest, content: bytes, sentence: str) -> None:
    bad = ("bad_one.jpg", content, "image/jpeg")
    opened(app).file_uploader[0].set_value([bad, photo("good.png", 100)]).run()
    assert not app.exception
    (error,) = app.error
    assert error.value.startswith(r"**bad\_one\.jpg**: ")
    assert sentence in error.value
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_only_bad_files_leave_a_page_that_goes_on(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(("a.jpg", b"text", "image/jpeg")).run()
    assert len(app.error) == 1
    assert not app.image
    app.file_uploader[0].set_value(photo("good.png", 100)).run()
    assert not app.error
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_without_a_face_the_page_says_what_to_try(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("empty.png", 50)).run()
    assert headline(app) == "0 faces"
    assert "No face found here." in app.info[0].value


@pytest.mark.usefixtures("stub_detector")
def test_a_cut_off_above_all_scores_says_which_way_to_go(app: AppTest) -> None:
    opened(app).slider[0].set_value(1.0).run()
    assert "the best one scores 0.95. Move the slider to the left" in app.info[0].value


def test_more_photos_than_the_limit_are_left_out_openly(
    app: AppTest, stub_detector: type[StubDetector]
) -> None:
    uploads = [photo(f"{width}.png", width) for width in range(100, 102 + MAX_PHOTOS)]
    opened(app).file_uploader[0].set_value(uploads).run()
    assert f"first {MAX_PHOTOS}" in app.warning[0].value
    assert f"In all {MAX_PHOTOS} photos" in app.caption[0].value
    calls = stub_detector.calls
    app.slider[0].set_value(0.5).run()
    assert stub_detector.calls == calls
