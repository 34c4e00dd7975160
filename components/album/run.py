"""A run over an album: photos to a place where they are looked at, and what comes of them to the journal."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from components.album.find import Failed, Job, Looked, Outcome
from components.album.journal import Journal
from components.album.made_files import Folders, NameOfFileError, remove_files, write_files
from components.album.pictures import Picture


class PlaceError(Exception):
    """A place cannot be used, or is lost; the text is one plain sentence."""


class Place(Protocol):
    """Where photos are looked at: `Processes` on this machine, or a `Cluster`."""

    def outcomes(self, jobs: Iterable[Job], on_wait: Callable[[], None]) -> Iterator[Outcome]:
        """What came of each job, as soon as it is known.

        Args:
            jobs: Taken in this thread, as there is room for them.
            on_wait: Called in this thread every now and then. What it raises ends the run.

        Raises:
            PlaceError: The place is lost.
        """


def look_at_album(
    pictures: Iterable[Picture],
    place: Place,
    journal: Journal,
    folders: Folders,
    on_wait: Callable[[], None] = lambda: None,
) -> Iterator[Outcome]:
    """Look at each picture once, and note what comes of it before it is given.

    Whenever the run ends, the journal holds what was given, and an equal run goes on from there.

    Args:
        pictures: Taken one after the other, as the place has room.
        place: Where they are looked at.
        journal: Of the output.
        folders: Where the files go that are made of each photo.
        on_wait: As for `Place.outcomes`.
    """
    for outcome in place.outcomes(_jobs(pictures, journal), on_wait):
        if isinstance(outcome, Looked):
            yield _finish(outcome, journal, folders)
        else:
            journal.note(outcome, [])
            yield outcome


def forget_absent_photos(journal: Journal, folders: Folders) -> None:
    """Remove what earlier runs made of photos that are gone, once this run has looked at all others."""
    while photos := journal.absent_photos():
        for photo in photos:
            remove_files(journal.files_of(photo), folders)
            journal.forget(photo)


def _finish(outcome: Looked, journal: Journal, folders: Folders) -> Looked | Failed:
    """Write the files of a photo and note it, in place of those that an earlier run made of it."""
    earlier = journal.files_of(outcome.name)
    try:
        files = write_files(outcome, folders)
    except NameOfFileError as error:
        failed = Failed(outcome.name, outcome.id, outcome.seconds, str(error))
        journal.note(failed, [])
        return failed
    journal.note(outcome, files)
    remove_files(set(earlier) - set(files), folders)
    return outcome


def _jobs(pictures: Iterable[Picture], journal: Journal) -> Iterator[Job]:
    for picture in pictures:
        if journal.is_noted(picture.name):
            continue
        # Files that someone removed are made again.
        whole = all(Path(file).exists() for file in journal.files_of(picture.name))
        yield Job(picture, journal.known_id(picture.name) if whole else "")
