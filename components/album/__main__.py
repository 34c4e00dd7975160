"""The command line: `python -m components.album PHOTOS… --out faces.parquet`."""

import signal
import sqlite3
import sys
from collections.abc import Iterator, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import click
from tqdm import tqdm

from components.album.addresses import AddressError, pictures_at
from components.album.archive import ZipMember
from components.album.contact_sheet import write_contact_sheet
from components.album.find import Failed, Outcome, Unchanged, Wanted
from components.album.journal import Journal, JournalError, Totals, paths_of_journal
from components.album.made_files import Folders
from components.album.pictures import Picture, StoredPicture, with_content
from components.album.processes import Processes, processes_for
from components.album.run import Place, PlaceError, forget_absent_photos, look_at_album
from components.album.tables import FACES, PHOTOS, WRITERS, write_table
from components.photo.crops import CropSettings
from components.photo.face_hiding import Hiding
from components.photo.limits import DEFAULT_CONFIDENCE, DEFAULT_MIN_FACE_SIZE, SMALLEST_FACE
from components.workers.machine import this_machine

# How many failures are shown while they come; all are in the table of photos.
_SHOWN_FAILURES = 10

_LOCAL = "local"


class _RunError(click.ClickException):
    """The run cannot begin or go on. Another exit code than that of photos that failed."""

    exit_code = 2


@click.command(
    epilog="Exit code: 0 if every photo was looked at, 1 if some failed, 2 if the run could not begin "
    "or go on, 130 if it was stopped."
)
@click.argument("photos", nargs=-1, required=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The table of faces; its name ends in {', '.join(WRITERS)}. The table of photos, with the reasons "
    "of those that failed, is written beside it.",
)
@click.option(
    "--crops", type=click.Path(file_okay=False, path_type=Path), help="A folder for the faces, cut out."
)
@click.option(
    "--hidden",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for copies of the photos with the faces hidden. A face that is not found is not hidden.",
)
@click.option(
    "--hide-by",
    type=click.Choice([kind.value for kind in Hiding]),
    default=Hiding.PIXELATE.value,
    show_default=True,
)
@click.option(
    "--contact-sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    help="An HTML page of all faces.",
)
@click.option(
    "--min-face-size",
    type=click.FloatRange(min=SMALLEST_FACE),
    default=DEFAULT_MIN_FACE_SIZE,
    show_default=True,
    help="Side of the smallest face, in pixels. Larger is faster.",
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=DEFAULT_CONFIDENCE,
    show_default=True,
    help="Lowest score of a face.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    help="How many processes on this machine; one for each core unless given.",
)
@click.option(
    "--scheduler",
    help="The address of a Dask scheduler, such as tcp://10.0.0.1:8786, whose workers look at the photos; "
    f"`{_LOCAL}` starts one here. Needs the extra `cluster`.",
)
@click.option(
    "--send", is_flag=True, help="Read the photos here and send them: the workers cannot reach them."
)
def main(
    photos: tuple[str, ...],
    out: Path,
    crops: Path | None,
    hidden: Path | None,
    hide_by: str,
    contact_sheet: Path | None,
    min_face_size: float,
    min_confidence: float,
    processes: int | None,
    scheduler: str | None,
    send: bool,
) -> None:
    """Find the faces in PHOTOS: files, folders, ZIP files, patterns, and addresses such as s3://bucket/folder.

    An interrupted run keeps what is finished in a journal beside the output. Run the same command again: it
    looks only at photos that are missing, have failed, or have changed.
    """
    if out.suffix.lower() not in WRITERS:
        raise click.BadParameter(f"its name must end in {', '.join(WRITERS)}.", param_hint="--out")
    # As a path, s3://bucket/table is bucket/table in a folder named s3:.
    if out.parts[0].endswith(":"):
        raise click.BadParameter("tables are written to a folder of this machine.", param_hint="--out")
    wanted = Wanted(
        min_face_size,
        min_confidence,
        CropSettings() if crops else None,
        Hiding(hide_by) if hidden else None,
        contact_sheet is not None,
    )
    output = _Output(
        out, contact_sheet, Folders(*(folder and folder.absolute() for folder in (crops, hidden)))
    )
    for folder in (output.folders.crops, output.folders.hidden):
        _check_is_outside(folder, photos)
        if folder in output.paths:
            raise _RunError(f"{folder} is a file that this run writes; choose another folder.")
    try:
        with _Interrupt() as interrupt:
            place = _place(scheduler, processes, wanted, interrupt)
            totals = _run(photos, send, place, wanted, output, interrupt)
    except (AddressError, JournalError) as error:
        raise _RunError(str(error)) from None
    except PlaceError as error:
        raise _RunError(f"{error} What is finished is kept.") from None
    except (OSError, sqlite3.Error) as error:
        raise _RunError(f"The output cannot be written ({error}). What is finished is kept.") from None
    except KeyboardInterrupt:
        click.echo("Stopped. What is finished is kept; run the same command again to go on.", err=True)
        sys.exit(130)
    _report(totals, output)
    sys.exit(1 if totals.failed else 0)


@dataclass(frozen=True, slots=True)
class _Output:
    """Where a run writes.

    Attributes:
        faces: The table of faces.
        contact_sheet: The page of all faces; None where none is wanted.
        folders: Where the files go that are made of each photo.
    """

    faces: Path
    contact_sheet: Path | None
    folders: Folders

    @property
    def photos(self) -> Path:
        """The table of photos."""
        return self.faces.with_name(f"{self.faces.stem}.photos{self.faces.suffix}")

    @property
    def journal(self) -> Path:
        """The file of the journal."""
        return self.faces.with_name(f"{self.faces.name}.journal")

    @property
    def paths(self) -> Set[Path]:
        """All files that are no photo's own, absolute."""
        files = {self.faces, self.photos, *paths_of_journal(self.journal)}
        return {path.absolute() for path in (*files, self.contact_sheet) if path}


class _Interrupt:
    """Ctrl-C, noted and obeyed at the next moment at which nothing is half done; the second one ends at once.

    By default, Python raises an error wherever the program is. In the code of others that may end nothing.
    """

    def __init__(self) -> None:
        self._came = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def check(self) -> None:
        """End the run if Ctrl-C came."""
        if self._came:
            raise KeyboardInterrupt

    def watched(self, pictures: Iterator[Picture]) -> Iterator[Picture]:
        """The same pictures, until Ctrl-C comes."""
        for picture in pictures:
            self.check()
            yield picture

    def _note(self, _number: int, _frame: object) -> None:
        self._came = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _run(
    addresses: Sequence[str],
    send: bool,
    place: AbstractContextManager[Place],
    wanted: Wanted,
    output: _Output,
    interrupt: _Interrupt,
) -> Totals:
    """Look at all photos, then write the output."""
    total = sum(1 for _ in interrupt.watched(_pictures(addresses, output)))
    if not total:
        raise _RunError("There are no photos at these addresses.")
    output.faces.parent.mkdir(parents=True, exist_ok=True)
    with Journal(output.journal, wanted, output.folders) as journal:
        with place as here:
            pictures = (_ready(picture, send) for picture in _pictures(addresses, output))
            _follow(look_at_album(pictures, here, journal, output.folders, interrupt.check), total)
        forget_absent_photos(journal, output.folders)
        write_table(output.faces, FACES, journal.face_rows())
        write_table(output.photos, PHOTOS, journal.photo_rows())
        totals = journal.totals()
        if output.contact_sheet:
            write_contact_sheet(output.contact_sheet, totals, journal.face_pictures())
    return totals


def _pictures(addresses: Sequence[str], output: _Output) -> Iterator[Picture]:
    """The pictures at the addresses, without what the run itself writes there."""
    own = {str(path) for path in output.paths}
    for picture in pictures_at(addresses):
        if not (isinstance(picture, StoredPicture) and picture.path in own):
            yield picture


def _check_is_outside(folder: Path | None, addresses: tuple[str, ...]) -> None:
    """Check that the files that a run makes do not become photos of the same run, or of the next."""
    for address in addresses:
        # A pattern with ** takes all folders below.
        whole = Path(address.partition("**")[0]) if "**" in address else Path(address)
        if folder and whole.is_dir() and folder.resolve().is_relative_to(whole.resolve()):
            raise _RunError(f"{folder} lies in {address}, so its files would become photos; choose another.")


def _ready(picture: Picture, send: bool) -> Picture:
    """A picture as it goes to where it is looked at."""
    return with_content(picture) if send or isinstance(picture, ZipMember) else picture


@contextmanager
def _place(
    scheduler: str | None, processes: int | None, wanted: Wanted, interrupt: _Interrupt
) -> Iterator[Place]:
    """Where photos are looked at, for the length of a `with` block."""
    count = processes or processes_for(this_machine())
    if scheduler is None:
        with Processes(count, wanted) as here:
            yield here
        return
    try:
        # Imported here, since the extra is not always installed.
        from components.album.cluster import Cluster, cluster_at, local_cluster
    except ModuleNotFoundError:
        raise _RunError(
            "A scheduler needs the extra `cluster`: uv run --extra cluster python -m components.album …"
        ) from None
    click.echo("Waiting for the cluster…", err=True)
    with local_cluster(count) if scheduler == _LOCAL else cluster_at(scheduler) as client:
        yield Cluster(client, wanted, interrupt.check)


def _follow(outcomes: Iterator[Outcome], total: int) -> None:
    """Show how far a run is: photos a second, the time left, and the first failures."""
    failed = unchanged = 0
    with tqdm(total=total, unit="photo", smoothing=0.05) as bar:
        for outcome in outcomes:
            if isinstance(outcome, Unchanged):
                unchanged += 1
            elif isinstance(outcome, Failed):
                failed += 1
                if failed <= _SHOWN_FAILURES:
                    bar.write(_harmless(f"{outcome.name}: {outcome.reason}"), file=sys.stderr)
            bar.set_postfix(failed=failed, unchanged=unchanged, refresh=False)
            bar.update()
        # Photos to which two addresses lead were counted twice.
        bar.total = bar.n


def _harmless(text: str) -> str:
    """A text without what would steer a terminal: a name in a ZIP file may hold anything."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _report(totals: Totals, output: _Output) -> None:
    click.echo(
        f"{totals.faces:,} faces in {totals.photos:,} photos: {output.faces}, {output.photos}", err=True
    )
    if totals.failed:
        click.echo(f"{totals.failed:,} failed; the reasons are in {output.photos}.", err=True)


if __name__ == "__main__":
    main()
