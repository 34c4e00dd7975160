"""A photo of the album, and what was found in it."""

from dataclasses import dataclass

from components.photo.export import PhotoFaces
from components.photo.photo_file import PhotoFile


@dataclass(frozen=True, slots=True)
class AlbumPhoto:
    """A photo that was looked at.

    Attributes:
        key: Identifies the photo and what was looked for in it, for the browser.
        file: The photo's file.
        found: The photo's size and all of its faces.
        pictures: A small JPEG file of each face.
    """

    key: str
    file: PhotoFile
    found: PhotoFaces
    pictures: tuple[bytes, ...]


def key_of(file: PhotoFile, min_face_size: int) -> str:
    """The key of a photo for a smallest face, looked at or not."""
    return f"{file.id}-{min_face_size}"
