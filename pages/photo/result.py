"""The result: one photo with its faces, the cut-off, and the tabs with what can be done with the faces."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.photo.annotate import confidence_label
from components.photo.faces import Choice, choose_faces
from components.photo.limits import LOWEST_CONFIDENCE
from components.photo.selection import AnalysedPhoto, SelectedFaces
from components.ui.text import counted
from pages.photo.charts import show_histogram, style_charts
from pages.photo.marks import forget_others, marks_in
from pages.photo.settings import PhotoSettings, choose_confidence, choose_style
from pages.photo.stage.stage import send_pictures, show_gallery, show_stage
from pages.photo.strip import choose_photo
from pages.photo.tabs.compare import show_comparison
from pages.photo.tabs.downloads import show_downloads
from pages.photo.tabs.errors import show_errors
from pages.photo.tabs.faces import show_table
from pages.photo.tabs.hiding import show_hiding
from pages.photo.tabs.meshes import show_meshes

_LOWEST = confidence_label(LOWEST_CONFIDENCE)


def show_photos(photos: Sequence[AnalysedPhoto], settings: PhotoSettings) -> None:
    """Show one photo's faces, and let the visitor judge, hide, compare and download them."""
    forget_others(photos)
    # Without gaps, since some of these elements are invisible.
    with st.container(gap=None):
        photo = choose_photo(photos)
        send_pictures(photo, settings.crops)
        style_charts()
        _show_photo(photo, photos, settings)


# A fragment, so that moving the slider runs neither the upload nor the analysis again.
@st.fragment
def _show_photo(photo: AnalysedPhoto, photos: Sequence[AnalysedPhoto], settings: PhotoSettings) -> None:
    # On a phone the columns are stacked, and the slider is right below the picture.
    picture, findings = st.columns([3, 2], gap="medium")
    with findings:
        head = st.container()
        min_confidence = choose_confidence()
        show_histogram(photo.analysis.scores, min_confidence)
        style, smallest_shown = choose_style()
        show_gallery()
    table, errors, hiding, downloads, comparison, meshes = st.tabs(
        ["Faces", "Count errors", "Hide faces", "Take home", "Compare", "Face mesh"],
        key="tab",
        on_change="rerun",
        bind="query-params",
    )
    marking = bool(errors.open)
    choice = Choice(min_confidence, settings.largest, settings.order)
    shown_photos = [_judged(other, choice) if marking else _corrected(other, choice) for other in photos]
    shown = shown_photos[list(photos).index(photo)]
    with head:
        _show_count(shown, shown_photos, min_confidence)
    with picture:
        show_stage(
            photo,
            shown.indices,
            # Candidates below the cut-off are visible too, so that they can be judged.
            sorted(set(range(len(photo.analysis.faces))) - set(shown.indices)) if marking else [],
            style,
            settings.min_face_size if smallest_shown else None,
            marking=marking,
        )
    if table.open:
        with table:
            show_table(shown.for_export)
    if errors.open:
        with errors:
            show_errors(photo, min_confidence)
    if hiding.open:
        with hiding:
            show_hiding(photo, shown.indices)
    if downloads.open:
        with downloads:
            show_downloads(shown, shown_photos, style, settings.crops)
    if comparison.open:
        with comparison:
            show_comparison(photo)
    if meshes.open:
        with meshes:
            show_meshes(photo, shown.indices)


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
    """Say how many faces there are, also in all photos, or what to try where there is none."""
    faces = shown.photo.analysis.faces
    st.subheader(counted(len(shown), "face"), anchor=False)
    below = sum(face.confidence < min_confidence for face in faces)
    left_out = len(faces) - below - len(shown)
    sentences = []
    if below and len(shown):
        sentences.append(f"{counted(below, 'candidate')} from {_LOWEST} up, below your cut-off.")
    if left_out:
        sentences.append(f"{left_out} left out by your marks or settings.")
    if len(photos) > 1:
        total = sum(len(photo) for photo in photos)
        sentences.append(f"In all {len(photos)} photos: {counted(total, 'face')}.")
    if not faces:
        sentences.append(
            "No face found here. Photos work best when faces look towards the camera, are well lit and at "
            f"least {shown.photo.analysis.min_face_size} pixels high; try a larger or brighter copy, or turn "
            "the photo upright."
        )
    elif not len(shown) and not left_out:
        best = confidence_label(faces[0].confidence)
        sentences.append(
            f"No face scores this high; the best one scores {best}. Move the slider to the left."
        )
    st.html(f"<p class='count-words'>{' '.join(sentences) or f'No other candidate reaches {_LOWEST}.'}</p>")
