"""How a visitor brings many photos: by upload, or in a ZIP file; before that, the samples."""

from collections.abc import Iterator, Sequence, Set

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.album.archive import ArchiveError, unpack
from components.album.limits import MAX_ALBUM_PHOTOS, MAX_ZIP_MEGABYTES
from components.album.pictures import Picture
from components.photo.image import ENDINGS, FORMAT_NAMES, PhotoError
from components.photo.limits import MAX_PHOTO_MEGABYTES
from components.photo.photo_file import PhotoFile, with_distinct_names
from components.photo.sample_photo import Sample, sample_photo
from components.ui.kept import NoRoomError, check_room, memory_plan, note_kept
from components.ui.progress import Progress
from components.ui.refusals import Refusal
from components.ui.shared_workers import in_worker
from components.ui.streamlit_adapter import (
    forget_upload,
    keep_uploads_in_memory,
    upload_limit,
    visitor_id,
)
from components.ui.text import counted, escape_markdown, megabytes
from components.ui.upload_gate import content_of
from components.ui.uploader import refused_files, say_that_photos_are_gone, watch_uploader
from components.ui.visitor_photos import close_photo_from_album, photo_from_album
from components.workers.worker import TaskError
from pages.album.find_faces import go_on

# In the session: the visitor's photos, what was not taken, and how often the uploader was emptied.
_PHOTOS, _REFUSALS, _ROUND = "album_photos", "album_refusals", "album_round"

# In the session: how many files the visitor brought last that the album had already.
_THERE = "album_had_already"

# In the session: the photos that the visitor chose to remove.
_TO_REMOVE = "album_to_remove"

# In the session: the script that watches the uploader.
_WATCHER = "album_uploads_watcher"

# The name in the address for the number of the visitor's photos.
_PARAMETER = "album"

# Bytes of a ZIP file's pictures that a worker sends at once.
_AT_ONCE = 32 * 1024 * 1024


def own_photos() -> list[PhotoFile]:
    """The photos that the visitor has brought, each with a name of its own."""
    photos: list[PhotoFile] = st.session_state.get(_PHOTOS, [])
    return photos


def samples() -> list[PhotoFile]:
    """What the page shows before the visitor has brought photos."""
    return [sample_photo(sample) for sample in Sample]


def refusals() -> list[Refusal]:
    """The files that were not taken since the visitor last brought some."""
    refused: list[Refusal] = st.session_state.setdefault(_REFUSALS, [])
    return refused


def note_refusal(refusal: Refusal) -> None:
    """Note something that was not taken, unless it is noted."""
    if refusal not in refusals():
        refusals().append(refusal)


def bring_photos() -> None:
    """Let the visitor bring photos, and take them in."""
    keep_uploads_in_memory()
    photos = own_photos()
    # An uploader of another name is empty: the files of the one before are the session's now.
    uploader = f"album_uploads_{st.session_state.setdefault(_ROUND, 0)}"
    label = "Add or remove photos" if photos else "Your photos"
    with st.expander(label, expanded=not photos, icon=":material/add_photo_alternate:"):
        uploads = st.file_uploader(
            _limits(),
            # By their endings too, since some systems do not know what a HEIC or a PSD file is.
            type=["image", *ENDINGS, "zip"],
            accept_multiple_files=True,
            max_upload_size=_zip_limit(),
            key=uploader,
        )
        if photos:
            _offer_to_remove(photos)
        place = st.empty()
        watch_uploader(
            _WATCHER,
            uploader,
            _PARAMETER,
            len(photos),
            on_refused=lambda: refusals().extend(_refused_by_uploader()),
        )
    if not photos:
        say_that_photos_are_gone(_PARAMETER)
    elif there := st.session_state.get(_THERE):
        st.caption(f"Left out, since the album has them already: {counted(there, 'file')}.")
    if uploads:
        _take_in(uploads, place)
        go_on()
        for upload in uploads:
            forget_upload(upload)
        st.session_state[_ROUND] += 1
        st.rerun()


def _limits() -> str:
    room = memory_plan().kept_by_one
    return (
        f"Up to {MAX_ALBUM_PHOTOS} photos, together up to {megabytes(room)}, each up to "
        f"{upload_limit(MAX_PHOTO_MEGABYTES)} MB; or ZIP files with photos, up to {_zip_limit()} MB. "
        f"{FORMAT_NAMES}. They stay in this server's memory while you are here; nothing is stored or sent on."
    )


def _zip_limit() -> int:
    """Megabytes of a ZIP file; while it is unpacked, its photos are there twice."""
    room = memory_plan().kept_by_one // 2 // 1024**2
    return upload_limit(max(min(MAX_ZIP_MEGABYTES, room), MAX_PHOTO_MEGABYTES))


def remove_photos(photo_ids: Set[str]) -> None:
    """Take photos out of the album."""
    _keep([photo for photo in own_photos() if photo.id not in photo_ids])
    st.session_state.update({_REFUSALS: [], _THERE: 0})
    if any(photo.id in photo_ids for photo in photo_from_album()):
        close_photo_from_album()
    if not own_photos():
        # The samples come back, and are looked at.
        go_on()


def _offer_to_remove(photos: Sequence[PhotoFile]) -> None:
    ids = {photo.name: photo.id for photo in photos}
    chosen = st.multiselect("Remove photos", list(ids), placeholder="Choose photos", key=_TO_REMOVE)
    with st.container(horizontal=True):
        st.button(
            f"Remove {counted(len(chosen), 'photo')}" if chosen else "Remove the chosen photos",
            icon=":material/delete:",
            disabled=not chosen,
            on_click=_remove_chosen,
            args=[{ids[name] for name in chosen}],
            key="album_remove_chosen",
        )
        # In a menu of its own, since nobody brings hundreds of photos twice.
        with st.popover("Remove all", icon=":material/delete_sweep:"):
            st.markdown("The album forgets its photos and their faces.")
            st.button(
                f"Remove all {counted(len(photos), 'photo')}",
                on_click=remove_photos,
                args=[set(ids.values())],
            )


def _remove_chosen(photo_ids: Set[str]) -> None:
    remove_photos(photo_ids)
    st.session_state[_TO_REMOVE] = []


def _keep(photos: Sequence[PhotoFile]) -> None:
    st.session_state[_PHOTOS] = list(photos)
    note_kept("album photos", photos)


def _take_in(uploads: Sequence[UploadedFile], place: DeltaGenerator) -> None:
    """Take the uploads in, each photo once, and note what is refused."""
    photos = {photo.id: photo for photo in own_photos()}
    refused, there = _refused_by_uploader(), 0
    with Progress(place, "Opening the files…") as progress:
        for name, content in _contents(uploads, progress):
            if isinstance(content, str):
                refused.append(Refusal(name, content))
                continue
            photo = PhotoFile.of(name, content)
            if photo.id in photos:
                there += 1
            elif len(photos) >= MAX_ALBUM_PHOTOS:
                refused.append(Refusal(name, f"An album has at most {MAX_ALBUM_PHOTOS} photos."))
            else:
                photos[photo.id] = photo
    _keep(with_distinct_names(list(photos.values())))
    st.session_state.update({_REFUSALS: refused, _THERE: there})


def _refused_by_uploader() -> list[Refusal]:
    return refused_files(_WATCHER, f"{_zip_limit()} MB", [*ENDINGS, "zip"], f"{FORMAT_NAMES}, or ZIP")


def _contents(uploads: Sequence[UploadedFile], progress: Progress) -> Iterator[tuple[str, bytes | str]]:
    """The name of each photo, with its content or the reason why it is not taken."""
    unpacked = _Unpacked()
    for index, upload in enumerate(uploads):
        text = f"Opening {escape_markdown(upload.name)}…"
        progress.cover(index / len(uploads), (index + 1) / len(uploads), text)
        is_archive = upload.name.lower().endswith(".zip")
        content = content_of(upload, _zip_limit() if is_archive else upload_limit(MAX_PHOTO_MEGABYTES))
        if isinstance(content, NoRoomError):
            yield upload.name, str(content)
        elif is_archive:
            yield from unpacked.photos_in(upload.name, content, progress)
        else:
            yield upload.name, content


class _Unpacked:
    """Unpacks ZIP files, and counts their total size against the server's limit."""

    def __init__(self) -> None:
        self._bytes = 0

    def photos_in(self, name: str, data: bytes, progress: Progress) -> Iterator[tuple[str, bytes | str]]:
        """The photos in a ZIP file, as `_contents` gives them, until there is no more room."""
        taken, more = 0, True
        try:
            while more and taken < MAX_ALBUM_PHOTOS:
                check_room(visitor_id(), self._bytes)
                pictures, more = in_worker(progress, unpack, data, name, taken, _AT_ONCE)
                taken += len(pictures)
                for picture in pictures:
                    content = _content(picture)
                    if isinstance(content, bytes):
                        self._bytes += len(content)
                        check_room(visitor_id(), self._bytes)
                    yield picture.name, content
        except (ArchiveError, TaskError) as error:
            yield name, str(error)
            return
        if not taken:
            yield name, "There are no pictures in this ZIP file."
        if more:
            yield name, f"Only its first {MAX_ALBUM_PHOTOS} files were looked at; an album holds no more."


def _content(picture: Picture) -> bytes | str:
    try:
        content = picture.read()
    except PhotoError as error:
        return str(error)
    limit = upload_limit(MAX_PHOTO_MEGABYTES)
    return content if len(content) <= limit * 1024**2 else f"The picture is larger than {limit} MB."
