"""The pictures at addresses: files, folders, ZIP files, patterns such as `a/*.jpg`, and fsspec addresses.

All are found one after the other, since there may be millions.
"""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import fsspec

from components.album.archive import ArchiveError, is_picture_name, pictures_in_zip
from components.album.pictures import Picture, RefusedPicture, RemotePicture, StoredPicture

_SCHEME = "://"


class AddressError(Exception):
    """There is nothing at an address; the text is one plain sentence."""


def pictures_at(addresses: Iterable[str]) -> Iterator[Picture]:
    """The pictures at some addresses.

    In folders and ZIP files, these are the files with the endings of pictures, in folders below too, but not
    in hidden ones. A file that is named itself, or by a pattern, counts whatever its ending.

    Args:
        addresses: Paths, patterns with `*`, `?`, `[` and `**`, and addresses such as `s3://bucket/folder`.

    Raises:
        AddressError: There is nothing at an address.
    """
    for address in addresses:
        if _SCHEME in address:
            yield from _remote(address)
        elif glob.has_magic(address) and not Path(address).exists():
            yield from _matching(address)
        else:
            yield from _local(address)


def _matching(pattern: str) -> Iterator[Picture]:
    found = False
    # Unlike `Path.glob`, it takes absolute patterns.
    for path in glob.iglob(pattern, recursive=True):  # noqa: PTH207
        found = True
        # A pattern with ** names the folders and what is in them.
        if not Path(path).is_dir():
            yield from _local(path)
    if not found:
        raise AddressError(f"Nothing matches {pattern}; check the pattern.")


def _local(path: str) -> Iterator[Picture]:
    if Path(path).is_dir():
        yield from _in_folder(path)
    elif not Path(path).exists():
        raise AddressError(f"There is nothing at {_printable(path)}; check the path.")
    elif path.lower().endswith(".zip"):
        yield from _in_zip(_printable(path), path)
    else:
        yield _stored(path)


def _in_folder(folder: str) -> Iterator[Picture]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                # A link to a folder may lead back to where it is.
                if entry.is_dir(follow_symlinks=False):
                    yield from _in_folder(entry.path)
                elif is_picture_name(entry.name) and not entry.is_dir():
                    yield _stored(entry.path)
    except OSError as error:
        yield RefusedPicture(
            _printable(folder), f"The folder cannot be read ({error.strerror}); look whether it opens."
        )


def _stored(path: str) -> Picture:
    # Absolute, since the processes of a cluster run in other folders.
    return StoredPicture(_printable(path), str(Path(path).absolute()))


def _printable(path: str) -> str:
    """A path in the form in which rows carry it: bytes that are no UTF-8 become readable."""
    return os.fsencode(Path(path).as_posix()).decode("utf-8", "backslashreplace")


def _in_zip(name: str, address: str) -> Iterator[Picture]:
    try:
        with fsspec.open(address, "rb") if _SCHEME in address else Path(address).open("rb") as file:
            yield from pictures_in_zip(file, name)
    except ArchiveError as error:
        yield RefusedPicture(name, str(error))


def _remote(address: str) -> Iterator[Picture]:
    # Each of fsspec's packages raises errors of its own; what is read later has its own handling.
    try:
        files, path = fsspec.url_to_fs(address)
        is_folder = bool(files.isdir(path))
        paths = files.glob(path) if glob.has_magic(path) and not is_folder else [path]
        exists = bool(paths) and (is_folder or bool(files.exists(paths[0])))
    except Exception as error:
        raise AddressError(f"{address} cannot be opened ({' '.join(str(error).split())}).") from None
    if not exists:
        raise AddressError(f"There is nothing at {address}; check the address.")
    if is_folder:
        yield from _in_remote_folder(files, path)
        return
    for found in paths:
        full = files.unstrip_protocol(found)
        if found.lower().endswith(".zip"):
            yield from _in_zip(full, full)
        elif not files.isdir(found):
            yield RemotePicture(full, full)


def _in_remote_folder(files: Any, folder: str) -> Iterator[Picture]:  # noqa: ANN401 - fsspec has no types
    for parent, folders, names in files.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if is_picture_name(name):
                full = files.unstrip_protocol(f"{parent}/{name}")
                yield RemotePicture(full, full)
