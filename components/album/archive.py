"""The pictures in a ZIP file, of which nothing is believed: whoever made it may mean harm."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO

from components.album.limits import MAX_FILE_BYTES
from components.album.pictures import Picture, RefusedPicture, SentPicture, too_large, with_content
from components.photo.image import ENDINGS, PhotoError
from components.workers.inside import Report

# Bit 0 of a member's flags.
_ENCRYPTED = 1

# Bytes for which a refused member counts.
_REFUSED_SIZE = 1000

_ARCHIVES = {".zip", ".cbz", ".jar"}


class ArchiveError(Exception):
    """A file cannot be opened as a ZIP file; the text is one plain sentence."""


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A picture in an open ZIP file. It can be read until the next one is taken, and only in this process."""

    name: str
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    def read(self) -> bytes:
        """See `Picture.read`."""
        try:
            with self.archive.open(self.info) as file:
                # The declared size may be a lie, but `zipfile` gives no more, and compares the checksum.
                return file.read()
        except MemoryError:
            raise
        # Decoders of damaged data raise errors of their own.
        except Exception:
            raise PhotoError(
                "This part of the ZIP file is damaged; try the picture itself, or make the file anew."
            ) from None


def pictures_in_zip(file: BinaryIO, archive_name: str) -> Iterator[Picture]:
    """The pictures in a ZIP file, one after the other: a `ZipMember`, or what is refused.

    Other files, as their endings tell, are left out.

    Args:
        file: The open ZIP file.
        archive_name: Stands before the names of the pictures.

    Raises:
        ArchiveError: The file is no ZIP file, or damaged.
    """
    try:
        archive = zipfile.ZipFile(file)
    # On damaged files, `zipfile` raises more than its own error.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ArchiveError("This cannot be opened as a ZIP file; use an undamaged one.") from None
    taken: Counter[str] = Counter()
    with archive:
        for member in archive.infolist():
            if not member.is_dir() and (is_picture_name(member.filename) or _is_archive(member)):
                name = f"{archive_name}/{member.filename}"
                taken[name] += 1
                # A ZIP file may hold several members with the same name.
                numbered = f"{name} ({taken[name]})" if taken[name] > 1 else name
                yield _picture(archive, member, numbered)


def unpack(
    _report: Report, data: bytes, archive_name: str, first: int, most_bytes: int
) -> tuple[list[Picture], bool]:
    """The task of a worker process: the pictures in a ZIP file from the `first` on, each with its content.

    Args:
        data: The ZIP file.
        archive_name: As for `pictures_in_zip`.
        first: How many pictures come before.
        most_bytes: How much may come at once; a single picture may be larger.

    Returns:
        The pictures, and whether more follow.

    Raises:
        ArchiveError: As `pictures_in_zip`.
    """
    pictures: list[Picture] = []
    size = 0
    for picture in islice(pictures_in_zip(io.BytesIO(data), archive_name), first, None):
        if size >= most_bytes:
            return pictures, True
        pictures.append(with_content(picture))
        last = pictures[-1]
        # What is refused counts too, since a ZIP file may have millions of such members.
        size += len(last.data) if isinstance(last, SentPicture) else _REFUSED_SIZE
    return pictures, False


def is_picture_name(name: str) -> bool:
    """Whether a file's name ends as pictures' names do, and is not one that systems hide."""
    path = PurePosixPath(name.replace("\\", "/"))
    # macOS adds a hidden file for each picture to the ZIP files that it makes.
    return path.suffix[1:].lower() in ENDINGS and not any(
        part.startswith(".") and part != ".." for part in path.parts
    )


def _picture(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Picture:
    reason = _reason_against(member)
    return RefusedPicture(name, reason) if reason else ZipMember(name, archive, member)


def _reason_against(member: zipfile.ZipInfo) -> str:
    if leads_out(member.filename):
        return "Its path leads out of the ZIP file, as no honest program writes it; it was not opened."
    if _is_archive(member):
        return "This is a ZIP file inside a ZIP file; unpack it first."
    if member.flag_bits & _ENCRYPTED:
        return "This part of the ZIP file needs a password; make one without."
    if member.file_size > MAX_FILE_BYTES:
        return str(too_large())
    return ""


def leads_out(name: str) -> bool:
    """Whether a path leads out of the folder that it starts in."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0]


def _is_archive(member: zipfile.ZipInfo) -> bool:
    return PurePosixPath(member.filename).suffix.lower() in _ARCHIVES
