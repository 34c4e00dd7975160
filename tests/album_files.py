"""An album for the tests: a folder of photos, some of which cannot be used, made from the one face."""

import os
import signal
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests import pictures

GOOD: Mapping[str, bytes] = {
    "a.jpg": pictures.encoded(pictures.group(3, 1), "JPEG"),
    "b.png": pictures.encoded(pictures.GRACE),
    "trip/c.jpg": pictures.encoded(pictures.crowd(400, 600, 60), "JPEG"),
    "trip/d.webp": pictures.encoded(pictures.group(2, 2), "WEBP"),
    "trip/no one.jpg": pictures.encoded(pictures.noise(), "JPEG"),
    "trip/zoom/ä.jpg": pictures.encoded(pictures.group(1, 2), "JPEG"),
}
BAD: Mapping[str, bytes] = {
    "empty.jpg": b"",
    "text.jpg": b"This is no picture.",
    "trip/huge.png": pictures.png_declaring(30_000, 29_000),
}
ALL = {**GOOD, **BAD}


def write_album(folder: Path, files: Mapping[str, bytes] = ALL) -> Path:
    """Write an album into a folder, and return the folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_zip(path: Path, files: Mapping[str, bytes] = ALL) -> Path:
    """Write an album into a ZIP file, and return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@dataclass(frozen=True)
class DeadlyPicture:
    """A picture that ends the process in which it is read."""

    name: str

    def read(self) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")


@dataclass(frozen=True)
class FailingPicture:
    """A picture that is not to blame for what goes wrong where it is read."""

    name: str

    def read(self) -> bytes:
        raise RuntimeError("this is no photo's fault")
