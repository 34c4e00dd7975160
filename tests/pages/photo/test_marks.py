from dataclasses import replace

import numpy as np
import pytest
import streamlit

from components.photo.analysis import PhotoAnalysis
from components.photo.faces import Face
from components.photo.photo_file import PhotoFile
from components.photo.selection import AnalysedPhoto
from pages.photo.marks import (
    Marks,
    clear_chosen_faces,
    clear_judgement,
    forget_others,
    marks_in,
    take_marks,
)


@pytest.fixture(autouse=True)
def _a_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit, "session_state", {})


def a_photo(faces: int = 3, content: bytes = b"a photo") -> AnalysedPhoto:
    found = tuple(Face((10.0 * index, 0, 5, 5), 0.9, {}) for index in range(faces))
    return AnalysedPhoto(
        PhotoFile.of("a.jpg", content),
        PhotoAnalysis(200, 100, False, 20, b"", b"", found, (0.0,) * faces, np.zeros(faces)),
    )


def report(photo: AnalysedPhoto, **marks: object) -> dict[str, object]:
    return {
        "photo": photo.id,
        "turn": 1,
        "chosen": [],
        "false_alarms": [],
        "missed": [],
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
    take_marks(report(photo, turn=4, chosen=[0], false_alarms=[1], missed=[[1, 1]]), photo)
    clear_chosen_faces(photo)
    assert marks_in(photo) == Marks(5, (), (1,), ((1.0, 1.0),))
    clear_judgement(photo)
    assert marks_in(photo) == Marks(6)


def test_marks_of_photos_that_are_gone_are_forgotten() -> None:
    photo, other = a_photo(), a_photo(content=b"another")
    take_marks(report(photo, chosen=[0]), photo)
    take_marks(report(other, chosen=[1]), other)
    forget_others([photo])
    assert marks_in(photo).chosen == (0,)
    assert marks_in(other) == Marks()
