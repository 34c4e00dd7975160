"""The result: one photo with its faces, the cut-off, and the tabs with what can be done with the faces."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.photo.faces import Choice, choose_faces
from components.photo.scores import expected_false_alarms
from components.photo.selection import AnalysedPhoto, SelectedFaces
from components.ui.text import counted
from pages.photo.advice import advice_without_faces
from pages.photo.charts import show_histogram, style_charts
from pages.photo.marks import forget_others, marks_in, turn_with_marks
from pages.photo.notes import show_notes
from pages.photo.settings import PhotoSettings, choose_confidence, choose_style
from pages.photo.stage.stage import Mode, send_pictures, show_gallery, show_stage
from pages.photo.strip import chosen_index, show_strip
from pages.photo.tabs.compare import show_comparison
from pages.photo.tabs.downloads import show_downloads
from pages.photo.tabs.errors import show_error_counts, show_errors
from pages.photo.tabs.faces import show_table
from pages.photo.tabs.hiding import show_hiding
from pages.photo.tabs.meshes import show_meshes


def show_photos(photos: Sequence[AnalysedPhoto], settings: PhotoSettings) -> None:
    """Show one photo's faces, and let the visitor judge, hide, compare and download them."""
    forget_others(photos)
    index = chosen_index([photo.file.id for photo in photos])
    # Without gaps, since some of these elements are invisible.
    with st.container(gap=None):
        # In a place of their own, so that the photo keeps its place, and the focus, when they come and go.
        with st.container():
            show_notes(photos[index])
        show_strip(photos, index)
        send_pictures(photos[index], settings.crops)
        style_charts()
        _show_photo(photos[index], photos, settings)


# A fragment, so that moving the slider runs neither the upload nor the analysis again.
@st.fragment
def _show_photo(photo: AnalysedPhoto, photos: Sequence[AnalysedPhoto], settings: PhotoSettings) -> None:
    # On a phone the columns are stacked, and the slider is right below the picture.
    picture, findings = st.columns([3, 2], gap="medium")
    with findings:
        head = st.container()
        min_confidence = choose_confidence()
        show_histogram(photo.analysis.scores, min_confidence)
        judged = st.container()
        style, smallest_shown = choose_style()
        show_gallery()
    table, errors, hiding, downloads, comparison, meshes = st.tabs(
        ["Faces", "Count errors", "Hide faces", "Take home", "Compare", "Face mesh"],
        key="tab",
        on_change="rerun",
        bind="query-params",
    )
    mode = Mode.MARK if errors.open else Mode.COVER if hiding.open else Mode.CHOOSE
    choice = Choice(min_confidence, settings.largest, settings.order)
    select = _judged if mode is Mode.MARK else _corrected
    shown_photos = [select(other, choice) for other in photos]
    shown = shown_photos[list(photos).index(photo)]
    with head:
        _show_count(shown, shown_photos, min_confidence)
    with picture:
        turns = show_stage(
            shown,
            # Candidates below the cut-off are visible too, so that they can be judged.
            sorted(set(range(len(photo.analysis.faces))) - set(shown.indices)) if mode is Mode.MARK else [],
            style,
            settings.min_face_size if smallest_shown else None,
            mode,
            {other.photo.file.id: len(other) for other in shown_photos},
        )
    if turns:
        turn_with_marks(photo, turns)
        st.rerun(scope="app")
    if table.open:
        with table:
            show_table(shown, min_confidence)
    if errors.open:
        with judged:
            show_error_counts(photo, min_confidence)
        with errors:
            show_errors(photo, min_confidence)
    if hiding.open:
        with hiding:
            show_hiding(shown, shown_photos, min_confidence)
    if downloads.open:
        with downloads:
            show_downloads(shown, shown_photos, style, settings.crops)
    if comparison.open:
        with comparison:
            show_comparison(photo)
    if meshes.open:
        with meshes:
            show_meshes(shown, min_confidence)


def _judged(photo: AnalysedPhoto, choice: Choice) -> SelectedFaces:
    """All faces from the cut-off up, for judging: including marked and small ones."""
    return SelectedFaces(photo, tuple(choose_faces(photo.analysis.faces, replace(choice, largest=0))))


def _corrected(photo: AnalysedPhoto, choice: Choice) -> SelectedFaces:
    """The faces that the settings select, without those that the visitor marked as no face."""
    false_alarms = set(marks_in(photo).false_alarms)
    real = [index for index in range(len(photo.analysis.faces)) if index not in false_alarms]
    chosen = choose_faces([photo.analysis.faces[index] for index in real], choice)
    return SelectedFaces(photo, tuple(real[index] for index in chosen))


def _show_count(shown: SelectedFaces, photos: Sequence[SelectedFaces], min_confidence: float) -> None:
    """Say how many faces there are, also in all photos, and how many of them may be none."""
    faces = shown.photo.analysis.faces
    st.subheader(counted(len(shown), "face"), anchor=False)
    left_out = sum(face.confidence >= min_confidence for face in faces) - len(shown)
    sentences = [_expectation(shown) if len(shown) else advice_without_faces(shown.photo, min_confidence)]
    if left_out and len(shown):
        sentences.append(f"{left_out} left out by your marks or settings.")
    if len(photos) > 1:
        total = sum(len(photo) for photo in photos)
        sentences.append(f"In all {len(photos)} photos: {counted(total, 'face')}.")
    st.html(f"<p class='count-words'>{' '.join(sentences)}</p>")


def _expectation(shown: SelectedFaces) -> str:
    """How many of the boxes may lie on no face, by their scores."""
    if shown.photo.analysis.suggested_turns:
        return "This is how the photo lies now; turned upright, it may show more."
    expected = expected_false_alarms(shown.photo.analysis.faces[index].confidence for index in shown.indices)
    if len(shown) == 1:
        return f"Of 100 boxes with such a score, about {100 * (1 - expected):.0f} are faces."
    if not round(expected):
        return "By their scores, probably all of these boxes are faces."
    number = "one" if round(expected) == 1 else str(round(expected))
    return f"By their scores, about {number} of them may be no face."
