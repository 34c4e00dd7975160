"""What is finished, in a file beside the output: an interrupted run goes on there, and memory stays level.

SQLite keeps the file whole whenever the run ends, and lets one run at a time have it.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from components.album.find import Failed, Looked, Outcome, Unchanged, Wanted
from components.album.made_files import NO_FOLDERS, Folders
from components.album.tables import PHOTOS
from components.photo.export import face_rows

PHOTO_COLUMNS = tuple(PHOTOS.types)

_CUT_SHORT = "The file ends early, so a part of the picture is missing."
_FIRST_OF_SEVERAL = "The file holds several pictures; this is the first."

# Of the tables below, and of what is found in a photo. Raise it when either changes, so that no output mixes
# the rows of two programs: a journal of another form is not read.
_FORM = 2

_TABLES = f"""
BEGIN;
CREATE TABLE photos (
    photo TEXT PRIMARY KEY, run INTEGER, status TEXT, width INTEGER, height INTEGER, faces INTEGER,
    seconds REAL, reason TEXT, note TEXT, content TEXT, wanted TEXT, files TEXT
) WITHOUT ROWID;
CREATE TABLE faces (
    photo TEXT, number INTEGER, row TEXT, picture BLOB, PRIMARY KEY (photo, number)
) WITHOUT ROWID;
CREATE TABLE runs (number INTEGER PRIMARY KEY);
PRAGMA user_version = {_FORM};
COMMIT;
"""


def paths_of_journal(path: Path) -> list[Path]:
    """The file of a journal, and those that SQLite keeps beside it while it is open."""
    return [path, *(Path(f"{path}{ending}") for ending in ("-wal", "-shm"))]


class JournalError(Exception):
    """A journal cannot be used; the text is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How much a run has so far: photos, those of them that failed, and faces."""

    photos: int
    failed: int
    faces: int


class Journal:
    """The journal of one output, for one run. Rows come back in the order of the photos' names."""

    def __init__(self, path: Path, wanted: Wanted, folders: Folders = NO_FOLDERS) -> None:
        """Open the journal of an output, or begin one, and begin a run.

        Args:
            path: The journal's file.
            wanted: What this run wants of each photo. What an earlier run found for other wants does not
                count.
            folders: Where this run puts the files that it makes of each photo; what counts is the same.

        Raises:
            JournalError: Another run has it open, the file is no journal, or it cannot be written.
        """
        self._wanted = repr((wanted, folders))
        # Nobody waits for another run to end.
        try:
            self._base = sqlite3.connect(path, timeout=0)
        except sqlite3.Error as error:
            raise JournalError(_plain_words(error, path)) from None
        try:
            self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
            # A power cut may lose the last photos, which are looked at again; a killed program loses none.
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            form = self._base.execute("PRAGMA user_version").fetchone()[0]
            if not form:
                self._base.executescript(_TABLES)
            elif form != _FORM:
                raise JournalError(f"{path} comes from another version of this program; delete it.")
            self._run = self._base.execute("INSERT INTO runs DEFAULT VALUES").lastrowid
            self._base.commit()
        except (sqlite3.Error, JournalError) as error:
            self._base.close()
            raise JournalError(_plain_words(error, path)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file."""
        self._base.close()

    def is_noted(self, photo: str) -> bool:
        """Whether this run has noted a photo already, as when two addresses lead to it."""
        found = self._base.execute("SELECT 1 FROM photos WHERE photo = ? AND run = ?", (photo, self._run))
        return found.fetchone() is not None

    def known_id(self, photo: str) -> str:
        """The identity of the content that was looked at for the same wants; empty if there is none.

        A photo that failed is tried again: the reason may be gone.
        """
        found = self._base.execute(
            "SELECT content FROM photos WHERE photo = ? AND wanted = ? AND status = 'ok'",
            (photo, self._wanted),
        ).fetchone()
        return str(found[0]) if found else ""

    def files_of(self, photo: str) -> list[str]:
        """The names of the files that were made of a photo, as `note` got them."""
        found = self._base.execute("SELECT files FROM photos WHERE photo = ?", (photo,)).fetchone()
        return list(json.loads(found[0])) if found else []

    def note(self, outcome: Outcome, files: list[str]) -> None:
        """Note what came of a photo, in place of what an earlier run noted.

        Args:
            outcome: What came of it.
            files: The names of the files that were made of it.
        """
        with self._base:
            if isinstance(outcome, Unchanged):
                self._base.execute("UPDATE photos SET run = ? WHERE photo = ?", (self._run, outcome.name))
                return
            self._base.execute("DELETE FROM faces WHERE photo = ?", (outcome.name,))
            self._base.execute(
                "INSERT OR REPLACE INTO photos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    outcome.name,
                    self._run,
                    *_result(outcome),
                    outcome.id,
                    self._wanted,
                    json.dumps(files),
                ),
            )
            if isinstance(outcome, Looked):
                pictures = outcome.found.sheet or [None] * len(outcome.found.photo.faces)
                self._base.executemany(
                    "INSERT INTO faces VALUES (?, ?, ?, ?)",
                    [
                        (outcome.name, row["number"], json.dumps(row), picture)
                        for row, picture in zip(face_rows(outcome.found.photo), pictures, strict=True)
                    ],
                )

    def absent_photos(self) -> list[str]:
        """Some of the photos that earlier runs noted and this one did not, as many as fit in memory."""
        found = self._base.execute("SELECT photo FROM photos WHERE run != ? LIMIT 1000", (self._run,))
        return [str(photo) for (photo,) in found]

    def forget(self, photo: str) -> None:
        """Forget what is noted of a photo."""
        with self._base:
            self._base.execute("DELETE FROM faces WHERE photo = ?", (photo,))
            self._base.execute("DELETE FROM photos WHERE photo = ?", (photo,))

    def totals(self) -> Totals:
        """How much this run has noted so far."""
        found = self._base.execute(
            "SELECT count(*), total(status = 'failed'), total(faces) FROM photos WHERE run = ?", (self._run,)
        ).fetchone()
        return Totals(*(int(number) for number in found))

    def photo_rows(self) -> Iterator[dict[str, Any]]:
        """A row for each photo of this run, by `PHOTO_COLUMNS`."""
        for values in self._base.execute(
            f"SELECT {', '.join(PHOTO_COLUMNS)} FROM photos WHERE run = ? ORDER BY photo",  # noqa: S608
            (self._run,),
        ):
            yield dict(zip(PHOTO_COLUMNS, values, strict=True))

    def face_rows(self) -> Iterator[dict[str, Any]]:
        """A row for each face of this run's photos, by `export.COLUMNS`."""
        for row, _ in self.face_pictures():
            yield row

    def face_pictures(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Each face's row with its small JPEG file, which is empty where none was wanted."""
        for row, picture in self._base.execute(
            "SELECT row, picture FROM photos JOIN faces USING (photo) WHERE run = ? ORDER BY photo, number",
            (self._run,),
        ):
            yield json.loads(row), picture or b""


def _plain_words(error: Exception, path: Path) -> str:
    """Why a journal cannot be opened."""
    match getattr(error, "sqlite_errorcode", None):
        case None:
            return str(error)
        case sqlite3.SQLITE_BUSY:
            return f"Another run is writing {path}; wait until it has ended."
        case sqlite3.SQLITE_NOTADB:
            return f"{path} is no journal of this program; delete it."
        case _:
            return f"{path} cannot be written ({error}); look at the folder and the disk."


def _result(outcome: Looked | Failed) -> tuple[object, ...]:
    """The values from the status to the note."""
    if isinstance(outcome, Failed):
        return ("failed", None, None, 0, outcome.seconds, outcome.reason, "")
    found = outcome.found
    notes = [_CUT_SHORT] * found.cut_short + [_FIRST_OF_SEVERAL] * found.first_of_several
    photo = found.photo
    return ("ok", photo.width, photo.height, len(photo.faces), outcome.seconds, "", " ".join(notes))
