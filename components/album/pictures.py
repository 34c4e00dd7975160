"""Pictures in: each has a name for the rows, and is read where it is opened, maybe on another machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from components.album.limits import MAX_FILE_BYTES
from components.photo.image import PhotoError


class Picture(Protocol):
    """A picture file that is not read yet. It is small, unless it carries its content."""

    @property
    def name(self) -> str:
        """What rows call it; each picture of an album has another name."""

    def read(self) -> bytes:
        """The whole content of the file.

        Raises:
            PhotoError: The file cannot be read.
        """


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A file on this machine, or on storage that the machines of a cluster share."""

    name: str
    path: str

    def read(self) -> bytes:
        """See `Picture.read`."""
        try:
            with Path(self.path).open("rb") as file:
                return read_bounded(file)
        except OSError as error:
            raise _unreadable(error) from None


@dataclass(frozen=True, slots=True)
class RemotePicture:
    """A file on storage that fsspec opens, such as S3.

    The storage goes along to where the file is read, since its address alone may lack a host or a key.
    """

    name: str
    files: Any
    path: str

    def read(self) -> bytes:
        """See `Picture.read`."""
        try:
            with self.files.open(self.path, "rb") as file:
                return read_bounded(file)
        # Each of fsspec's packages raises errors of its own, such as botocore's for S3.
        except Exception as error:
            if isinstance(error, PhotoError):
                raise
            raise _unreadable(error) from None


@dataclass(frozen=True, slots=True)
class SentPicture:
    """A file with its content, to be sent to where it is opened."""

    name: str
    data: bytes

    def read(self) -> bytes:
        """See `Picture.read`."""
        return self.data


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """Something in the place of a picture that is not read, with the reason in a sentence."""

    name: str
    reason: str

    def read(self) -> bytes:
        """Raise the reason."""
        raise PhotoError(self.reason)


def with_content(picture: Picture) -> Picture:
    """The same picture, read here."""
    try:
        return SentPicture(picture.name, picture.read())
    except PhotoError as error:
        return RefusedPicture(picture.name, str(error))


def read_bounded(file: BinaryIO) -> bytes:
    """The content of an open file.

    Raises:
        PhotoError: It has more than `MAX_FILE_BYTES`.
    """
    data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise too_large()
    return data


def too_large() -> PhotoError:
    """The refusal of a file of more than `MAX_FILE_BYTES`."""
    return PhotoError(
        f"The file is larger than {MAX_FILE_BYTES // 1024**2} MB; make it smaller and try again."
    )


def _unreadable(error: Exception) -> PhotoError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return PhotoError(f"The file cannot be read ({' '.join(reason.split())}); look whether it opens.")
