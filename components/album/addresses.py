"""The pictures at addresses: files, folders, ZIP files, patterns such as `a/*.jpg`, and fsspec addresses.

All are found one after the other, since there may be millions; fsspec lists one folder at a time.
"""

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

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
        raise AddressError(f"There is nothing at {_row_name(path)}; check the path.")
    elif path.lower().endswith(".zip"):
        yield from _in_zip(_row_name(path), partial(_opened, path))
    else:
        yield _stored(path)


def _opened(path: str) -> BinaryIO:
    return Path(path).open("rb")


def _in_folder(folder: str) -> Iterator[Picture]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                # A link to a folder may lead back to where it is, so it is not followed.
                if entry.is_dir(follow_symlinks=False):
                    yield from _in_folder(entry.path)
                elif is_picture_name(entry.name) and not Path(entry.path).is_dir():
                    yield _stored(entry.path)
    except OSError as error:
        yield RefusedPicture(
            _row_name(folder), f"The folder cannot be read ({error.strerror}); look whether it opens."
        )


def _stored(path: str) -> Picture:
    # Absolute, since the processes of a cluster run in other folders.
    return StoredPicture(_row_name(path), str(Path(path).absolute()))


def _row_name(path: str) -> str:
    """A path in the form in which rows carry it: bytes that are no UTF-8 become readable."""
    return os.fsencode(Path(path).as_posix()).decode("utf-8", "backslashreplace")


def _in_zip(name: str, open_file: Callable[[], BinaryIO]) -> Iterator[Picture]:
    try:
        file = open_file()
    # Each of fsspec's packages raises errors of its own.
    except Exception as error:
        yield RefusedPicture(name, f"The ZIP file cannot be read ({' '.join(str(error).split())}).")
        return
    with file:
        try:
            yield from pictures_in_zip(file, name)
        except ArchiveError as error:
            yield RefusedPicture(name, str(error))


def _remote(address: str) -> Iterator[Picture]:
    # What is read later has its own handling.
    try:
        # Listings are large, and each is needed once.
        files, path = fsspec.url_to_fs(address, use_listings_cache=False)
        is_folder = bool(files.isdir(path))
        paths = files.glob(path) if glob.has_magic(path) and not is_folder else [path]
        exists = bool(paths) and (is_folder or bool(files.exists(paths[0])))
    # Each of fsspec's packages raises errors of its own.
    except Exception as error:
        raise AddressError(f"{address} cannot be opened ({' '.join(str(error).split())}).") from None
    if not exists:
        raise AddressError(f"There is nothing at {address}; check the address.")
    if is_folder:
        yield from _in_remote_folder(files, path)
        return
    for found in paths:
        if found.lower().endswith(".zip"):
            yield from _in_zip(_remote_name(files, found), partial(files.open, found, "rb"))
        elif not files.isdir(found):
            yield RemotePicture(_remote_name(files, found), files, found)


def _in_remote_folder(files: Any, folder: str) -> Iterator[Picture]:  # noqa: ANN401 - fsspec has no types
    # Not by fsspec's own `walk`, which leaves out folders below that cannot be read.
    try:
        entries = files.ls(folder, detail=True)
    # Each of fsspec's packages raises errors of its own.
    except Exception as error:
        reason = f"The folder cannot be read ({' '.join(str(error).split())}); look whether it opens."
        yield RefusedPicture(_remote_name(files, folder), reason)
        return
    for entry in entries:
        path = str(entry["name"]).rstrip("/")
        name = path.rpartition("/")[2]
        # Some storage lists a folder as an empty file in itself.
        if name.startswith(".") or path == folder.rstrip("/"):
            continue
        if entry["type"] == "directory":
            yield from _in_remote_folder(files, path)
        elif is_picture_name(name):
            yield RemotePicture(_remote_name(files, path), files, path)


def _remote_name(files: Any, path: str) -> str:  # noqa: ANN401 - fsspec has no types
    """A file's address, as far as fsspec tells it: some leave out the host."""
    return str(files.unstrip_protocol(path)).encode("utf-8", "backslashreplace").decode()
