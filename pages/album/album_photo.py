"""A photo of the album, and what was found in it."""

from dataclasses import dataclass

from components.photo.export import PhotoFaces
from components.photo.photo_file import PhotoFile


@dataclass(frozen=True, slots=True)
class AlbumPhoto:
    """A photo that was looked at.

    Attributes:
        file: The photo's file.
        found: The photo's size and all of its faces.
        pictures: A small JPEG file of each face.
    """

    file: PhotoFile
    found: PhotoFaces
    pictures: tuple[bytes, ...]
