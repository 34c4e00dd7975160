"""Files to take home, made from photos and their selected faces: each file as its name and its content."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.export import (
    PhotoFaces,
    annotated_jpeg,
    coco_json,
    crop_jpegs,
    faces_csv,
    faces_json,
)
from components.photo.faces import Face
from components.photo.limits import SMALL_FACE
from components.photo.photo_file import crop_name, drawn_name, file_stem
from components.photo.selection import PhotoWithFaces, Selection

NamedFile = tuple[str, bytes]


def drawn_photo(selected: Selection[PhotoWithFaces], style: FaceStyle) -> NamedFile:
    """A photo at its full size with its faces drawn, as a JPEG file."""
    photo, faces = selected.photo, selected.for_export.faces
    return drawn_name(photo.found.name), annotated_jpeg(photo.file, faces, style)


class SmallFaces(StrEnum):
    """What happens to faces smaller than `SMALL_FACE` when they are cut out."""

    KEEP = "keep"
    # The file's name says that the face is small.
    MARK = "mark"
    LEAVE_OUT = "leave_out"


def is_small(face: Face) -> bool:
    """Whether a face is narrower or lower than `SMALL_FACE`."""
    return min(face.box[2:]) < SMALL_FACE


def cut_out_faces(
    selected: Selection[PhotoWithFaces],
    settings: CropSettings,
    small_faces: SmallFaces,
    indices: Sequence[int] | None = None,
) -> Iterator[NamedFile]:
    """Faces at their full size, each as a JPEG file named by its number among the selected ones.

    Args:
        selected: A photo with its faces.
        settings: How to cut.
        small_faces: What happens to small faces.
        indices: Which of the selected faces to cut out, by their indices in the photo's analysis; None for
            all of them.
    """
    numbers = {index: number for number, index in enumerate(selected.indices, start=1)}
    found = selected.photo.found.faces
    wanted = [
        index
        for index in (selected.indices if indices is None else indices)
        if small_faces is not SmallFaces.LEAVE_OUT or not is_small(found[index])
    ]
    crops = crop_jpegs(selected.photo.file, [found[index] for index in wanted], settings)
    for index, crop in zip(wanted, crops, strict=True):
        name = crop_name(selected.photo.found.name, numbers[index], len(selected))
        if small_faces is SmallFaces.MARK and is_small(found[index]):
            name = name.removesuffix(".jpg") + "-small.jpg"
        yield name, crop


def in_folder(photo: PhotoWithFaces, files: Iterable[NamedFile]) -> Iterator[NamedFile]:
    """Files in a folder with the photo's name."""
    for name, content in files:
        yield f"{file_stem(photo.found.name)}/{name}", content


def tables(faces: Sequence[PhotoFaces]) -> Iterator[NamedFile]:
    """All tables of several photos' faces."""
    yield "faces.csv", faces_csv(faces)
    yield "faces.json", faces_json(faces)
    yield "coco.json", coco_json(faces)
