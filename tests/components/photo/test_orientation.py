import numpy as np
import pytest

from components.photo.detector import FaceDetector
from components.photo.faces import Face
from components.photo.orientation import suggest_quarter_turns
from tests import pictures


class CountingDetector(FaceDetector):
    """Counts how many pictures it looks at."""

    looks = 0

    def detect(self, *args: object, **kwargs: object) -> list[Face]:
        self.looks += 1
        return super().detect(*args, **kwargs)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def counting() -> CountingDetector:
    return CountingDetector()


@pytest.mark.parametrize("turns", range(4))
def test_a_group_is_turned_until_it_stands_upright(counting: CountingDetector, turns: int) -> None:
    image = np.ascontiguousarray(np.rot90(pictures.group(columns=3, rows=2), turns))
    assert suggest_quarter_turns(image, counting.detect(image), counting) == turns


def test_a_photo_with_several_faces_costs_nothing(counting: CountingDetector) -> None:
    image = pictures.group(columns=3, rows=2)
    faces = counting.detect(image)
    before = counting.looks
    assert suggest_quarter_turns(image, faces, counting) == 0
    assert counting.looks == before


def test_without_faces_nothing_is_suggested(counting: CountingDetector) -> None:
    before = counting.looks
    assert suggest_quarter_turns(pictures.noise(300, 400), [], counting) == 0
    assert counting.looks == before + 3


def test_an_upright_group_is_left_alone_where_only_large_faces_were_looked_for(
    counting: CountingDetector,
) -> None:
    # As on a photo in which the networks see faces in a wrong direction, too.
    crowd = np.concatenate([pictures.group(5, 2), np.rot90(pictures.group(5, 2), 2)])
    image = np.ascontiguousarray(np.concatenate([crowd, pictures.group(5, 1)]))
    assert suggest_quarter_turns(image, [], counting) == 0
    assert suggest_quarter_turns(np.ascontiguousarray(np.rot90(image, 2)), [], counting) == 0


def test_one_face_alone_is_no_reason_to_turn(counting: CountingDetector) -> None:
    image = np.ascontiguousarray(np.rot90(pictures.GRACE))
    assert suggest_quarter_turns(image, [], counting) == 0
