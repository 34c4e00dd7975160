"""Faces as files: pictures, tables and annotations."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.geometry import area
from components.photo.annotate import FaceStyle, draw_faces
from components.photo.crops import CropSettings, cut_face
from components.photo.face_hiding import Cover, Hiding, hide_faces
from components.photo.faces import KEYPOINTS, Face
from components.photo.image import encode_jpeg, read_file
from components.photo.measures import eye_distance, roll
from components.photo.photo_file import PhotoFile

COLUMNS = (
    *("photo", "number", "confidence", "x", "y", "width", "height", "eye_distance", "roll", "sharpness"),
    *(f"{name}_{axis}" for name in KEYPOINTS for axis in "xy"),
)

# The heads of the CSV file's columns, with the scale of the score and the units: px are pixels of the photo.
CSV_HEADS = {
    "photo": "photo",
    "number": "number",
    "confidence": "confidence_0_to_1",
    **{name: f"{name}_px" for name in ("x", "y", "width", "height", "eye_distance")},
    "roll": "roll_degrees",
    "sharpness": "sharpness",
    **{f"{name}_{axis}": f"{name}_{axis}_px" for name in KEYPOINTS for axis in "xy"},
}

# What a spreadsheet takes for a formula where a cell begins with it, as OWASP lists it under "CSV Injection".
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")

# COCO counts from 1.
_COCO_CATEGORY = 1
# Labelled and visible.
_COCO_VISIBLE = 2


@dataclass(frozen=True, slots=True)
class PhotoFaces:
    """A photo and the faces in it that are exported, in the order of their numbers.

    Attributes:
        name: The file's name, as the visitor knows it.
        width: Of the upright photo, in pixels.
        height: Of the upright photo, in pixels.
        faces: In pixels of the photo; the first one is number 1.
        sharpness: Of each face.
    """

    name: str
    width: int
    height: int
    faces: tuple[Face, ...]
    sharpness: tuple[float, ...]


def face_rows(photo: PhotoFaces) -> list[dict[str, Any]]:
    """One row for each face, by column: all lengths in pixels of the photo, all angles in degrees."""
    return [
        dict(
            zip(
                COLUMNS,
                (
                    photo.name,
                    number,
                    face.confidence,
                    *face.box,
                    eye_distance(face),
                    roll(face),
                    sharpness,
                    *(value for name in KEYPOINTS for value in face.keypoints[name]),
                ),
                strict=True,
            )
        )
        for number, (face, sharpness) in enumerate(zip(photo.faces, photo.sharpness, strict=True), start=1)
    ]


def without_formulas(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a CSV file whose texts no spreadsheet runs: an apostrophe precedes what begins like a formula.

    Numbers stay as they are.
    """
    return {
        column: f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_BEGINS) else value
        for column, value in row.items()
    }


def faces_csv(photos: Iterable[PhotoFaces]) -> bytes:
    """The rows of `face_rows` as a CSV file in UTF-8, with the line of `CSV_HEADS` first."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS)
    writer.writerow(CSV_HEADS)
    for photo in photos:
        writer.writerows(map(without_formulas, face_rows(photo)))
    return file.getvalue().encode()


def faces_json(photos: Iterable[PhotoFaces]) -> bytes:
    """The photos with their sizes and faces as a JSON file."""
    content = [
        {
            "photo": photo.name,
            "width": photo.width,
            "height": photo.height,
            "faces": [
                {
                    "number": row["number"],
                    "confidence": face.confidence,
                    "box": dict(zip(("x", "y", "width", "height"), face.box, strict=True)),
                    "keypoints": {name: list(face.keypoints[name]) for name in KEYPOINTS},
                    "eye_distance": row["eye_distance"],
                    "roll": row["roll"],
                    "sharpness": row["sharpness"],
                }
                for face, row in zip(photo.faces, face_rows(photo), strict=True)
            ],
        }
        for photo in photos
    ]
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


def coco_json(photos: Iterable[PhotoFaces]) -> bytes:
    """The faces as annotations in COCO's format for objects with keypoints, with the confidence as score.

    Lin and others, "Microsoft COCO: Common Objects in Context", 2014; cocodataset.org describes the format.
    """
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for image_id, photo in enumerate(photos, start=1):
        images.append({"id": image_id, "file_name": photo.name, "width": photo.width, "height": photo.height})
        for face in photo.faces:
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": _COCO_CATEGORY,
                    "bbox": list(face.box),
                    "area": area(face.box),
                    "iscrowd": 0,
                    "num_keypoints": len(KEYPOINTS),
                    "keypoints": [
                        value for name in KEYPOINTS for value in (*face.keypoints[name], _COCO_VISIBLE)
                    ],
                    "score": face.confidence,
                }
            )
    category = {
        "id": _COCO_CATEGORY,
        "name": "face",
        "supercategory": "person",
        "keypoints": list(KEYPOINTS),
        "skeleton": [],
    }
    content = {"images": images, "annotations": annotations, "categories": [category]}
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


def annotated_jpeg(file: PhotoFile, faces: Sequence[Face], style: FaceStyle) -> bytes:
    """A photo at its full size with its faces drawn, as a JPEG file."""
    return encode_jpeg(draw_faces(read_file(file), faces, style))


def hidden_jpeg(
    file: PhotoFile, faces: Iterable[Face], hiding: Hiding, covers: Iterable[Cover] = ()
) -> bytes:
    """A photo at its full size with faces and other places hidden, as a JPEG file.

    It has no metadata of the original. Arguments as for `face_hiding.hide_faces`.
    """
    return encode_jpeg(hide_faces(read_file(file), faces, hiding, covers))


def crop_jpegs(file: PhotoFile, faces: Iterable[Face], settings: CropSettings) -> list[bytes]:
    """Faces cut out of a photo at their full size, each as a JPEG file."""
    image = read_file(file)
    return [encode_jpeg(cut_face(image, face, settings)) for face in faces]


def zip_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP file of named files; each name must be there once."""
    file = io.BytesIO()
    # Not compressed again, since pictures are compressed already.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return file.getvalue()
