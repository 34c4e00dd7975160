import asyncio
import io
import json
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartParser
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, SelectSlider

from components.mesh.model_file import load_model
from components.photo.image import PhotoError
from components.photo.limits import MAX_PHOTOS
from components.photo.photo_file import PhotoFile
from components.photo.scores import CUT_OFFS, confidence_label
from components.ui.progress import Progress
from components.ui.run_once import kept_results
from components.workers.worker import TaskError
from pages.photo.find_faces import _analyse
from pages.photo.marks import Marks
from tests import pictures
from tests.pages.conftest import StubDetector

Upload = tuple[str, bytes, str]


def photo(name: str, width: int) -> Upload:
    """A picture in which the stub finds a face for every 100 pixels of width."""
    return name, pictures.encoded(np.full((60, width, 3), 90, np.uint8)), "image/png"


def opened(app: AppTest, sample: str = "grace") -> AppTest:
    app.run()
    app.switch_page("photo/page.py")
    app.query_params["sample"] = sample
    app.run()
    assert not app.exception
    return app


def headline(app: AppTest) -> str:
    return str(app.subheader[0].value)


def stage(app: AppTest) -> dict[str, Any]:
    """What the browser is told to show of the photo."""
    (shown,) = [
        element.proto
        for element in app.get("bidi_component")
        if "photo_stage" in element.proto.component_name
    ]
    return dict(json.loads(shown.json))


def strip(app: AppTest) -> dict[str, Any]:
    """What the browser is told to show of all photos."""
    (shown,) = [
        element.proto
        for element in app.get("bidi_component")
        if "photo_strip" in element.proto.component_name
    ]
    return dict(json.loads(shown.json))


def button(app: AppTest, label: str) -> Button:
    (found,) = [button for button in app.button if button.label == label]
    return found


def gallery(app: AppTest) -> list[str]:
    """The faces' numbers and confidences."""
    return [f"{face['number']} · {face['confidence']}" for face in stage(app)["faces"]]


def caption(app: AppTest) -> str:
    """What is said below the number of faces."""
    (words,) = [html.value for html in app.get("html") if html.value.startswith("<p class='count-words'")]
    return str(words)


def confidence(app: AppTest) -> SelectSlider[float]:
    return app.select_slider(key="confidence")


def test_the_page_opens_with_a_photo_that_shows_both_kinds_of_errors(app: AppTest) -> None:
    app.run()
    app.switch_page("photo/page.py").run()
    assert not app.exception
    assert stage(app)["name"] == "Sample: Solvay Conference, 1927"
    assert headline(app) == "29 faces"
    assert "about one of them may be no face." in caption(app)
    app.query_params["tab"] = "Count errors"
    # The truth about it is known, so nobody has to judge first.
    for cut_off, expected in [
        (0.5, ["3", "0", "91 %", "100 %"]),
        (0.9, ["0", "0", "100 %", "100 %"]),
        (0.99, ["0", "5", "100 %", "83 %"]),
    ]:
        confidence(app).set_value(cut_off).run()
        assert errors(app) == expected
    assert len(stage(app)["marks"]["false_alarms"]) == 3


def test_the_sample_is_analysed_by_the_real_networks(app: AppTest) -> None:
    opened(app)
    assert headline(app) == "1 face"
    assert gallery(app) == ["1 · 0.98"]
    shown = stage(app)
    assert shown["name"] == "Sample: Grace Hopper"
    assert (shown["width"], shown["height"]) == (512, 600)
    assert shown["alt"] == "Sample: Grace Hopper with 1 face marked"
    (face,) = shown["faces"]
    assert len(face["keypoints"]) == 5


def test_two_runs_may_find_the_same_photos_faces(
    app: AppTest, stub_detector: type[StubDetector], monkeypatch: pytest.MonkeyPatch
) -> None:
    # This happens when a visitor does something while a photo is decoded: the next run does not wait.
    name, data, _ = four = photo("four.png", 400)

    def other_run() -> None:
        outcomes: dict[tuple[str, int, int], PhotoError] = kept_results("photos")
        outcomes[PhotoFile.of(name, data).id, 0, 20] = PhotoError("This is the other run's outcome.")

    opened(app)
    monkeypatch.setattr(stub_detector, "meanwhile", other_run)
    app.file_uploader[0].set_value(four).run()
    assert not app.exception
    app.run()
    assert not app.exception
    assert headline(app) == "1 face"


def test_a_refusal_holds_on_to_no_picture() -> None:
    data = pictures.encoded(pictures.GRACE)[:-9000]
    # The refusal is kept as long as the photo is on the page; the decoded pixels must not be.
    progress = Progress(cast(DeltaGenerator, None), "")
    refusal = _analyse(PhotoFile.of("cut.jpg", data), 20, progress)
    assert isinstance(refusal, PhotoError)
    assert "damaged" in str(refusal)
    assert refusal.__traceback__ is refusal.__context__ is refusal.__cause__ is None


@pytest.mark.usefixtures("stub_detector")
def test_the_slider_starts_at_its_default(app: AppTest) -> None:
    slider = confidence(opened(app))
    assert slider.value == 0.9
    assert slider.options == [confidence_label(cut_off) for cut_off in CUT_OFFS]
    assert {"0.995", "0.999"} < set(slider.options)


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize(
    ("named", "chosen"),
    [("0.6", 0.6), ("0.83", 0.8), ("0.995", 0.995), ("1.00", 1.0), ("0.1", 0.5), ("2", 0.9), ("-1", 0.9)],
)
def test_an_address_may_name_any_number_as_the_cut_off(app: AppTest, named: str, chosen: float) -> None:
    app.run()
    app.switch_page("photo/page.py")
    app.query_params["confidence"] = named
    app.run()
    assert not app.exception
    assert confidence(app).value == chosen


def test_the_slider_filters_everything_and_runs_no_network(
    app: AppTest, stub_detector: type[StubDetector]
) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400)).run()
    calls = stub_detector.calls
    for cut_off, count in [(0.9, 1), (0.5, 4), (0.7, 3), (1.0, 0), (0.8, 2)]:
        confidence(app).set_value(cut_off).run()
        assert headline(app) == ("1 face" if count == 1 else f"{count} faces")
        assert len(gallery(app)) == count
    assert stub_detector.calls == calls


@pytest.mark.usefixtures("stub_detector")
def test_faces_are_numbered_by_confidence(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("three.png", 300)).run()
    confidence(app).set_value(0.5).run()
    assert gallery(app) == ["1 · 0.95", "2 · 0.85", "3 · 0.75"]


@pytest.mark.usefixtures("stub_detector")
def test_several_photos_are_counted_together(app: AppTest) -> None:
    # Cameras number their pictures, so two photos may well have the same name.
    opened(app).file_uploader[0].set_value([photo("a.png", 200), photo("a.png", 300)]).run()
    confidence(app).set_value(0.5).run()
    assert headline(app) == "2 faces"
    assert "In all 2 photos: 5 faces." in caption(app)
    app.query_params["photo"] = "2"
    app.run()
    assert headline(app) == "3 faces"


def test_an_equal_photo_is_not_analysed_again(app: AppTest, stub_detector: type[StubDetector]) -> None:
    opened(app).file_uploader[0].set_value(photo("a.png", 200)).run()
    calls = stub_detector.calls
    app.file_uploader[0].set_value(photo("a copy.png", 200)).run()
    assert headline(app) == "1 face"
    assert stub_detector.calls == calls


@pytest.mark.usefixtures("stub_detector")
def test_the_photo_shown_is_the_chosen_one_or_the_newest_whatever_its_place(app: AppTest) -> None:
    two, three, four = photo("two.png", 200), photo("three.png", 300), photo("four.png", 400)
    opened(app).file_uploader[0].set_value([two, three]).run()
    assert stage(app)["name"] == "two.png"
    app.query_params["photo"] = "2"
    app.run()
    assert stage(app)["name"] == "three.png"
    # It stays when one before it is removed.
    app.file_uploader[0].set_value([three]).run()
    assert stage(app)["name"] == "three.png"
    # A photo that was just added is the one that the visitor wants to see.
    app.file_uploader[0].set_value([three, two]).run()
    assert stage(app)["name"] == "two.png"
    assert "2" in app.query_params["photo"]
    app.file_uploader[0].set_value([two, three, four]).run()
    assert stage(app)["name"] == "four.png"
    # When the shown photo is removed, another takes its place.
    app.file_uploader[0].set_value([two, three]).run()
    assert stage(app)["name"] in ("two.png", "three.png")


@pytest.mark.usefixtures("stub_detector")
def test_photos_are_still_there_after_a_look_at_another_page(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value([photo("one.png", 100), photo("four.png", 400)]).run()
    for _ in range(2):
        app.switch_page("home/page.py").run()
        app.switch_page("photo/page.py").run()
        assert not app.exception
        assert "In all 2 photos" in caption(app)
    app.file_uploader[0].set_value(photo("two.png", 200)).run()
    assert "In all 3 photos" in caption(app)
    assert stage(app)["name"] == "two.png"
    # The page shows the photos that the uploader no longer lists, and the strip can remove each.
    removable = {shown["name"]: shown["removable"] for shown in strip(app)["photos"]}
    assert removable == {"one.png": True, "four.png": True, "two.png": False}


@pytest.mark.usefixtures("stub_detector")
def test_photos_of_one_name_are_told_apart(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value([photo("image.png", 100), photo("IMAGE.png", 200)]).run()
    assert stage(app)["name"] == "image.png"
    app.query_params["photo"] = "2"
    app.run()
    assert stage(app)["name"] == "IMAGE (2).png"


@pytest.mark.usefixtures("stub_detector")
def test_the_slider_stays_where_it_was_left(app: AppTest) -> None:
    confidence(opened(app)).set_value(0.6).run()
    app.file_uploader[0].set_value(("bad.jpg", b"text", "image/jpeg")).run()
    assert not app.subheader
    app.file_uploader[0].set_value(photo("good.png", 100)).run()
    assert confidence(app).value == 0.6
    app.switch_page("home/page.py").run()
    app.switch_page("photo/page.py").run()
    assert confidence(app).value == 0.6


def test_a_photo_whose_task_ends_without_a_result_gets_its_sentence(
    app: AppTest, stub_detector: type[StubDetector], monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> None:
        raise TaskError("This took longer than 8 seconds and was ended.")

    opened(app)
    monkeypatch.setattr(stub_detector, "meanwhile", end)
    app.file_uploader[0].set_value([photo("slow.png", 200)]).run()
    assert "longer than 8 seconds" in app.error[0].value
    monkeypatch.setattr(stub_detector, "meanwhile", lambda: None)
    app.file_uploader[0].set_value(photo("other.png", 300)).run()
    assert not app.error
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_an_upload_is_received_in_memory(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024 * 1024)
    # As much as an album's ZIP file may have would take long here.
    monkeypatch.setattr("components.ui.streamlit_adapter.max_upload_megabytes", lambda: 25)
    opened(app)
    assert not is_written_to_disk(size=25 * 1024 * 1024)
    assert is_written_to_disk(size=25 * 1024 * 1024 + 1), "this test would not notice"


def is_written_to_disk(size: int) -> bool:
    """Whether the server that receives a file of this size puts it into a temporary one."""
    # In a thread of its own, since Playwright leaves an event loop running in this one.
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
        (pictures.encoded(pictures.GRACE)[:-9000], "damaged or incomplete"),
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
    assert not app.subheader
    app.file_uploader[0].set_value(photo("good.png", 100)).run()
    assert not app.error
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_without_a_face_the_page_says_what_to_try(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("empty.png", 50)).run()
    assert headline(app) == "0 faces"
    assert "No face was found here." in caption(app)


@pytest.mark.usefixtures("stub_detector")
def test_a_cut_off_above_all_scores_says_which_way_to_go(app: AppTest) -> None:
    confidence(opened(app)).set_value(1.0).run()
    assert "the best one scores 0.95. Move the slider to the left" in caption(app)


def test_more_photos_than_the_limit_are_left_out_openly(
    app: AppTest, stub_detector: type[StubDetector]
) -> None:
    uploads = [photo(f"{width}.png", width) for width in range(100, 102 + MAX_PHOTOS)]
    opened(app).file_uploader[0].set_value(uploads).run()
    assert f"first {MAX_PHOTOS}" in app.warning[0].value
    assert f"In all {MAX_PHOTOS} photos" in caption(app)
    calls = stub_detector.calls
    confidence(app).set_value(0.5).run()
    assert stub_detector.calls == calls


@pytest.mark.usefixtures("stub_detector")
def test_an_animation_says_that_its_first_picture_is_shown(app: AppTest) -> None:
    first, second = (Image.new("RGB", (100, 60), colour) for colour in ("red", "blue"))
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=[second])
    opened(app).file_uploader[0].set_value(("moving.gif", file.getvalue(), "image/gif")).run()
    assert "several pictures" in app.info[0].value
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_everything_set_is_in_the_address_and_comes_back_from_it(app: AppTest) -> None:
    settings = {
        "confidence": "0.60",
        "smallest": "40",
        "largest": "2",
        "order": "Position",
        "margin": "50",
        "shape": "Tight",
        "aligned": "true",
        "tab": "Hide faces",
        "hide": "Cover",
    }
    app.run()
    app.switch_page("photo/page.py")
    for name, value in settings.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert confidence(app).value == 0.6
    assert app.slider(key="smallest").value == 40
    assert app.select_slider(key="largest").value == 2
    assert app.session_state["order"] == "position"
    assert app.slider(key="margin").value == 50
    assert app.session_state["shape"] == "tight"
    assert app.toggle(key="aligned").value is True
    assert app.session_state["hide"] == "cover"
    assert stage(app)["smallest"] == 40
    assert [tab.label for tab in app.tabs if tab.children] == ["Hide faces"]


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("tab", ["nonsense", "Hide faces", "Take home"])
@pytest.mark.parametrize("wrong", ["nonsense", "", "-7", "1e400", "nan", "inf", "\N{GRINNING FACE}"])
def test_wrong_values_in_the_address_fall_back(app: AppTest, wrong: str, tab: str) -> None:
    app.run()
    app.switch_page("photo/page.py")
    for name in (
        *("confidence", "smallest", "largest", "order", "margin", "shape", "aligned", "show"),
        *("photo", "hide", "hide_which", "take"),
    ):
        app.query_params[name] = wrong
    app.query_params["tab"] = tab
    app.run()
    assert not app.exception
    assert confidence(app).value == 0.9
    assert app.slider(key="smallest").value == 20
    assert headline(app) == "1 face"
    assert gallery(app) == ["1 · 0.95"]


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("number", ["0", "3", "99999999999", "²", "", "1.5"])
def test_a_photo_that_is_not_there_falls_back_to_the_first(app: AppTest, number: str) -> None:
    opened(app).file_uploader[0].set_value([photo("one.png", 100), photo("two.png", 200)])
    app.query_params["photo"] = number
    app.run()
    assert not app.exception
    assert stage(app)["name"] == "one.png"


def test_the_smallest_face_is_what_the_detector_is_asked_for(
    app: AppTest, stub_detector: type[StubDetector]
) -> None:
    opened(app)
    calls = stub_detector.calls
    app.slider(key="smallest").set_value(60).run()
    assert headline(app) == "0 faces"
    calls_with_it = stub_detector.calls
    assert calls_with_it > calls
    assert "No face of 60 pixels or more was found." in caption(app)
    assert "slider" not in caption(app)
    app.slider(key="smallest").set_value(20).run()
    assert headline(app) == "1 face"
    assert stub_detector.calls == calls_with_it


@pytest.mark.usefixtures("stub_detector")
def test_faces_are_sorted_and_the_largest_kept(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400)).run()
    confidence(app).set_value(0.5).run()
    app.select_slider(key="largest").set_value(2).run()
    assert len(gallery(app)) == 2
    app.button_group(key="order").set_value("position").run()
    assert [face["number"] for face in stage(app)["faces"]] == [1, 2]


@pytest.mark.usefixtures("stub_detector")
def test_what_is_drawn_can_be_chosen(app: AppTest) -> None:
    opened(app)
    assert stage(app)["show"] == dict.fromkeys(("boxes", "keypoints", "numbers", "confidences"), True)
    app.button_group(key="show").set_value(["Boxes"]).run()
    assert stage(app)["show"] == {
        "boxes": True,
        "keypoints": False,
        "numbers": False,
        "confidences": False,
    }
    assert stage(app)["smallest"] is None


def with_marks(app: AppTest, marks: Marks) -> AppTest:
    """The page as it is when the visitor has marked something in the photo."""
    app.session_state["marks"] = {stage(app)["photo"]: marks}
    return app.run()


def errors(app: AppTest) -> list[str]:
    """False alarms, misses, precision and recall."""
    values = {metric.label: str(metric.value) for metric in app.metric}
    return [values[name] for name in ("False alarms", "Misses", "Precision", "Recall")]


@pytest.mark.usefixtures("stub_detector")
def test_marks_are_counted_as_errors(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400)).run()
    app.query_params["tab"] = "Count errors"
    confidence(app).set_value(0.8).run()
    assert stage(app)["mode"] == "mark"
    # Nothing is counted before anybody judged.
    assert errors(app) == ["-"] * 4
    button(app, "I see no error").click().run()
    assert errors(app) == ["0", "2", "100 %", "50 %"]
    with_marks(app, Marks(turn=3, false_alarms=(1,), missed=((390.0, 59.0),), judged=True))
    assert errors(app) == ["1", "3", "50 %", "25 %"]
    assert stage(app)["marks"]["false_alarms"] == [1]
    button(app, "Remove all marks").click().run()
    assert errors(app) == ["-"] * 4
    assert stage(app)["marks"] == asdict(Marks(turn=4)) | {
        name: [] for name in ("chosen", "false_alarms", "missed", "covers")
    }


@pytest.mark.usefixtures("stub_detector")
def test_marks_go_with_their_photo(app: AppTest) -> None:
    opened(app)
    with_marks(app, Marks(turn=1, chosen=(0,)))
    assert stage(app)["marks"]["chosen"] == [0]
    app.file_uploader[0].set_value(photo("four.png", 400)).run()
    assert stage(app)["marks"]["chosen"] == []
    assert app.session_state["marks"] == {}


@pytest.mark.usefixtures("stub_detector")
def test_only_chosen_faces_are_hidden_where_that_is_asked_for(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400))
    app.query_params["tab"] = "Hide faces"
    app.query_params["hide_which"] = "Chosen"
    app.run()
    assert "Nothing is hidden in this photo. Click or tap faces in the photo" in app.info[0].value
    with_marks(app, Marks(turn=1, chosen=(0,)))
    assert not app.info
    assert app.image[0].proto.imgs[0].alt == "four.png with 1 face hidden"
    confidence(app).set_value(0.5)
    app.button_group(key="hide_which").set_value("All but the chosen").run()
    assert app.image[0].proto.imgs[0].alt == "four.png with 3 faces hidden"


@pytest.mark.usefixtures("stub_detector")
def test_missed_faces_become_covers(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400))
    app.query_params["tab"] = "Hide faces"
    app.run()
    with_marks(app, Marks(turn=1, missed=((390.0, 30.0), (300.0, 30.0))))
    button(app, "Cover the 2 missed faces").click().run()
    assert stage(app)["marks"]["missed"] == []
    assert [cover["shape"] for cover in stage(app)["marks"]["covers"]] == ["oval", "oval"]
    assert app.image[0].proto.imgs[0].alt == "four.png with 1 face and 2 covers hidden"
    button(app, "Remove 2 covers").click().run()
    assert app.image[0].proto.imgs[0].alt == "four.png with 1 face hidden"


@pytest.mark.usefixtures("stub_detector")
def test_photos_in_which_nothing_is_hidden_are_named(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value([photo("two.png", 200), photo("bare_one.png", 50)])
    app.query_params["tab"] = "Hide faces"
    app.run()
    assert [shown.value for shown in app.warning] == [r"Nothing is hidden in bare\_one\.png."]


@pytest.mark.usefixtures("stub_detector")
def test_all_photos_can_be_hidden_and_each_is_looked_at(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value([photo("two.png", 200), photo("four.png", 400)])
    app.query_params["tab"] = "Hide faces"
    app.run()
    looked_at = "In all 2 photos: **2 faces** hidden. You have looked at {} 2 photos."
    assert looked_at.format("1 of the") in [shown.value for shown in app.markdown]
    button(app, "Next photo").click().run()
    assert stage(app)["name"] == "four.png"
    assert looked_at.format("all") in [shown.value for shown in app.markdown]
    assert button(app, "Next photo").disabled
    # The candidates below the cut-off can be hidden, too: one in the first photo, three in the other.
    button(app, "Hide 4 candidates below the cut-off, too, in all 2 photos").click().run()
    assert confidence(app).value == 0.5
    assert "In all 2 photos: **6 faces** hidden." in " ".join(shown.value for shown in app.markdown)
    confidence(app).set_value(0.9).run()
    button(app, "Previous photo").click().run()
    assert stage(app)["name"] == "two.png"
    assert "All 2 photos with hidden faces (ZIP)" in [shown.label for shown in app.get("download_button")]


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("tab", ["Faces", "Count errors", "Hide faces", "Take home", "Face mesh"])
def test_each_tab_has_something_to_say_where_there_is_no_face(app: AppTest, tab: str) -> None:
    opened(app).file_uploader[0].set_value(photo("empty.png", 50))
    app.query_params["tab"] = tab
    app.run()
    assert not app.exception
    assert [shown.label for shown in app.tabs if shown.children] == [tab]


@pytest.mark.usefixtures("stub_detector")
def test_what_is_no_face_is_left_out_but_where_errors_are_counted(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400)).run()
    confidence(app).set_value(0.7).run()
    with_marks(app, Marks(turn=1, false_alarms=(0,)))
    assert gallery(app) == ["1 · 0.85", "2 · 0.75"]
    assert "1 left out" in caption(app)
    app.query_params["tab"] = "Count errors"
    app.run()
    # All candidates can be judged: those below the cut-off have no number.
    assert gallery(app) == ["1 · 0.95", "2 · 0.85", "3 · 0.75", "0 · 0.65"]


@pytest.mark.usefixtures("stub_detector")
def test_errors_are_counted_over_all_faces_not_only_the_largest(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400)).run()
    app.select_slider(key="largest").set_value(1)
    app.query_params["tab"] = "Count errors"
    confidence(app).set_value(0.5).run()
    assert headline(app) == "4 faces"
    button(app, "I see no error").click().run()
    assert errors(app) == ["0", "0", "100 %", "100 %"]


@pytest.mark.usefixtures("stub_detector")
def test_marks_do_not_move_to_other_faces_when_others_are_looked_for(app: AppTest) -> None:
    opened(app)
    with_marks(app, Marks(turn=1, chosen=(0,)))
    app.slider(key="smallest").set_value(40).run()
    assert stage(app)["marks"]["chosen"] == []


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("tab", ["Compare", "Face mesh"])
def test_a_missing_model_gets_its_sentence(app: AppTest, monkeypatch: pytest.MonkeyPatch, tab: str) -> None:
    monkeypatch.setenv("VISAVIS_FACE_LANDMARKER", "/nowhere/face.task")
    load_model.cache_clear()
    try:
        opened(app)
        app.query_params["tab"] = tab
        app.run()
    finally:
        load_model.cache_clear()
    assert not app.exception
    assert "/nowhere/face.task" in app.error[0].value
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_everything_can_be_set_back(app: AppTest) -> None:
    opened(app)
    confidence(app).set_value(0.5)
    app.slider(key="smallest").set_value(40)
    app.select_slider(key="largest").set_value(1)
    app.button_group(key="order").set_value("position")
    app.toggle(key="aligned").set_value(True)
    app.button_group(key="show").set_value(["Boxes"]).run()
    assert headline(app) == "1 face"
    button(app, "Back to the defaults").click().run()
    assert not app.exception
    assert confidence(app).value == 0.9
    assert app.slider(key="smallest").value == 20
    assert app.select_slider(key="largest").value == 0
    assert app.session_state["order"] == "confidence"
    assert app.toggle(key="aligned").value is False
    assert all(stage(app)["show"].values())


def test_a_photo_that_lies_on_its_side_is_turned_if_the_visitor_likes(app: AppTest) -> None:
    lying = pictures.encoded(np.rot90(pictures.group(columns=3, rows=2)))
    opened(app).file_uploader[0].set_value(("lying.png", lying, "image/png")).run()
    assert "This photo probably lies on its side. Turn it?" in [shown.value for shown in app.markdown]
    button(app, "Turn it upright").click().run()
    assert headline(app) == "6 faces"
    assert stage(app)["width"] > stage(app)["height"]
    assert "Turn it upright" not in [shown.label for shown in app.button]


def test_the_offer_to_turn_a_photo_can_be_declined(app: AppTest) -> None:
    lying = pictures.encoded(np.rot90(pictures.group(columns=3, rows=2), 2))
    opened(app).file_uploader[0].set_value(("lying.png", lying, "image/png")).run()
    assert "This photo probably stands on its head. Turn it?" in [shown.value for shown in app.markdown]
    button(app, "Leave it").click().run()
    assert "Turn it upright" not in [shown.label for shown in app.button]


@pytest.mark.usefixtures("stub_detector")
def test_a_photo_that_is_cut_short_is_shown_and_says_so(app: AppTest) -> None:
    cut = pictures.encoded(pictures.GRACE, "JPEG")[:-9000]
    opened(app).file_uploader[0].set_value(("cut.jpg", cut, "image/jpeg")).run()
    assert "the file ends early" in app.warning[0].value
    assert stage(app)["name"] == "cut.jpg"


@pytest.mark.usefixtures("stub_detector")
def test_many_bad_files_are_one_line(app: AppTest) -> None:
    bad = [(f"{number}.jpg", b"text", "image/jpeg") for number in range(8)]
    opened(app).file_uploader[0].set_value([*bad, photo("good.png", 100)]).run()
    assert not app.error
    (listed,) = [shown for shown in app.expander if shown.label == "8 files cannot be used"]
    assert listed.markdown[0].value.count("cannot be read as a picture") == 8
    assert headline(app) == "1 face"


@pytest.mark.usefixtures("stub_detector")
def test_an_address_of_a_view_with_photos_says_that_they_are_not_here(app: AppTest) -> None:
    app.run()
    app.switch_page("photo/page.py")
    app.query_params["own"] = "3"
    app.run()
    assert "This address brings back the settings, but no photos" in app.info[0].value
    app.file_uploader[0].set_value(photo("good.png", 100)).run()
    assert not app.info
    app.file_uploader[0].set_value([]).run()
    assert not app.info


@pytest.mark.usefixtures("stub_detector")
def test_the_page_says_how_many_boxes_may_be_none(app: AppTest) -> None:
    opened(app).file_uploader[0].set_value(photo("four.png", 400)).run()
    assert "Of 100 boxes with such a score, about 86 are faces." in caption(app)
    confidence(app).set_value(0.5).run()
    # 0.95, 0.85, 0.75 and 0.65.
    assert "about one of them may be no face." in caption(app)
