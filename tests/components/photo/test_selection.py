from dataclasses import replace

import numpy as np
import pytest

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.export import PhotoFaces, faces_csv
from components.photo.faces import KEYPOINTS, Face
from components.photo.image import read_photo
from components.photo.photo_file import PhotoFile
from components.photo.selection import AnalysedPhoto, SelectedFaces
from components.photo.take_home import SmallFaces, cut_out_faces, drawn_photo, in_folder, tables
from tests import pictures
from tests.photo_files import analysis


def face(x: float, confidence: float) -> Face:
    return Face((x, 100, 60, 80), confidence, dict.fromkeys(KEYPOINTS, (x + 30, 140.0)))


FACES = (face(20, 0.99), face(120, 0.9), face(220, 0.8))


@pytest.fixture
def photo() -> AnalysedPhoto:
    file = PhotoFile.of("my photo.jpg", pictures.encoded(pictures.GRACE, "JPEG"))
    return AnalysedPhoto(file, analysis(512, 600, FACES))


def test_a_photo_has_another_id_for_another_content_or_smallest_face(photo: AnalysedPhoto) -> None:
    other_size = replace(photo, analysis=replace(photo.analysis, min_face_size=40))
    other_name = replace(photo, file=PhotoFile.of("b.jpg", photo.file.data))
    other_content = replace(photo, file=PhotoFile.of(photo.name, b"other"))
    assert other_name.id == photo.id
    turned = replace(photo, file=replace(photo.file, quarter_turns=1))
    assert len({photo.id, other_size.id, other_content.id, turned.id}) == 4


def test_faces_are_exported_in_the_order_of_their_numbers(photo: AnalysedPhoto) -> None:
    selected = SelectedFaces(photo, (2, 0))
    assert len(selected) == 2
    assert selected.for_export == PhotoFaces("my photo.jpg", 512, 600, (FACES[2], FACES[0]), (10.0, 30.0))


def test_a_drawn_photo_is_named_after_the_photo(photo: AnalysedPhoto) -> None:
    name, jpeg = drawn_photo(SelectedFaces(photo, (0, 1)), FaceStyle())
    assert name == "my-photo-faces.jpg"
    drawn = read_photo(jpeg).astype(int)
    changed = np.abs(drawn - pictures.GRACE).max(axis=2) > 60
    assert changed[100:180, 20:180].any()
    assert not changed[300:].any()


def test_crops_keep_their_numbers_when_only_some_are_wanted(photo: AnalysedPhoto) -> None:
    selected = SelectedFaces(photo, (2, 0, 1))
    tight = CropSettings(margin=0.0)
    names = [name for name, _ in cut_out_faces(selected, tight, SmallFaces.KEEP)]
    assert names == [f"my-photo-face-0{number}.jpg" for number in (1, 2, 3)]
    ((name, jpeg),) = cut_out_faces(selected, tight, SmallFaces.KEEP, [0])
    assert name == "my-photo-face-02.jpg"
    assert read_photo(jpeg).shape == (80, 80, 3)


def test_small_faces_are_kept_marked_or_left_out(photo: AnalysedPhoto) -> None:
    small = replace(FACES[1], box=(120.0, 100.0, 39.0, 80.0))
    faces = (FACES[0], small, FACES[2])
    selected = SelectedFaces(replace(photo, analysis=analysis(512, 600, faces)), (0, 1, 2))
    names = {
        small_faces: [name for name, _ in cut_out_faces(selected, CropSettings(), small_faces)]
        for small_faces in SmallFaces
    }
    whole = [f"my-photo-face-0{number}.jpg" for number in (1, 2, 3)]
    assert names[SmallFaces.KEEP] == whole
    assert names[SmallFaces.MARK] == [whole[0], "my-photo-face-02-small.jpg", whole[2]]
    assert names[SmallFaces.LEAVE_OUT] == [whole[0], whole[2]]


def test_a_photos_files_have_a_folder(photo: AnalysedPhoto) -> None:
    files = in_folder(photo, [("a.jpg", b"a"), ("b.jpg", b"b")])
    assert list(files) == [("my-photo/a.jpg", b"a"), ("my-photo/b.jpg", b"b")]


def test_files_are_made_of_the_photo_as_it_was_turned(photo: AnalysedPhoto) -> None:
    turned = replace(photo, file=replace(photo.file, quarter_turns=1))
    _, jpeg = drawn_photo(SelectedFaces(turned, ()), FaceStyle())
    upright = np.rot90(pictures.GRACE, -1).astype(int)
    assert np.abs(read_photo(jpeg) - upright).mean() < 5


def test_the_tables_hold_the_faces_of_all_photos(photo: AnalysedPhoto) -> None:
    other = replace(photo, file=PhotoFile.of("b.png", photo.file.data))
    selections = [SelectedFaces(photo, (0,)), SelectedFaces(other, ())]
    faces = [selected.for_export for selected in selections]
    files = dict(tables(faces))
    assert list(files) == ["faces.csv", "faces.json", "coco.json"]
    assert files["faces.csv"] == faces_csv(faces)
