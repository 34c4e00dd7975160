"""Files to take home, made from photos and their selected faces: each file as its name and its content."""

from collections.abc import Iterator, Sequence

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
from components.photo.photo_file import crop_name, file_stem
from components.photo.selection import SelectedFaces

NamedFile = tuple[str, bytes]


def drawn_photo(selected: SelectedFaces, style: FaceStyle) -> NamedFile:
    """A photo at its full size with its faces drawn, as a JPEG file."""
    faces = selected.for_export.faces
    return (
        f"{file_stem(selected.photo.name)}-faces.jpg",
        annotated_jpeg(selected.photo.data, faces, style),
    )


def cut_out_faces(
    selected: SelectedFaces, settings: CropSettings, indices: Sequence[int] | None = None
) -> Iterator[NamedFile]:
    """Faces at their full size, each as a JPEG file named by its number among the selected ones.

    Args:
        selected: A photo with its faces.
        settings: How to cut.
        indices: Which of the selected faces to cut out, by their indices in the photo's analysis; None for
            all of them.
    """
    numbers = {index: number for number, index in enumerate(selected.indices, start=1)}
    wanted = selected.indices if indices is None else indices
    faces = [selected.photo.analysis.faces[index] for index in wanted]
    for index, crop in zip(wanted, crop_jpegs(selected.photo.data, faces, settings), strict=True):
        yield crop_name(selected.photo.name, numbers[index], len(selected)), crop


def tables(faces: Sequence[PhotoFaces]) -> Iterator[NamedFile]:
    """All tables of several photos' faces."""
    yield "faces.csv", faces_csv(faces)
    yield "faces.json", faces_json(faces)
    yield "coco.json", coco_json(faces)
