"""Files that are made of each photo: cut-out faces, and copies with the faces hidden."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from components.album.find import Found, Looked
from components.album.tables import whole_file
from components.photo.photo_file import crop_name, file_stem

# The folder for photos with absolute paths.
_ROOT = "_"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files go.

    Attributes:
        crops: The folder of cut-out faces; None where there are none.
        hidden: The folder of copies with hidden faces; None where there are none.
    """

    crops: Path | None
    hidden: Path | None


def write_files(outcome: Looked, folders: Folders) -> list[str]:
    """Write the files of a photo, each whole or not at all, and return their paths."""
    written = []
    for path, content in named_files(outcome.found, outcome.name, folders):
        with whole_file(path) as unfinished:
            unfinished.write_bytes(content)
        written.append(str(path))
    return written


def remove_files(paths: list[str]) -> None:
    """Remove files that were made of a photo before it changed; some may be gone already."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def named_files(found: Found, photo_name: str, folders: Folders) -> Iterator[tuple[Path, bytes]]:
    """The files of a photo, each with its path and content."""
    place = _place(photo_name)
    if folders.crops:
        for number, crop in enumerate(found.crops, start=1):
            name = crop_name(f"{place.name}.x", number, len(found.crops))
            yield folders.crops / place.parent / name, crop
    if folders.hidden and found.hidden:
        yield folders.hidden / place.parent / f"{place.name}-hidden.jpg", found.hidden


def _place(photo_name: str) -> PurePosixPath:
    """Folders and a file's name for a photo, which lie below any folder and differ for each photo.

    The ending stays in the name, since `a.jpg` and `a.png` may lie in one folder.
    """
    path = PurePosixPath(photo_name.replace("\\", "/"))
    below_root = path.parts[1:] if path.is_absolute() else path.parts
    parts = [_clean(part) for part in below_root]
    if parts != list(below_root) or below_root[0] == _ROOT:
        # What the cleaned parts no longer tell.
        parts[-1] += f"-{hashlib.sha256(photo_name.encode()).hexdigest()[:8]}"
    return PurePosixPath(_ROOT, *parts) if path.is_absolute() else PurePosixPath(*parts)


def _clean(part: str) -> str:
    return file_stem(f"{part}.x")
