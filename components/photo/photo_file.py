"""A photo's file before it is decoded, and the names of the files that are made from it."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A picture file, not decoded yet.

    Attributes:
        name: The file's name, as the visitor knows it.
        data: The whole content of the file.
        id: Identifies the content: equal files have the same.
        quarter_turns: How often the visitor turned the picture clockwise by a right angle, 0 to 3.
    """

    name: str
    data: bytes
    id: str
    quarter_turns: int = 0

    @classmethod
    def of(cls, name: str, data: bytes) -> "PhotoFile":
        """A file with this name and content."""
        return cls(name, data, hashlib.sha256(data).hexdigest())


def with_distinct_names(files: Sequence[PhotoFile]) -> list[PhotoFile]:
    """The same files, numbered where names repeat; see `distinct_names`."""
    names = distinct_names(file.name for file in files)
    return [replace(file, name=name) for file, name in zip(files, names, strict=True)]


def distinct_names(photo_names: Iterable[str]) -> list[str]:
    """Number photos with the same name, so that their files differ: cameras and clipboards repeat names.

    Upper and lower case count as the same, as they do on many of the computers that unpack the files.
    """
    taken: set[str] = set()
    distinct = []
    for photo_name in photo_names:
        path = PurePosixPath(photo_name.replace("\\", "/"))
        name, number = path.name or photo_name, 1
        while file_stem(name).casefold() in taken:
            number += 1
            # Without dots: a number behind a dot would count as the name's ending.
            name = f"{file_stem(photo_name).replace('.', '-')} ({number}){path.suffix}"
        taken.add(file_stem(name).casefold())
        distinct.append(name)
    return distinct


def file_stem(photo_name: str) -> str:
    """A photo's name without its ending, with only characters that file names may have on every system."""
    stem = PurePosixPath(photo_name.replace("\\", "/")).stem
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "photo"


def crop_name(photo_name: str, number: int, count: int) -> str:
    """The file name for one of a photo's `count` faces; zeros in front make the names sort by number."""
    return f"{file_stem(photo_name)}-face-{number:0{max(len(str(count)), 2)}d}.jpg"


def drawn_name(photo_name: str) -> str:
    """The file name for a photo with its faces drawn."""
    return f"{file_stem(photo_name)}-faces.jpg"


def hidden_name(photo_name: str) -> str:
    """The file name for a photo with its faces hidden."""
    return f"{file_stem(photo_name)}-hidden.jpg"
