import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from pycocotools.coco import COCO

from components.photo.annotate import FaceStyle, draw_faces
from components.photo.crops import CropSettings, cut_face
from components.photo.export import (
    COLUMNS,
    CSV_HEADS,
    PhotoFaces,
    annotated_jpeg,
    coco_json,
    crop_jpegs,
    face_rows,
    faces_csv,
    faces_json,
    hidden_jpeg,
    without_formulas,
    zip_files,
)
from components.photo.face_hiding import Cover, CoverShape, Hiding, hidden_area, hide_faces
from components.photo.faces import KEYPOINTS, Face
from components.photo.photo_file import crop_name, distinct_names, drawn_name, file_stem, hidden_name
from tests import pictures
from tests.photo_files import photo_file


def face(x: float, confidence: float) -> Face:
    points = ((x + 10, 31.5), (x + 30, 31.5), (x + 20, 40), (x + 12, 55), (x + 28, 55))
    return Face((x, 20.25, 40, 50), confidence, dict(zip(KEYPOINTS, points, strict=True)))


PHOTOS = [
    PhotoFaces("Gruppe, groß.jpg", 512, 600, (face(160.5, 0.987), face(20, 0.75)), (120.5, 80)),
    PhotoFaces("empty.png", 30, 20, (), ()),
    PhotoFaces("one.heic", 4000, 3000, (face(100, 1.0),), (7.0,)),
]


def test_the_table_is_read_back_by_pandas() -> None:
    table = pd.read_csv(io.BytesIO(faces_csv(PHOTOS)))
    assert list(table.columns) == list(CSV_HEADS.values())
    assert table["photo"].tolist() == ["Gruppe, groß.jpg", "Gruppe, groß.jpg", "one.heic"]
    assert table["number"].tolist() == [1, 2, 1]
    assert table["confidence_0_to_1"].tolist() == [0.987, 0.75, 1.0]
    assert table[["x_px", "y_px", "width_px", "height_px"]].iloc[0].tolist() == [160.5, 20.25, 40, 50]
    assert table["eye_distance_px"].tolist() == [20, 20, 20]
    assert table["roll_degrees"].tolist() == [0, 0, 0]
    assert table["sharpness"].tolist() == [120.5, 80, 7]
    assert table[["nose_x_px", "nose_y_px"]].iloc[2].tolist() == [120, 40]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_name_of_a_photo_is_a_formula(begin: str) -> None:
    photo = replace(PHOTOS[0], name=f'{begin}HYPERLINK("http://example.org", "faces").jpg')
    (name, other) = pd.read_csv(io.BytesIO(faces_csv([photo])))["photo"]
    assert name == other == f"'{photo.name}"


def test_numbers_stay_numbers_with_their_signs() -> None:
    assert without_formulas({"roll": -12.5, "number": 3, "photo": "a-b=c.jpg", "note": None}) == {
        "roll": -12.5,
        "number": 3,
        "photo": "a-b=c.jpg",
        "note": None,
    }


def test_each_column_has_a_head() -> None:
    assert tuple(CSV_HEADS) == COLUMNS


def test_a_table_without_faces_has_its_head() -> None:
    table = pd.read_csv(io.BytesIO(faces_csv([PHOTOS[1]])))
    assert list(table.columns) == list(CSV_HEADS.values())
    assert table.empty


def test_rows_have_every_column() -> None:
    assert [tuple(row) for row in face_rows(PHOTOS[0])] == [COLUMNS, COLUMNS]


def test_the_data_is_read_back_by_json() -> None:
    content = json.loads(faces_json(PHOTOS))
    assert [photo["photo"] for photo in content] == ["Gruppe, groß.jpg", "empty.png", "one.heic"]
    assert [(photo["width"], photo["height"]) for photo in content] == [(512, 600), (30, 20), (4000, 3000)]
    first, second = content[0]["faces"]
    assert first["box"] == {"x": 160.5, "y": 20.25, "width": 40, "height": 50}
    assert first["keypoints"]["left_eye"] == [170.5, 31.5]
    assert (second["number"], second["confidence"]) == (2, 0.75)
    assert content[1]["faces"] == []


def test_the_annotations_are_read_back_by_pycocotools(tmp_path: Path) -> None:
    file = tmp_path / "coco.json"
    file.write_bytes(coco_json(PHOTOS))
    coco = COCO(str(file))
    assert [image["file_name"] for image in coco.loadImgs(coco.getImgIds())] == [
        photo.name for photo in PHOTOS
    ]
    (category,) = coco.loadCats(coco.getCatIds(catNms=["face"]))
    assert category["keypoints"] == list(KEYPOINTS)
    assert [len(coco.getAnnIds(imgIds=[image_id])) for image_id in coco.getImgIds()] == [2, 0, 1]
    first = coco.loadAnns(coco.getAnnIds(imgIds=[1], catIds=[category["id"]]))[0]
    assert first["bbox"] == [160.5, 20.25, 40, 50]
    assert first["area"] == 2000
    assert first["keypoints"][:3] == [170.5, 31.5, 2]
    assert len(first["keypoints"]) == 3 * len(KEYPOINTS) == 3 * first["num_keypoints"]
    # Its evaluation takes detections with a score.
    assert len(coco.loadRes(coco.dataset["annotations"]).getAnnIds()) == 3


FACE = Face((160, 140, 180, 220), 0.98, dict.fromkeys(KEYPOINTS, (250.0, 250.0)))


def with_everything_in_it(image: pictures.Picture) -> bytes:
    """A JPEG file as a phone writes it: with a place, a date and a small copy of itself."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "A camera"
    exif[ExifTags.Base.DateTime] = "2024:05:06 07:08:09"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 30.0)
    file = io.BytesIO()
    Image.fromarray(image).save(
        file, "JPEG", quality=95, exif=exif, comment=b"a comment", xmp=b"<x:xmpmeta>thumbnail</x:xmpmeta>"
    )
    return file.getvalue()


def jpeg_markers(data: bytes) -> list[int]:
    """The kinds of a JPEG file's segments before its pixels."""
    markers, position = [], 2
    while data[position + 1] != 0xDA:
        assert data[position] == 0xFF
        markers.append(data[position + 1])
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return markers


@pytest.mark.parametrize("hiding", Hiding)
def test_the_hidden_photo_is_made_of_the_original_and_holds_nothing_else_of_it(hiding: Hiding) -> None:
    data = with_everything_in_it(pictures.GRACE)
    assert {0xE1, 0xFE} <= set(jpeg_markers(data)), "this test would not notice"
    hidden = hidden_jpeg(photo_file(data), [FACE], hiding)
    # Only JFIF's header, tables and frame: no APP1 (EXIF, XMP) or other application data, no comment.
    assert set(jpeg_markers(hidden)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    for word in (b"A camera", b"2024", b"comment", b"thumbnail", b"Exif"):
        assert word not in hidden
    # One picture, without a thumbnail in its header.
    assert hidden.count(b"\xff\xd8\xff") == 1
    shown = cv2.cvtColor(cv2.imdecode(np.frombuffer(hidden, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    assert shown.shape == pictures.GRACE.shape
    expected = hide_faces(pictures.GRACE, [FACE], hiding)
    assert np.abs(shown.astype(int) - expected).mean() < 3


def test_two_photos_that_differ_below_the_cover_give_the_same_file() -> None:
    top, bottom, left, right = hidden_area(FACE, 512, 600)
    other = pictures.GRACE.copy()
    other[top:bottom, left:right] = 255 - other[top:bottom, left:right]
    # PNG, so that both originals are otherwise equal to the last bit.
    files = [
        hidden_jpeg(photo_file(pictures.encoded(image)), [FACE], Hiding.COVER)
        for image in (pictures.GRACE, other)
    ]
    assert files[0] == files[1]


@pytest.mark.parametrize("shape", CoverShape)
def test_two_photos_that_differ_below_an_own_cover_give_the_same_file(shape: CoverShape) -> None:
    cover = Cover((100.5, 80.25, 190.5, 160.5), shape)
    # What differs is what the cover hides from a picture of ones.
    ones = np.ones_like(pictures.GRACE)
    below = (hide_faces(ones, [], Hiding.COVER, [cover]) != ones).any(axis=2)
    assert below.sum() > 20_000
    other = pictures.GRACE.copy()
    other[below] = 255 - other[below]
    files = [
        hidden_jpeg(photo_file(pictures.encoded(image)), [], Hiding.COVER, [cover])
        for image in (pictures.GRACE, other)
    ]
    assert files[0] == files[1]


def test_pictures_are_at_full_size() -> None:
    data = photo_file(pictures.encoded(pictures.GRACE))
    with Image.open(io.BytesIO(annotated_jpeg(data, [FACE], FaceStyle()))) as drawn:
        expected = draw_faces(pictures.GRACE, [FACE])
        assert np.abs(np.asarray(drawn).astype(int) - expected).mean() < 3
    (file,) = crop_jpegs(data, [FACE], CropSettings(margin=0.5))
    with Image.open(io.BytesIO(file)) as crop:
        expected = cut_face(pictures.GRACE, FACE, CropSettings(margin=0.5))
        assert np.asarray(crop).shape == expected.shape
        assert np.abs(np.asarray(crop).astype(int) - expected).mean() < 3


def test_a_zip_file_is_read_back() -> None:
    files = {"a.jpg": b"1", "groß.jpg": b"2", "a.csv": b"3"}
    with zipfile.ZipFile(io.BytesIO(zip_files(files.items()))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_photos_of_one_name_get_distinct_ones() -> None:
    names = ["image.jpg", "other.png", "IMAGE.jpg", "image.png", "image (2).heic", "other.png"]
    assert distinct_names(names) == [
        "image.jpg",
        "other.png",
        "IMAGE (2).jpg",
        "image (3).png",
        "image-2 (2).heic",
        "other (2).png",
    ]


@given(st.lists(st.text(max_size=12) | st.sampled_from(["..", "a.", "a.b.", "a"]), max_size=8))
def test_distinct_names_give_distinct_files(photo_names: list[str]) -> None:
    stems = [file_stem(name).casefold() for name in distinct_names(photo_names)]
    assert len(set(stems)) == len(photo_names)


@pytest.mark.parametrize(
    ("photo_name", "stem"),
    [
        ("IMG_5195.HEIC", "IMG_5195"),
        ("class 3b, May.jpg", "class-3b-May"),
        ("groß.png", "groß"),
        ("../../etc/passwd.jpg", "passwd"),
        ("C:\\photos\\a.jpg", "a"),
        ("???.jpg", "photo"),
        ("Sample: Grace Hopper", "Sample-Grace-Hopper"),
    ],
)
def test_names_tell_the_photo(photo_name: str, stem: str) -> None:
    assert file_stem(photo_name) == stem


def test_names_tell_the_number_and_sort_by_it() -> None:
    assert crop_name("a.jpg", 3, 12) == "a-face-03.jpg"
    assert crop_name("a.jpg", 3, 1200) == "a-face-0003.jpg"


def test_names_tell_what_was_made_of_the_photo() -> None:
    assert drawn_name("a b.png") == "a-b-faces.jpg"
    assert hidden_name("a b.png") == "a-b-hidden.jpg"


@given(st.text(max_size=30))
def test_any_name_gives_one_that_a_file_can_have(photo_name: str) -> None:
    stem = file_stem(photo_name)
    assert stem
    assert not set(stem) & set('/\\:*?"<>|\0')
    assert not stem.startswith((".", "-"))
