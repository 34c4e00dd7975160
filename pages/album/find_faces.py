"""Finding the faces in the album, photo by photo, while the page shows those that are found."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from components.album.find import Found, Wanted, find_on_all_cores
from components.geometry import Box
from components.photo.image import PhotoError
from components.photo.limits import LOWEST_CONFIDENCE
from components.photo.photo_file import PhotoFile
from components.ui.kept import check_room, note_kept
from components.ui.progress import Progress
from components.ui.refusals import Refusal
from components.ui.shared_workers import in_worker
from components.ui.streamlit_adapter import visitor_id
from components.ui.text import counted
from components.workers.worker import TaskError
from pages.album.album_photo import AlbumPhoto, key_of

Outcome = AlbumPhoto | Refusal

# In the session: what was found, or the reason why nothing was, by the photos' keys; and whether the search
# is stopped.
_FOUND, _STOPPED = "album_found", "album_stopped"

# Bytes of a photo's usual result. A search for which there is no room does not begin.
_USUAL_SIZE = 100_000

# Seconds between the moments at which the page shows what is new.
_SHOW_SECONDS = 1.0


def known_outcomes(files: Sequence[PhotoFile], min_face_size: int) -> list[Outcome]:
    """What came of those photos that were looked at, in their order; others are forgotten."""
    found = _found()
    keys = {key_of(file, min_face_size): file for file in files}
    known = {key: found[key] for key in keys if key in found}
    st.session_state[_FOUND] = known
    note_kept("album results", known)
    return [_outcome(key, keys[key], one) for key, one in known.items()]


def found_box(key: str, index: int) -> Box | None:
    """The box of a face that was found, by its photo's key and its index; None where there is none."""
    match _found().get(key):
        case Found(photo=photo) if 0 <= index < len(photo.faces):
            return photo.faces[index].box
        case _:
            return None


def is_stopped() -> bool:
    """Whether the visitor stopped the search."""
    return bool(st.session_state.get(_STOPPED))


def stop() -> None:
    """Let the search rest."""
    st.session_state[_STOPPED] = True


def go_on() -> None:
    """Let the search go on."""
    st.session_state[_STOPPED] = False


def find_missing(
    files: Sequence[PhotoFile],
    min_face_size: int,
    progress: Progress,
    show: Callable[[Sequence[Outcome]], None],
) -> None:
    """Find the faces in each photo that was not looked at.

    The search ends when the visitor leaves, or does something that runs the page again; then it goes on with
    the photos that are missing.

    Args:
        files: All photos.
        min_face_size: Side of the smallest face, in pixels.
        progress: Shows how far it is.
        show: Called about once a second with what is new.

    Raises:
        NoRoomError: The results do not fit into what the server may keep.
    """
    found = _found()
    missing = [file for file in files if key_of(file, min_face_size) not in found]
    before = len(files) - len(missing)
    fresh: list[Outcome] = []
    begun = shown = time.monotonic()
    for index, file in enumerate(missing):
        done = before + index
        words = _words(done, len(files), index, time.monotonic() - begun)
        progress.cover(done / len(files), (done + 1) / len(files), words)
        check_room(visitor_id(), _USUAL_SIZE)
        key = key_of(file, min_face_size)
        found[key] = _look_at(file, min_face_size, progress)
        fresh.append(_outcome(key, file, found[key]))
        if time.monotonic() - shown > _SHOW_SECONDS:
            note_kept("album results", found)
            show(fresh)
            fresh, shown = [], time.monotonic()
    show(fresh)


def _found() -> dict[str, Found | str]:
    found: dict[str, Found | str] = st.session_state.setdefault(_FOUND, {})
    return found


def _look_at(file: PhotoFile, min_face_size: int, progress: Progress) -> Found | str:
    wanted = Wanted(min_face_size, LOWEST_CONFIDENCE, sheet=True)
    try:
        return in_worker(progress, find_on_all_cores, file, wanted)
    except (PhotoError, TaskError) as refusal:
        return str(refusal)
    # Otherwise the search would end at this photo each time.
    except Exception:
        logging.getLogger(__name__).exception("A photo of an album could not be looked at")
        return "The program failed at this photo; try another copy of it, or tell whoever runs this server."


def _outcome(key: str, file: PhotoFile, found: Found | str) -> Outcome:
    if isinstance(found, str):
        return Refusal(file.name, found)
    # Named as the album names the photo: equal names are numbered.
    return AlbumPhoto(key, file, replace(found.photo, name=file.name), found.sheet)


def _words(done: int, total: int, since: int, seconds: float) -> str:
    """How far the search is, and once it can be told, how long it takes."""
    words = f"{done} of {counted(total, 'photo')}"
    if since < 3:
        return f"{words}…"
    left = (total - done) * seconds / since
    time_left = counted(max(round(left), 1), "second") if left < 90 else f"{left / 60:.0f} minutes"
    return f"{words}, {since / seconds:.1f} a second, about {time_left} left"
