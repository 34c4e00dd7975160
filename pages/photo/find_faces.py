"""Finding the faces in the visitor's photos, each photo once."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.photo.analysis import PhotoAnalysis
from components.photo.image import PhotoError
from components.photo.limits import MAX_PHOTOS
from components.photo.photo_file import PhotoFile
from components.photo.selection import AnalysedPhoto
from components.tasks.photos import find_faces
from components.ui.kept import NoRoomError
from components.ui.progress import Progress
from components.ui.refusals import Refusal
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker
from components.ui.text import escape_markdown
from components.workers.worker import TaskError


def analyse_photos(
    files: Sequence[PhotoFile], min_face_size: int
) -> tuple[list[AnalysedPhoto], list[Refusal]]:
    """Find the faces in each photo, with progress; returns the photos, and those that cannot be used.

    Each photo is analysed once for a visitor, however often the page runs. The analysis ends when the visitor
    leaves, or does something that runs the page again.
    """
    place = st.empty()
    analysed: list[AnalysedPhoto] = []
    refusals: list[Refusal] = []
    for number, file in enumerate(files, start=1):
        name = escape_markdown(file.name)
        count = f" ({number} of {len(files)})" if len(files) > 1 else ""
        outcome: PhotoAnalysis | PhotoError | TaskError
        try:
            outcome = run_once(
                "photos",
                (file.id, file.quarter_turns, min_face_size),
                # More than the photos on the page: samples stay, and a photo may be turned back.
                MAX_PHOTOS + 2,
                partial(_analyse, file, min_face_size),
                place,
                f"Looking for faces in {name}{count}…",
            )
        except NoRoomError as error:
            outcome = error
        if isinstance(outcome, PhotoAnalysis):
            analysed.append(AnalysedPhoto(file, outcome))
        else:
            refusals.append(Refusal(file.name, str(outcome)))
    return analysed, refusals


def _analyse(
    file: PhotoFile, min_face_size: int, progress: Progress
) -> PhotoAnalysis | PhotoError | TaskError:
    """A refusal is a result like any other, so it is kept and not found again at every run of the page."""
    try:
        return in_worker(progress, find_faces, file, min_face_size)
    except (PhotoError, TaskError) as refusal:
        # A new error, since the raised one's traceback would keep the file in memory.
        return type(refusal)(str(refusal))
