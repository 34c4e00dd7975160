"""A photo with what is known of it, and the faces of it that are shown and exported."""

from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from components.photo.analysis import PhotoAnalysis
from components.photo.export import PhotoFaces
from components.photo.photo_file import PhotoFile


class PhotoWithFaces(Protocol):
    """What exports need to know of a photo."""

    @property
    def file(self) -> PhotoFile:
        """The photo's file."""

    @property
    def found(self) -> PhotoFaces:
        """The photo's size and all of its faces."""


Photo = TypeVar("Photo", bound=PhotoWithFaces, covariant=True)


@dataclass(frozen=True, slots=True)
class AnalysedPhoto:
    """A photo's file, and what is known of it."""

    file: PhotoFile
    analysis: PhotoAnalysis

    @property
    def id(self) -> str:
        """Identifies what was found: another smallest face, or a turned photo, gives other faces."""
        return f"{self.file.id}-{self.file.quarter_turns}-{self.analysis.min_face_size:g}"

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    @property
    def found(self) -> PhotoFaces:
        """The photo's size and all of its faces."""
        analysis = self.analysis
        return PhotoFaces(self.name, analysis.width, analysis.height, analysis.faces, analysis.sharpness)


# Without slots: a frozen, generic class with slots cannot be made in Python 3.11.
@dataclass(frozen=True)
class Selection(Generic[Photo]):
    """A photo with some of its faces.

    Attributes:
        photo: The photo.
        indices: Indices of the faces among all that were found, in the order of their numbers.
    """

    photo: Photo
    indices: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def for_export(self) -> PhotoFaces:
        """The faces in the form in which they are exported."""
        found = self.photo.found
        return replace(
            found,
            faces=tuple(found.faces[index] for index in self.indices),
            sharpness=tuple(found.sharpness[index] for index in self.indices),
        )


# Of a photo that the Photo page has analysed.
SelectedFaces = Selection[AnalysedPhoto]
