"""A photo with its analysis, and the faces of it that are shown and exported."""

from dataclasses import dataclass

from components.photo.analysis import PhotoAnalysis
from components.photo.export import PhotoFaces
from components.photo.photo_file import PhotoFile


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


@dataclass(frozen=True, slots=True)
class SelectedFaces:
    """A photo with some of its faces.

    Attributes:
        photo: The photo.
        indices: Indices of the faces in the photo's analysis, in the order of their numbers.
    """

    photo: AnalysedPhoto
    indices: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def for_export(self) -> PhotoFaces:
        """The faces in the form in which they are exported."""
        analysis = self.photo.analysis
        return PhotoFaces(
            name=self.photo.name,
            width=analysis.width,
            height=analysis.height,
            faces=tuple(analysis.faces[index] for index in self.indices),
            sharpness=tuple(analysis.sharpness[index] for index in self.indices),
        )
