"""The tab that hides faces, so that photos can be shared."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.photo.export import zip_files
from components.photo.face_hiding import Cover, Hiding
from components.photo.faces import Face
from components.photo.photo_file import PhotoFile, hidden_name
from components.photo.selection import SelectedFaces
from components.photo.take_home import NamedFile
from components.tasks.photos import hide_in_photo, hide_in_preview
from components.ui.choices import choose_hiding
from components.ui.downloads import offer_download
from components.ui.progress import Progress
from components.ui.shared_workers import QuietWorkers, in_worker, quiet_workers
from components.ui.text import counted, escape_markdown
from components.ui.visitor_photos import note_open_photo
from components.workers.worker import TaskError
from pages.photo.advice import advice_without_faces
from pages.photo.marks import clear_chosen_faces, clear_covers, cover_missed_faces, marks_in
from pages.photo.settings import choose_lowest_confidence

_ALL, _CHOSEN, _OTHERS = "All boxes", "Chosen", "All but the chosen"

_EXPLANATIONS = {
    Hiding.BLUR: "Only a few average colours of each face are left, blended into each other.",
    Hiding.PIXELATE: "Only a few average colours of each face are left, as blocks.",
    Hiding.COVER: "Nothing of a face is left. This is the safest: programs may match average colours.",
}

_HOW_TO_CHOOSE = {
    _ALL: "Every face with a box is hidden.",
    _CHOSEN: "Only the faces that you click or tap in the photo, or among the cut-out faces, are hidden.",
    _OTHERS: "In each photo, the faces that you click or tap there, or among the cut-out ones, stay visible.",
}

# In the session: the photos whose hidden version the visitor has seen.
_LOOKED_AT = "hidden_looked_at"


def show_hiding(shown: SelectedFaces, shown_in_all: Sequence[SelectedFaces], min_confidence: float) -> None:
    """Let the visitor hide faces and other places, see the result, and download it."""
    settings, result = st.columns(2, gap="large")
    with settings:
        hiding = choose_hiding("How", "hide")
        st.caption(_EXPLANATIONS[hiding])
        who = st.segmented_control(
            "Which faces",
            [_ALL, _CHOSEN, _OTHERS],
            default=_ALL,
            required=True,
            key="hide_which",
            bind="query-params",
        )
        # An empty value in the address leaves nothing chosen.
        who = who or _ALL
        st.caption(_HOW_TO_CHOOSE[who])
        _offer_changes(shown)
    with result:
        seen = _show_result(shown, hiding, who, min_confidence)
        if len(shown_in_all) > 1:
            _show_pager(shown, shown_in_all)
    with settings:
        st.markdown(
            "The detector misses faces, and **what has no box and no cover stays visible**: look at each "
            "photo, and draw covers in the photo above. Clothes and places can show who somebody is, too."
        )
        _offer_candidates(shown_in_all, min_confidence)
        if len(shown_in_all) > 1:
            _show_what_is_left(shown, shown_in_all, who, seen=seen)
        _offer_downloads(shown, shown_in_all, hiding, who)


def _offer_changes(shown: SelectedFaces) -> None:
    photo, marks = shown.photo, marks_in(shown.photo)
    with st.container(horizontal=True):
        if marks.missed:
            st.button(
                f"Cover the {counted(len(marks.missed), 'missed face')}",
                icon=":material/add_circle:",
                on_click=cover_missed_faces,
                args=(photo,),
                help="Those that you marked as missed in Count errors.",
            )
        if marks.covers:
            st.button(
                f"Remove {counted(len(marks.covers), 'cover')}",
                icon=":material/undo:",
                on_click=clear_covers,
                args=(photo,),
            )
        if marks.chosen:
            st.button(
                f"Clear {counted(len(marks.chosen), 'chosen face')}",
                icon=":material/undo:",
                on_click=clear_chosen_faces,
                args=(photo,),
            )
    if marks.covers:
        st.caption("Check that each cover hides the whole face; where it does not, drag its corners.")


def _show_result(shown: SelectedFaces, hiding: Hiding, who: str, min_confidence: float) -> bool:
    """Show the photo with its hidden places; returns whether it could be made."""
    faces, covers = _hidden_faces(shown, who), marks_in(shown.photo).covers
    if not faces and not covers:
        st.info(f"Nothing is hidden in this photo. {_how_to_hide(shown, who, min_confidence)}")
    try:
        with Progress(st.empty(), "Hiding the faces…") as progress:
            preview = in_worker(progress, hide_in_preview, shown.photo.analysis, faces, hiding, covers)
    except TaskError as error:
        st.error(str(error))
        return False
    words = _what_is_hidden(len(faces), len(covers))
    st.image(preview, alt=f"{shown.photo.name} with {words} hidden")
    st.markdown(f"Hidden here: **{words}**.")
    return True


def _how_to_hide(shown: SelectedFaces, who: str, min_confidence: float) -> str:
    if not len(shown):
        return f"{advice_without_faces(shown.photo, min_confidence)} Or draw covers in the photo above."
    if who == _CHOSEN:
        return "Click or tap faces in the photo to choose them."
    return "All faces are chosen, so all stay visible."


def _show_pager(shown: SelectedFaces, photos: Sequence[SelectedFaces]) -> None:
    """Lead through all photos, to check each."""
    index = list(photos).index(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.button("Previous photo", icon=":material/arrow_back:", disabled=not index)
        st.markdown(f"Photo {index + 1} of {len(photos)}", width="content")
        on = st.button("Next photo", icon=":material/arrow_forward:", disabled=index + 1 == len(photos))
    if back or on:
        note_open_photo(photos[index + (1 if on else -1)].photo.file.id)
        st.rerun(scope="app")


def _offer_downloads(shown: SelectedFaces, photos: Sequence[SelectedFaces], hiding: Hiding, who: str) -> None:
    workers = quiet_workers()
    # Looked up now: a file is made when the visitor asks for it, and then there is no session to look in.
    this = _Hidden.of(shown, who)
    every = [_Hidden.of(selected, who) for selected in photos]
    offer_download(
        "This photo with hidden faces (JPEG)",
        lambda: this.file(hiding, workers)[1],
        this.file_name,
        "image/jpeg",
        "At full size, made from the original. It contains no date, place or thumbnail.",
    )
    if len(photos) > 1:
        offer_download(
            f"All {len(photos)} photos with hidden faces (ZIP)",
            lambda: zip_files(hidden.file(hiding, workers) for hidden in every),
            f"{len(photos)}-photos-hidden.zip",
            "application/zip",
            "Each hidden in the same way, with its own covers and chosen faces.",
        )


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A photo, and what is hidden in it."""

    photo: PhotoFile
    faces: tuple[Face, ...]
    covers: tuple[Cover, ...]

    @classmethod
    def of(cls, selected: SelectedFaces, who: str) -> "_Hidden":
        """What is hidden in a photo by the visitor's marks."""
        faces = tuple(_hidden_faces(selected, who))
        return cls(selected.photo.file, faces, marks_in(selected.photo).covers)

    @property
    def file_name(self) -> str:
        return hidden_name(self.photo.name)

    def file(self, hiding: Hiding, workers: QuietWorkers) -> NamedFile:
        """The photo at its full size with everything hidden, as a JPEG file."""
        return self.file_name, workers(hide_in_photo, self.photo, self.faces, hiding, self.covers)


def _offer_candidates(photos: Sequence[SelectedFaces], min_confidence: float) -> None:
    """Offer to hide the candidates below the cut-off: to hide what is no face harms nobody."""
    below = sum(
        face.confidence < min_confidence for selected in photos for face in selected.photo.analysis.faces
    )
    if below:
        where = f", in all {len(photos)} photos" if len(photos) > 1 else ""
        st.button(
            f"Hide {counted(below, 'candidate')} below the cut-off, too{where}",
            icon=":material/visibility_off:",
            on_click=choose_lowest_confidence,
            help="Some of them are faces. This moves the confidence to its lowest value.",
        )


def _show_what_is_left(
    shown: SelectedFaces, photos: Sequence[SelectedFaces], who: str, *, seen: bool
) -> None:
    """Say how much is hidden in all photos, in which nothing is, and how many the visitor has looked at."""
    looked_at: set[str] = st.session_state.setdefault(_LOOKED_AT, set())
    if seen:
        looked_at.add(shown.photo.id)
    hidden = [_Hidden.of(selected, who) for selected in photos]
    faces = sum(len(one.faces) for one in hidden)
    covers = sum(len(one.covers) for one in hidden)
    number = sum(selected.photo.id in looked_at for selected in photos)
    st.markdown(
        f"In all {len(photos)} photos: **{_what_is_hidden(faces, covers)}** hidden. You have looked at "
        f"{'all' if number == len(photos) else f'{number} of the'} {len(photos)} photos."
    )
    bare = [escape_markdown(one.photo.name) for one in hidden if not one.faces and not one.covers]
    if bare:
        st.warning(f"Nothing is hidden in {', '.join(bare)}.", icon=":material/visibility:")


def _hidden_faces(selected: SelectedFaces, who: str) -> list[Face]:
    chosen = set(marks_in(selected.photo).chosen)
    return [
        selected.photo.analysis.faces[index]
        for index in selected.indices
        if who == _ALL or (index in chosen) == (who == _CHOSEN)
    ]


def _what_is_hidden(faces: int, covers: int) -> str:
    words = counted(faces, "face")
    return f"{words} and {counted(covers, 'cover')}" if covers else words
