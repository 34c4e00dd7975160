from dataclasses import replace

import pytest
import streamlit

from components.photo.face_hiding import Cover, CoverShape
from components.photo.faces import Face
from components.photo.judgement import Judgement
from components.photo.sample_photo import Sample, sample_photo, true_boxes
from components.photo.selection import AnalysedPhoto
from components.ui.visitor_photos import as_turned
from pages.photo.marks import (
    Marks,
    clear_chosen_faces,
    clear_covers,
    clear_judgement,
    cover_missed_faces,
    cover_size,
    forget_others,
    judge_without_errors,
    judgement_of,
    marks_for_judging,
    marks_in,
    take_marks,
    turn_with_marks,
)
from tests.photo_files import analysis, photo_file

COVER = {"box": [10, 20, 30, 40], "shape": "oval"}


@pytest.fixture(autouse=True)
def _a_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit, "session_state", {})


def a_photo(faces: int = 3, content: bytes = b"a photo") -> AnalysedPhoto:
    found = tuple(Face((10.0 * index, 0, 5, 5), 0.9, {}) for index in range(faces))
    return AnalysedPhoto(photo_file(content), analysis(200, 100, found))


def report(photo: AnalysedPhoto, **marks: object) -> dict[str, object]:
    return {
        "photo": photo.id,
        "turn": 1,
        "chosen": [],
        "false_alarms": [],
        "missed": [],
        "covers": [],
        "judged": False,
    } | marks


def test_what_the_browser_reports_is_kept_for_its_photo() -> None:
    photo, other = a_photo(), a_photo(content=b"another")
    take_marks(report(photo, chosen=[2, 0], false_alarms=[1], missed=[[5, 6.5]]), photo)
    assert marks_in(photo) == Marks(1, (2, 0), (1,), ((5.0, 6.5),))
    assert marks_in(other) == Marks()


def test_a_late_report_for_another_photo_is_passed_over() -> None:
    photo, other = a_photo(), a_photo(content=b"another")
    take_marks(report(photo, chosen=[0]), other)
    assert marks_in(photo) == marks_in(other) == Marks()


def test_a_report_cannot_name_what_is_not_there() -> None:
    photo = a_photo()
    take_marks(report(photo, chosen=[0, 0, 7, -1], missed=[[-50, 1e9]] * 900), photo)
    marks = marks_in(photo)
    assert marks.chosen == (0,)
    assert len(marks.missed) == 500
    assert set(marks.missed) == {(0.0, 100.0)}


def test_marks_are_of_the_faces_of_one_setting() -> None:
    photo = a_photo()
    take_marks(report(photo, chosen=[0, 2]), photo)
    larger_faces_only = replace(photo, analysis=replace(photo.analysis, min_face_size=40))
    assert marks_in(larger_faces_only) == Marks()
    assert marks_in(photo).chosen == (0, 2)


def test_marks_are_taken_back_by_kind_and_the_browser_is_told_so() -> None:
    photo = a_photo()
    marked = report(photo, turn=4, chosen=[0], false_alarms=[1], missed=[[1, 1]], covers=[COVER], judged=True)
    take_marks(marked, photo)
    kept = Cover((10.0, 20.0, 30.0, 40.0), CoverShape.OVAL)
    clear_chosen_faces(photo)
    assert marks_in(photo) == Marks(5, (), (1,), ((1.0, 1.0),), (kept,), judged=True)
    clear_judgement(photo)
    assert marks_in(photo) == Marks(6, covers=(kept,))
    clear_covers(photo)
    assert marks_in(photo) == Marks(7)


def test_covers_are_kept_inside_the_photo() -> None:
    photo = a_photo()
    beyond = [{"box": [-50, -50, 1000, 60], "shape": "box"}, {"box": [500, 500, 5, 5], "shape": "oval"}]
    take_marks(report(photo, covers=beyond * 400), photo)
    covers = marks_in(photo).covers
    assert len(covers) == 500
    assert covers[0] == Cover((0.0, 0.0, 200.0, 10.0), CoverShape.BOX)
    assert covers[1] == Cover((200.0, 100.0, 0.0, 0.0), CoverShape.OVAL)


def test_missed_faces_become_covers_of_a_faces_size() -> None:
    photo = a_photo()
    take_marks(report(photo, missed=[[100, 50], [0, 0]]), photo)
    cover_missed_faces(photo)
    marks = marks_in(photo)
    width, height = cover_size(photo)
    assert height == pytest.approx(1.4 * 5)
    assert marks.missed == ()
    assert marks.covers[0].box == pytest.approx((100 - width / 2, 50 - height / 2, width, height))
    assert marks.covers[0].shape is CoverShape.OVAL
    assert marks.covers[1].box[:2] == (0, 0)


def test_a_cover_is_large_enough_for_each_face_that_was_found() -> None:
    faces = tuple(Face((0, 0, side, side), 0.9, {}) for side in (5.0, 30.0, 8.0))
    photo = AnalysedPhoto(photo_file(b"a photo"), analysis(200, 100, faces))
    assert cover_size(photo)[1] == pytest.approx(1.4 * 30)


def test_without_a_face_a_cover_has_a_tenth_of_the_photo() -> None:
    assert cover_size(a_photo(faces=0))[1] == 10


def test_nobody_has_judged_before_the_first_mark() -> None:
    photo = a_photo()
    assert judgement_of(photo) is None
    judge_without_errors(photo)
    assert judgement_of(photo) == Judgement()
    take_marks(report(photo, false_alarms=[2], judged=True), photo)
    assert judgement_of(photo) == Judgement(frozenset({2}))


def test_the_truth_about_a_sample_counts_until_the_visitor_judges() -> None:
    boxes = true_boxes(Sample.SOLVAY)
    found = (Face(boxes[0], 0.99, {}), Face((0, 0, 40, 40), 0.9, {}))
    sample = AnalysedPhoto(sample_photo(Sample.SOLVAY), analysis(2126, 1463, found))
    truth = judgement_of(sample)
    assert truth is not None
    assert truth.false_alarms == {1}
    assert len(truth.missed) == 28
    # Outside the tab that counts errors, nothing is marked.
    assert marks_in(sample) == Marks()
    assert marks_for_judging(sample).false_alarms == (1,)
    take_marks(report(sample, false_alarms=[0], judged=True), sample)
    assert judgement_of(sample) == Judgement(frozenset({0}))
    assert marks_for_judging(sample) == marks_in(sample)


def test_marks_of_photos_that_are_gone_are_forgotten() -> None:
    photo, other = a_photo(), a_photo(content=b"another")
    take_marks(report(photo, chosen=[0]), photo)
    take_marks(report(other, chosen=[1]), other)
    forget_others([photo])
    assert marks_in(photo).chosen == (0,)
    assert marks_in(other) == Marks()


def test_covers_and_misses_turn_with_their_photo() -> None:
    photo = a_photo()
    take_marks(report(photo, chosen=[0], missed=[[20, 30]], covers=[COVER]), photo)
    turn_with_marks(photo, 1)
    turned = replace(photo, file=as_turned(photo.file), analysis=analysis(100, 200, ()))
    marks = marks_in(turned)
    # The photo was 200 wide and 100 high: its left edge is on top now.
    assert marks.missed == ((70.0, 20.0),)
    assert marks.covers == (Cover((40.0, 10.0, 40.0, 30.0), CoverShape.OVAL),)
    assert marks.chosen == ()
    forget_others([turned])
    turn_with_marks(turned, -1)
    back = replace(turned, file=as_turned(turned.file), analysis=photo.analysis)
    assert back.id == photo.id
    # What was chosen there is chosen still.
    assert marks_in(back).chosen == (0,)
    assert marks_in(back).missed == ((20.0, 30.0),)
    assert marks_in(back).covers == (Cover((10.0, 20.0, 30.0, 40.0), CoverShape.OVAL),)


def test_two_quarter_turns_are_a_half_turn() -> None:
    photo = a_photo()
    take_marks(report(photo, missed=[[20, 30]], covers=[COVER]), photo)
    turn_with_marks(photo, 2)
    marks = marks_in(replace(photo, file=as_turned(photo.file)))
    assert marks.missed == ((180.0, 70.0),)
    assert marks.covers[0].box == (160.0, 40.0, 30.0, 40.0)
