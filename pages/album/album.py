"""An album on the page: the search, the sheet of faces, and what can be taken home."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.photo.limits import DEFAULT_MIN_FACE_SIZE, SMALLEST_FACE
from components.photo.photo_file import PhotoFile
from components.photo.selection import Selection
from components.ui.kept import NoRoomError
from components.ui.progress import Progress
from components.ui.refusals import Refusal, show_refusals
from components.ui.text import counted
from components.ui.visitor_photos import open_from_album
from pages.album.album_photo import AlbumPhoto, key_of
from pages.album.bring import note_refusal, remove_photos, samples
from pages.album.downloads import show_downloads
from pages.album.find_faces import Outcome, find_missing, found_box, go_on, is_stopped, known_outcomes, stop
from pages.album.sheet.sheet import PictureSender, show_sheet
from pages.page_table import PHOTO


def choose_min_face_size() -> int:
    """Let the visitor choose the smallest face that is looked for, in pixels."""
    with st.expander("Settings", icon=":material/tune:"):
        return st.slider(
            "Smallest face",
            SMALLEST_FACE,
            200,
            DEFAULT_MIN_FACE_SIZE,
            5,
            format="%d pixels",
            key="album_smallest",
            bind="query-params",
            help="Smaller faces are not looked for. Larger is faster; a change looks at all photos again.",
        )


def show_album(files: Sequence[PhotoFile], refused: Sequence[Refusal], min_face_size: int) -> None:
    """Find the faces in all photos, and show them.

    Args:
        files: The photos.
        refused: Files that were not taken.
        min_face_size: Side of the smallest face that is looked for, in pixels.
    """
    outcomes = known_outcomes(files, min_face_size)
    photos = _photos_of(outcomes)
    failed = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    failed_names = {failure.name for failure in failed}
    usable = {key_of(file, min_face_size): file for file in files if file.name not in failed_names}
    on_remove = None if files == samples() else partial(_remove, usable)
    st.session_state.pop(_REMOVED, None)
    searching = len(outcomes) < len(files) and not is_stopped()
    # One container for whatever stands above the faces, so that these stay in their place when something
    # comes or goes. Streamlit leaves what is no longer shown in it, faded, until the search ends.
    with st.container():
        progress_place = _show_state(len(outcomes), files)
        show_refusals([*refused, *failed])
    if not searching:
        st.fragment(_show_faces)(usable, on_remove, photos)
        PictureSender()(photos)
        return
    # In a container, as a fragment has one, but no fragment: a press on a face ends this run of the page.
    with st.container():
        show_sheet(usable, partial(_note_opened, usable), on_remove, searching=True)
        # In the place of the downloads, which would stand there, faded, until the search ends.
        st.empty()
    _leave_for_opened()
    send = PictureSender()
    send(photos)
    try:
        with Progress(progress_place, "Looking for faces…") as progress:
            find_missing(files, min_face_size, progress, lambda fresh: send(_photos_of(fresh)))
    except NoRoomError as error:
        # The search rests, so that what was found can be looked at and taken home.
        stop()
        note_refusal(Refusal(counted(len(files), "photo"), str(error)))
    # Once more with everything in its place.
    st.rerun()


def _show_state(done: int, files: Sequence[PhotoFile]) -> DeltaGenerator:
    """Show how far the search is, in one row, and return the place for its progress."""
    total = len(files)
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.empty()
        if done == total:
            before_own = "A sample album. Add your own photos above."
            looked = f":material/check: Looked at {counted(total, 'photo')}."
            place.caption(before_own if files == samples() else looked)
        elif is_stopped():
            place.markdown(f"Stopped after {done} of {counted(total, 'photo')}.")
            st.button("Go on", icon=":material/play_arrow:", on_click=go_on)
        else:
            st.button("Stop", icon=":material/stop:", on_click=stop)
    return place


def _show_faces(
    files: Mapping[str, PhotoFile],
    on_remove: Callable[[str], None] | None,
    photos: Sequence[AlbumPhoto],
) -> None:
    chosen = show_sheet(files, partial(_note_opened, files), on_remove, searching=False)
    _leave_for_opened()
    if st.session_state.pop(_REMOVED, None):
        st.rerun()
    if chosen is not None:
        shown = [photo for photo in photos if photo.key in chosen]
        show_downloads([_select(photo, chosen[photo.key]) for photo in shown])


def _select(photo: AlbumPhoto, indices: Sequence[int]) -> Selection[AlbumPhoto]:
    known = range(len(photo.found.faces))
    return Selection(photo, tuple(index for index in indices if index in known))


def _photos_of(outcomes: Sequence[Outcome]) -> list[AlbumPhoto]:
    return [outcome for outcome in outcomes if isinstance(outcome, AlbumPhoto)]


# In the session: the choice in the Photo page's address, once a face was pressed; and whether a photo was
# removed, of which a run of the fragment alone knows nothing yet.
_OPENED, _REMOVED = "album_opened", "album_removed"


def _note_opened(files: Mapping[str, PhotoFile], key: str, index: int) -> None:
    if box := found_box(key, index):
        st.session_state[_OPENED] = open_from_album(files[key], box)


def _remove(files: Mapping[str, PhotoFile], key: str) -> None:
    remove_photos({files[key].id})
    st.session_state[_REMOVED] = True


def _leave_for_opened() -> None:
    """Go to the Photo page where a face was pressed: a callback cannot."""
    if address := st.session_state.pop(_OPENED, None):
        st.switch_page(PHOTO.script, query_params=address)
