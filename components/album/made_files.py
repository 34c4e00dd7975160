"""Files that are made of each photo: cut-out faces, and copies with the faces hidden."""

import errno
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from components.album.find import Found, Looked
from components.album.tables import whole_file
from components.photo.photo_file import crop_name, file_stem, hidden_name

# The folder for photos with absolute paths.
_ROOT = "_"

# Characters of a part of a path. Systems allow 255 bytes, which some scripts fill with 60 characters.
_LONGEST_PART = 50

# A name is too long, or a file is where a folder should be, or the other way round. Other photos are fine.
_ERRORS_OF_NAMES = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}


class NameOfFileError(Exception):
    """A file cannot be written because of its name; the text is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files go.

    Attributes:
        crops: The folder of cut-out faces, absolute; None where there are none.
        hidden: The folder of copies with hidden faces, absolute; None where there are none.
    """

    crops: Path | None
    hidden: Path | None


NO_FOLDERS = Folders(None, None)


def write_files(outcome: Looked, folders: Folders) -> list[str]:
    """Write the files of a photo, each whole or not at all, and return their paths.

    Raises:
        NameOfFileError: The photo's name gives no name of a file here.
        OSError: The folders cannot be written.
    """
    written = []
    for path, content in named_files(outcome.found, outcome.name, folders):
        try:
            with whole_file(path) as unfinished:
                unfinished.write_bytes(content)
        except OSError as error:
            if error.errno in _ERRORS_OF_NAMES:
                raise NameOfFileError(f"{path} cannot be written ({error.strerror}).") from None
            raise
        written.append(str(path))
    return written


def remove_files(paths: Iterable[str], folders: Folders) -> None:
    """Remove files that were made of a photo before it changed, as far as they lie in this run's folders.

    Some may be gone already. Those in other folders belong to another run.
    """
    places = [folder for folder in (folders.crops, folders.hidden) if folder]
    for path in map(Path, paths):
        if any(path.is_relative_to(place) for place in places):
            path.unlink(missing_ok=True)


def named_files(found: Found, photo_name: str, folders: Folders) -> Iterator[tuple[Path, bytes]]:
    """The files of a photo, each with its path and content."""
    place = _place(photo_name)
    if folders.crops:
        for number, crop in enumerate(found.crops, start=1):
            name = crop_name(f"{place.name}.x", number, len(found.crops))
            yield folders.crops / place.parent / name, crop
    if folders.hidden and found.hidden:
        yield folders.hidden / place.parent / hidden_name(f"{place.name}.x"), found.hidden


def _place(photo_name: str) -> PurePosixPath:
    """Folders and a file's name for a photo, which lie below any folder and differ for each photo.

    The ending stays in the name, since `a.jpg` and `a.png` may lie in one folder.
    """
    path = PurePosixPath(photo_name.replace("\\", "/"))
    below_root = path.parts[1:] if path.is_absolute() else path.parts
    parts = [_clean(part) for part in below_root]
    # Compared with the name itself, since a path has forgotten dots, doubled slashes and backslashes.
    if "/".join(parts) != photo_name.removeprefix("/") or below_root[0] == _ROOT:
        # What the cleaned parts no longer tell.
        parts[-1] += f"-{hashlib.sha256(photo_name.encode()).hexdigest()[:8]}"
    return PurePosixPath(_ROOT, *parts) if path.is_absolute() else PurePosixPath(*parts)


def _clean(part: str) -> str:
    return file_stem(f"{part}.x")[:_LONGEST_PART]
