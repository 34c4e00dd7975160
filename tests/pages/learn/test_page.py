import json
import re
import subprocess
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.lesson.known_faces import Condition, make_known_picture
from components.lesson.quiz import load_questions, parse_questions
from components.mesh import model_file
from components.photo.detector import FaceDetector
from components.photo.judgement import judge, judge_by_known_boxes
from pages.learn.lesson import TITLES, Chapter
from tests import pictures
from tests.chapters import QUESTIONS
from tests.pages.conftest import StubDetector

ROOT = Path(__file__).parents[3]


@pytest.fixture
def real_detector(monkeypatch: pytest.MonkeyPatch, detector: FaceDetector) -> FaceDetector:
    """The real networks, without loading them again for each test."""
    monkeypatch.setattr("components.tasks.detector.FaceDetector", lambda: detector)
    return detector


def opened(app: AppTest, chapter: str) -> AppTest:
    """The page at a chapter's own address."""
    app.run()
    app.switch_page("learn/page.py")
    app.query_params["chapter"] = chapter
    app.run()
    assert not app.exception
    return app


def picture(app: AppTest, key: str) -> dict[str, Any]:
    """What the browser is told to show of a picture of the lesson."""
    (shown,) = [
        json.loads(element.proto.json)
        for element in app.get("bidi_component")
        if element.proto.id.endswith(f"-{key}")
    ]
    return dict(shown)


def bars(app: AppTest, label: str) -> dict[str, str]:
    """What is said beside the bars of a chart, by their names."""
    (html,) = [html.value for html in app.get("html") if f"aria-label='{escape(label)}'" in html.value]
    return dict(re.findall(r"<span>([^<]*)</span><div.*?</div></div><b>([^<]*)</b>", html))


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


@pytest.mark.usefixtures("real_detector")
@pytest.mark.parametrize("chapter", list(Chapter))
def test_each_chapter_has_an_address_and_leads_on_to_the_next(app: AppTest, chapter: Chapter) -> None:
    opened(app, TITLES[chapter])
    assert app.header[0].value.startswith(QUESTIONS[chapter])
    chapters = list(Chapter)
    later = chapters[chapters.index(chapter) + 1 :]
    buttons = [button for button in app.button if button.label.startswith("Next: ")]
    assert [button.label for button in buttons] == [f"Next: {TITLES[next_one]}" for next_one in later[:1]]
    for button in buttons:
        button.click().run()
        assert not app.exception
        assert app.header[0].value.startswith(QUESTIONS[later[0]])


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("chapter", [Chapter.CONVOLUTION, Chapter.FEATURE_MAPS, Chapter.CHECK])
def test_an_address_may_name_a_chapter_whatever_its_title(app: AppTest, chapter: Chapter) -> None:
    opened(app, chapter.value)
    assert app.header[0].value.startswith(QUESTIONS[chapter])


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("chapter", ["", "nonsense", "start"])
def test_an_address_that_names_no_chapter_leads_to_the_first(app: AppTest, chapter: str) -> None:
    opened(app, chapter)
    assert app.header[0].value.startswith(QUESTIONS[Chapter.START])


@pytest.mark.parametrize(
    "chapter", [Chapter.START, Chapter.CONVOLUTION, Chapter.FEATURE_MAPS, Chapter.CHECK, Chapter.FURTHER]
)
def test_a_chapter_that_needs_no_detector_asks_none(
    app: AppTest, stub_detector: type[StubDetector], chapter: Chapter
) -> None:
    opened(app, chapter)
    # The stub has no `explain` either.
    assert stub_detector.calls == stub_detector.loads == 0


def test_the_page_itself_brings_no_network() -> None:
    code = "import sys, pages.learn.lesson; print({'tensorflow', 'mediapipe', 'av'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.usefixtures("stub_detector")
def test_a_photo_that_is_open_on_the_photo_page_is_the_one_to_learn_from(app: AppTest) -> None:
    app.run()
    app.switch_page("photo/page.py").run()
    first, second = (
        (name, pictures.encoded(pictures.noise(60, width)), "image/png")
        for name, width in (("a.png", 90), ("b.png", 91))
    )
    app.file_uploader[0].set_value([first, second]).run()
    app.query_params["photo"] = "2"
    app.run()
    opened(app, Chapter.CONVOLUTION)
    chooser = app.selectbox(key="learn_picture_choice")
    assert chooser.options == [
        "Sample: Grace Hopper",
        "Sample: Solvay Conference, 1927",
        "Test picture: faces and look-alikes",
        "a.png",
        "b.png",
    ]
    assert chooser.index == 4
    assert picture(app, "convolution_pixels")["alt"] == "b.png, 91 × 60 pixels"
    # The choice stays from chapter to chapter, also through chapters without the chooser.
    chooser.select_index(3).run()
    assert picture(app, "convolution_pixels")["alt"] == "a.png, 90 × 60 pixels"
    for chapter in (Chapter.FURTHER, Chapter.CONVOLUTION):
        app.segmented_control(key="chapter").set_value(chapter).run()
    assert app.selectbox(key="learn_picture_choice").index == 3


def test_the_filter_learns_more_with_each_step(app: AppTest) -> None:
    opened(app, Chapter.START)

    def error() -> float:
        (found,) = re.findall(r"The error: \*\*([\d.]+)\*\*", captions(app))
        return float(found)

    errors = []
    for step in (0, 20, 200):
        app.slider(key="learn_steps").set_value(step).run()
        errors.append(error())
    assert errors[0] == pytest.approx(0.693)
    assert errors[0] > 2 * errors[1] > 4 * errors[2]


def test_a_convolution_and_its_explained_pixel_agree(app: AppTest) -> None:
    opened(app, Chapter.CONVOLUTION)
    shown = picture(app, "convolution_pixels")
    assert (shown["width"], shown["height"]) == (82, 96)
    assert metrics(app)["To learn for this filter"] == "10"
    assert metrics(app)["Fully connected, for a result of this size"] == f"{82 * 96 * 80 * 94 + 80 * 94:,}"
    # At first the strongest response is picked: the top of the range.
    sentence = next(text.value for text in app.markdown if "products add up to" in text.value)
    total = re.findall(r"to \*\*([−\d.]+)\*\*; ReLU makes \*\*([−\d.]+)\*\*", sentence)[0]
    assert total[0] == total[1]
    assert f"to {total[0]}. Turquoise" in captions(app)


def test_the_weights_can_be_edited(app: AppTest) -> None:
    opened(app, Chapter.CONVOLUTION)
    fields = [field for field in app.number_input if field.label.startswith("Weight in row")]
    assert [field.value for field in fields] == [-1, 0, 1, -2, 0, 2, -1, 0, 1]
    for field in fields:
        field.set_value(0.0)
    app.run()
    sentence = next(text.value for text in app.markdown if "products add up to" in text.value)
    assert "add up to **0.00**; ReLU makes **0.00** of it" in sentence
    # Another filter comes with its own weights.
    app.selectbox(key="filter").set_value("Sharpen").run()
    fields = [field for field in app.number_input if field.label.startswith("Weight in row")]
    assert [field.value for field in fields] == [0, -1, 0, -1, 5, -1, 0, -1, 0]


def test_a_learned_filter_sees_three_colours(app: AppTest) -> None:
    opened(app, Chapter.CONVOLUTION)
    app.selectbox(key="filter").set_value("P-Net's filter 3").run()
    assert not app.exception
    assert metrics(app)["To learn for this filter"] == "28"
    assert not app.number_input
    sentence = next(text.value for text in app.markdown if "products add up to" in text.value)
    assert sentence.startswith("The 27 products")


@pytest.mark.parametrize(
    ("bend", "stride", "pad", "pool"),
    [
        ("None", "1", "Zeros", "None"),
        ("Sigmoid", "2", "None", "Mean"),
        ("Tanh", "3", "Zeros", "Maximum"),
        ("ReLU", "3", "None", "None"),
        ("PReLU", "2", "Zeros", "Maximum"),
    ],
)
def test_settings_come_from_the_address(app: AppTest, bend: str, stride: str, pad: str, pool: str) -> None:
    app.run()
    app.switch_page("learn/page.py")
    for name, value in {
        "chapter": "Convolution",
        "bend": bend,
        "stride": stride,
        "pad": pad,
        "pool": pool,
    }.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    width, height = ((length + (2 if pad == "Zeros" else 0) - 3) // int(stride) + 1 for length in (82, 96))
    assert f"{width} × {height} pixels" in captions(app)
    halved = (width, height) if pool == "None" else (width // 2, height // 2)
    shown = picture(app, "convolution_pooled")
    assert (shown["width"], shown["height"]) == halved


@pytest.mark.usefixtures("real_detector")
@pytest.mark.parametrize(("network", "layers"), [("P-Net", 8), ("R-Net", 11), ("O-Net", 14)])
def test_every_layer_of_every_network_can_be_looked_at(app: AppTest, network: str, layers: int) -> None:
    opened(app, Chapter.FEATURE_MAPS)
    app.segmented_control(key="network").set_value(network).run()
    names = app.selectbox(key=f"layer_{network}").options
    assert len(names) == layers
    for name in names:
        app.selectbox(key=f"layer_{network}").set_value(name).run()
        assert not app.exception
        assert any(text.value.startswith(f"**{name}: ") for text in app.markdown)
        assert app.subheader[0].value.endswith(f" of {name}")
        marks = picture(app, "maps_where")["marks"]
        # A layer without places sees all.
        has_place = network == "P-Net" or name not in ("Fully connected", "Last PReLU", "Face score")
        assert [mark["kind"] for mark in marks] == ["chosen"] * has_place
    if network != "P-Net":
        assert float(metrics(app)["Face score"]) > 0.9


def test_a_shift_by_a_whole_step_moves_everything_along(app: AppTest) -> None:
    opened(app, Chapter.FEATURE_MAPS)
    along = bars(app, "How far each layer's maps move along with the picture")
    assert len(along) == 8
    assert set(along.values()) == {"100 %"}
    stays = bars(app, "How far each layer's maps stay the same")
    assert float(stays["Convolution 1"].removesuffix(" %")) < 50
    app.slider(key="shift").set_value(3).run()
    along = bars(app, "How far each layer's maps move along with the picture")
    assert along["Convolution 1"] == "100 %"
    assert along["Convolution 3"] == "-"


def test_the_counts_of_the_cascade_are_those_of_detect(app: AppTest, real_detector: FaceDetector) -> None:
    opened(app, Chapter.CASCADE)
    stages = real_detector.explain(pictures.GRACE, 20, 0)
    for cut_off in (0.9, 0.0, 0.99):
        app.slider(key="cascade_confidence").set_value(cut_off).run()
        counts = {name: words.split(" · ")[0] for name, words in bars(app, "What each step leaves").items()}
        assert counts == {
            "Places P-Net looks at": counts["Places P-Net looks at"],
            "P-Net proposes": str(sum(len(level.boxes) for level in stages.levels)),
            "Left once overlaps go": str(int(stages.proposals.kept.sum())),
            "R-Net lets through": str(int(stages.refined.kept.sum())),
            "O-Net: faces": str(len(real_detector.detect(pictures.GRACE, 20, cut_off))),
        }
    assert int(counts["Places P-Net looks at"].replace(",", "")) > 10_000


def test_each_step_shows_what_stays_and_what_goes(app: AppTest, real_detector: FaceDetector) -> None:
    stages = real_detector.explain(pictures.GRACE, 20, 0)
    opened(app, Chapter.CASCADE)
    expected = {
        "P-Net proposes": (sum(len(level.boxes) for level in stages.levels), 0),
        "Overlaps go": (int(stages.proposals.kept.sum()), None),
        "R-Net looks": (int(stages.refined.kept.sum()), int((~stages.refined.kept).sum())),
        "O-Net decides": (1, len(stages.output.boxes) - 1),
    }
    for step, (kept, dropped) in expected.items():
        app.segmented_control(key="step").set_value(step).run()
        marks = [mark["kind"] for mark in picture(app, "step_sample")["marks"]]
        assert marks.count("kept") == kept
        if dropped is not None:
            assert marks.count("dropped") == dropped


@pytest.mark.usefixtures("real_detector")
def test_the_surest_face_is_followed_at_first_and_missed_with_a_higher_cut_off(app: AppTest) -> None:
    opened(app, Chapter.CASCADE)
    assert app.success[0].value == "**Found.** O-Net scores it 0.98, and your cut-off is 0.90."
    stages = [text.value for text in app.markdown if "-Net: " in text.value]
    assert stages == ["**P-Net: 0.9999**", "**R-Net: 0.98**", "**O-Net: 0.98**"]
    app.slider(key="cascade_confidence").set_value(0.99).run()
    assert app.warning[0].value.startswith("**Below your cut-off.** It came as far as O-Net")


def test_false_alarms_and_misses_are_counted_against_the_known_faces(
    app: AppTest, real_detector: FaceDetector
) -> None:
    opened(app, Chapter.CONFIDENCE)
    for condition in Condition:
        app.segmented_control(key="condition").set_value(condition).run()
        known = make_known_picture(pictures.GRACE, condition)
        candidates = real_detector.detect(known.image, 20, 0.05)
        judgement = judge_by_known_boxes(candidates, known.boxes)
        for cut_off in (0.05, 0.5, 0.9, 1.0):
            app.select_slider(key="errors_confidence").set_value(cut_off).run()
            outcome = judge(candidates, judgement, cut_off)
            assert metrics(app)["False alarms (Type I)"] == str(outcome.false_alarms)
            assert metrics(app)["Misses (Type II)"] == str(outcome.misses)
            kinds = [mark["kind"] for mark in picture(app, f"known_{condition}")["marks"]]
            assert kinds.count("kept") == outcome.found
            assert kinds.count("wrong") == outcome.false_alarms
            assert kinds.count("missed") == outcome.misses
    assert not app.exception


@pytest.mark.usefixtures("stub_detector")
def test_the_clip_tells_when_the_detector_ran(app: AppTest) -> None:
    opened(app, Chapter.TRACKER)
    assert app.success[0].value.startswith("**Tracker only.**")
    (calls,) = re.findall(r"ran on \*\*(\d+) of 90\*\*", captions(app))
    assert 10 < int(calls) < 30
    app.slider(key="frame").set_value(1).run()
    assert app.warning[0].value.startswith("**Detector, then tracker.** There was no face to follow.")
    app.slider(key="frame").set_value(70).run()
    assert app.warning[0].value.startswith("**Detector only.**")
    values = metrics(app)
    tracker, both = (float(values[name].split()[0]) for name in ("Tracker only", "With the detector"))
    said = re.search(r"tracking saves \*\*([\d.]+) ms a frame\*\*", captions(app))
    if said:
        assert float(said[1]) == pytest.approx(both - tracker, abs=0.11)
    else:
        assert both - tracker < 0.2
        assert "tracking saves hardly anything" in captions(app)


@pytest.mark.usefixtures("stub_detector")
def test_without_the_meshs_model_the_tracker_says_so(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bytes:
        raise model_file.MeshUnavailableError("There is no model.")

    monkeypatch.setattr("components.mesh.landmarker.load_model", fail)
    opened(app, Chapter.TRACKER)
    assert app.error[0].value == "There is no model."


@pytest.mark.usefixtures("real_detector")
def test_a_picture_without_a_face_is_no_problem(app: AppTest) -> None:
    app.run()
    app.switch_page("photo/page.py").run()
    app.file_uploader[0].set_value(("noise.png", pictures.encoded(pictures.noise()), "image/png")).run()
    opened(app, Chapter.START)
    assert app.info[0].value.startswith("This picture has no face")
    # The chapter shows the sample instead.
    assert "The error: **0." in captions(app)
    for chapter in Chapter:
        app.segmented_control(key="chapter").set_value(chapter).run()
        assert not app.exception
        assert app.header[0].value.startswith(QUESTIONS[chapter])
    app.segmented_control(key="chapter").set_value(Chapter.FEATURE_MAPS).run()
    app.segmented_control(key="network").set_value("O-Net").run()
    assert app.info[0].value.startswith("MTCNN finds no face in this picture")


@pytest.mark.usefixtures("real_detector")
def test_a_picture_that_was_reduced_is_said_to_be(app: AppTest) -> None:
    app.run()
    app.switch_page("photo/page.py").run()
    large = pictures.encoded(pictures.group(columns=5, rows=1), "JPEG")
    app.file_uploader[0].set_value(("large.jpg", large, "image/jpeg")).run()
    opened(app, Chapter.CONVOLUTION)
    assert "Here it has 800 × 187 pixels instead of 1025 × 240" in captions(app)
    app.selectbox(key="learn_picture_choice").select_index(0).run()
    assert "instead of" not in captions(app)


@pytest.mark.usefixtures("real_detector")
def test_the_table_says_what_scores_are_worth(app: AppTest) -> None:
    opened(app, Chapter.CONFIDENCE)
    table = app.table[0].value
    assert list(table.iloc[0]) == ["0.50 to 0.60", 289, "35 %"]
    assert list(table.iloc[-1]) == ["0.999 to 1", 1101, "99.5 %"]
    assert any("3,944 boxes" in text.value for text in app.markdown)


@pytest.mark.usefixtures("real_detector")
def test_the_photo_of_1927_is_judged_by_what_is_true(app: AppTest) -> None:
    opened(app, Chapter.CONFIDENCE)
    app.segmented_control(key="condition").set_value("photo").run()
    for cut_off, errors in ((0.7, ["3", "0"]), (0.9, ["0", "0"]), (0.99, ["0", "5"])):
        app.select_slider(key="errors_confidence").set_value(cut_off).run()
        assert [metrics(app)[name] for name in ("False alarms (Type I)", "Misses (Type II)")] == errors
    marks = picture(app, "known_photo")["marks"]
    assert [mark["kind"] for mark in marks].count("missed") == 5
    assert not app.exception


STRIPS = {
    "wide.png": np.tile(pictures.noise(20, 800), (1, 5, 1)),
    "high.png": np.tile(pictures.noise(800, 20), (5, 1, 1)),
    "tiny.png": pictures.noise(13, 13),
    "dot.png": pictures.noise(1, 1),
    "face.png": np.ascontiguousarray(pictures.GRACE[110:330, 178:351]),
}


@pytest.mark.usefixtures("real_detector")
@pytest.mark.parametrize("name", list(STRIPS))
def test_no_shape_of_picture_is_a_problem(app: AppTest, name: str) -> None:
    app.run()
    app.switch_page("photo/page.py").run()
    app.file_uploader[0].set_value((name, pictures.encoded(STRIPS[name]), "image/png")).run()
    opened(app, Chapter.START)
    assert app.selectbox(key="learn_picture_choice").index == 3
    for chapter in Chapter:
        app.segmented_control(key="chapter").set_value(chapter).run()
        assert not app.exception
        assert app.header[0].value.startswith(QUESTIONS[chapter])
    app.segmented_control(key="chapter").set_value(Chapter.CONVOLUTION).run()
    app.slider(key="stride").set_value(3).run()
    assert not app.exception


def answer(app: AppTest, choose: Callable[[int, int], int]) -> None:
    """Answer each question by its number and that of the right choice."""
    for index, question in enumerate(load_questions()):
        app.radio[index].set_value(choose(index, question.right_index))
    app.run()


def button(app: AppTest, label: str) -> Any:  # noqa: ANN401 - AppTest's button
    return next(button for button in app.button if button.label == label)


@pytest.mark.usefixtures("stub_detector")
class TestKnowledgeCheck:
    def test_all_right(self, app: AppTest) -> None:
        opened(app, Chapter.CHECK)
        count = len(load_questions())
        assert len(app.radio) == count >= 8
        assert button(app, "Check my answers").disabled
        answer(app, lambda _, right: right)
        button(app, "Check my answers").click().run()
        assert metrics(app)["Right answers"] == f"{count} of {count}"
        assert len(app.success) == count
        assert not app.error

    def test_all_wrong_with_an_explanation_for_each_choice(self, app: AppTest) -> None:
        opened(app, Chapter.CHECK)
        questions = load_questions()
        answer(app, lambda _, right: 1 if right == 0 else 0)
        button(app, "Check my answers").click().run()
        assert metrics(app)["Right answers"] == f"0 of {len(questions)}"
        assert len(app.error) == len(app.success) == len(questions)
        said = " ".join(element.value for element in [*app.markdown, *app.success, *app.error])
        for question in questions:
            for choice in question.choices:
                assert choice.explanation in said

    def test_answers_stay_when_another_chapter_is_opened(self, app: AppTest) -> None:
        opened(app, Chapter.CHECK)
        app.radio[0].set_value(2).run()
        app.radio[3].set_value(1).run()
        for chapter in (Chapter.FURTHER, Chapter.CHECK):
            app.segmented_control(key="chapter").set_value(chapter).run()
        assert [app.radio[index].value for index in range(4)] == [2, None, None, 1]
        assert "Still open: 9 of 11 questions." in captions(app)

    def test_open_questions_count_as_wrong_and_one_can_try_again(self, app: AppTest) -> None:
        opened(app, Chapter.CHECK)
        questions = load_questions()
        app.radio[0].set_value(questions[0].right_index).run()
        button(app, "Check my answers").click().run()
        assert metrics(app)["Right answers"] == f"1 of {len(questions)}"
        assert sum(caption.value == "You did not answer this one." for caption in app.caption) == 10
        button(app, "Try again").click().run()
        assert not app.metric
        assert [radio.value for radio in app.radio] == [None] * len(questions)

    def test_a_wrong_file_of_questions_is_named_with_its_line(
        self, app: AppTest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "pages.learn.chapters.check.load_questions", lambda: parse_questions("## A?", "q.md")
        )
        opened(app, Chapter.CHECK)
        assert app.error[0].value.startswith("The questions cannot be read. q.md, line 1: ")

    def test_the_name_stays_too(self, app: AppTest) -> None:
        opened(app, Chapter.CHECK)
        app.radio[0].set_value(0).run()
        button(app, "Check my answers").click().run()
        app.text_input[0].set_value("Ada").run()
        for chapter in (Chapter.FURTHER, Chapter.CHECK):
            app.segmented_control(key="chapter").set_value(chapter).run()
        assert app.text_input[0].value == "Ada"
