from unittest.mock import Mock

import pytest

from components.album.find import (
    EndedError,
    Failed,
    Found,
    Job,
    Looked,
    Unchanged,
    Wanted,
    find_faces,
    find_in,
    look_at,
)
from components.album.pictures import RefusedPicture, SentPicture
from components.photo.crops import CropSettings
from components.photo.detector import FaceDetector
from components.photo.face_hiding import Hiding
from components.photo.image import PhotoError, read_photo
from components.photo.photo_file import PhotoFile
from components.workers.worker import TaskError
from tests import pictures

FILE = PhotoFile.of("a.png", pictures.encoded(pictures.group(2, 1)))
PICTURE = SentPicture(FILE.name, FILE.data)


def test_faces_are_those_of_the_detector(detector: FaceDetector) -> None:
    found = find_faces(FILE, Wanted(min_face_size=30, min_confidence=0.95), detector)
    faces = detector.detect(read_photo(FILE.data), 30, 0.95)
    assert len(faces) == 2
    assert list(found.photo.faces) == faces
    assert (found.photo.width, found.photo.height) == pictures.group(2, 1).shape[1::-1]
    assert len(found.photo.sharpness) == 2
    assert (found.crops, found.hidden, found.sheet) == ((), b"", ())


def test_faces_are_the_same_with_any_number_of_cores(detector: FaceDetector) -> None:
    image = pictures.crowd(600, 800, 40)
    assert FaceDetector(cores=1).detect(image) == detector.detect(image) != []
    assert FaceDetector(cores=3).detect(image) == detector.detect(image)


def test_what_is_wanted_is_made_of_the_same_photo(detector: FaceDetector) -> None:
    found = find_faces(FILE, Wanted(crops=CropSettings(), hiding=Hiding.COVER, sheet=True), detector)
    assert [len(found.crops), len(found.sheet)] == [2, 2]
    assert max(read_photo(found.sheet[0]).shape) <= 144
    hidden = read_photo(found.hidden)
    assert hidden.shape == read_photo(FILE.data).shape
    x, y, width, height = found.photo.faces[0].box
    middle = hidden[round(y + height / 2), round(x + width / 2)]
    assert abs(middle.astype(int) - (32, 38, 40)).max() < 8


def test_a_photo_is_looked_at(detector: FaceDetector) -> None:
    outcome = look_at(Job(PICTURE), lambda file: find_faces(file, Wanted(), detector))
    assert isinstance(outcome, Looked)
    assert (outcome.name, outcome.id) == ("a.png", FILE.id)
    assert outcome.seconds > 0
    assert len(outcome.found.photo.faces) == 2


def test_a_known_content_is_not_looked_at_again() -> None:
    def fail(_file: PhotoFile) -> Found:
        raise AssertionError("looked at")

    assert look_at(Job(PICTURE, FILE.id), fail) == Unchanged("a.png")
    with pytest.raises(AssertionError, match="looked at"):
        look_at(Job(SentPicture("a.png", FILE.data + b" "), FILE.id), fail)


def test_a_photo_on_which_the_program_fails_costs_only_itself() -> None:
    failing = Mock(run=Mock(side_effect=RuntimeError("broken\nnetwork")))
    with pytest.raises(TaskError, match=r"program failed on this photo \(RuntimeError\('broken"):
        find_in(failing, lambda: None, FILE, Wanted())
    for error in (PhotoError("No."), TaskError("No."), EndedError()):
        failing.run.side_effect = error
        with pytest.raises(type(error)):
            find_in(failing, lambda: None, FILE, Wanted())


@pytest.mark.parametrize("error", [PhotoError("It is damaged."), TaskError("It took too long.")])
def test_a_photo_that_cannot_be_used_gives_the_reason(error: Exception) -> None:
    def fail(_file: PhotoFile) -> Found:
        raise error

    outcome = look_at(Job(PICTURE), fail)
    assert isinstance(outcome, Failed)
    assert (outcome.name, outcome.id, outcome.reason) == ("a.png", FILE.id, str(error))
    unread = look_at(Job(RefusedPicture("b", "No.")), fail)
    assert isinstance(unread, Failed)
    assert (unread.name, unread.id, unread.reason) == ("b", "", "No.")
