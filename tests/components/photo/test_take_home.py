import pytest

from components.photo.export import PhotoFaces, coco_json, faces_csv, faces_json
from components.photo.faces import KEYPOINTS, Face
from components.photo.take_home import is_small, tables

FACE = Face((1, 2, 50, 60), 0.9, dict.fromkeys(KEYPOINTS, (20, 30)))


@pytest.mark.parametrize(
    ("width", "height", "small"), [(80, 39, True), (39, 80, True), (40, 40, False), (80, 40, False)]
)
def test_a_face_is_small_by_its_shorter_side(width: int, height: int, small: bool) -> None:
    assert is_small(Face((0, 0, width, height), 0.9, {})) is small


def test_each_table_is_in_its_file() -> None:
    photos = [PhotoFaces("a.jpg", 100, 80, (FACE,), (10.0,))]
    assert dict(tables(photos)) == {
        "faces.csv": faces_csv(photos),
        "faces.json": faces_json(photos),
        "coco.json": coco_json(photos),
    }
