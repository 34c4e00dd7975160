"""The part of the tab Compare that runs the original package on the visitor's photo."""

from dataclasses import dataclass
from importlib.util import find_spec

import streamlit as st

from components.geometry import Box, iou
from components.photo.image import PhotoError
from components.photo.limits import MAX_PHOTOS
from components.photo.selection import AnalysedPhoto
from components.tasks.package import CUT_OFF, Measured, draw_both, measure_ours, measure_package
from components.ui.kept import NoRoomError
from components.ui.progress import Progress
from components.ui.run_once import kept_results, run_once
from components.ui.shared_workers import alone, in_worker
from components.ui.text import counted, megabytes
from components.workers.machine import MEGABYTE, this_machine
from components.workers.worker import TaskError

# Bytes. TensorFlow alone takes 700 MB, and the package on a crowd several gigabytes.
_LEAST_MEMORY, _MOST_MEMORY = 3000 * MEGABYTE, 4000 * MEGABYTE

# Boxes that overlap at least this much count as the same.
_SAME = 0.9

_KIND = "packages"

_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Both detectors on one photo.

    Attributes:
        ours: What this project's detector did.
        theirs: What the package did, or the sentence that says why it did not.
        picture: The photo with the boxes of both, as a JPEG file.
    """

    ours: Measured
    theirs: Measured | str
    picture: bytes


def show_package(photo: AnalysedPhoto) -> None:
    """Offer to run the package on the photo, and show both detectors side by side."""
    st.subheader("Against the original package", anchor=False)
    st.markdown(
        "Visavis runs the networks of the Python package **mtcnn** in code of its own. Here the package "
        "itself, with TensorFlow, looks at your photo as well: each in a process of its own, and from a "
        f"score of {CUT_OFF} up."
    )
    reason = _why_not()
    if reason:
        st.info(reason)
        return
    known = photo.file.id in kept_results(_KIND)
    if not known and not st.button("Run the mtcnn package on this photo", icon=":material/play_arrow:"):
        st.caption("It takes half a minute or more, most of it to load TensorFlow.")
        return
    try:
        _show(_run(photo), photo)
    except (PhotoError, NoRoomError, TaskError) as error:
        st.error(str(error))


def _why_not() -> str:
    """Why the package cannot run on this server; empty where it can."""
    if find_spec("tensorflow") is None or find_spec("mtcnn") is None:
        return "TensorFlow is not installed on this server, so the package cannot run here."
    memory = this_machine().memory
    if memory < _LEAST_MEMORY:
        return (
            f"This server has {megabytes(memory)} of memory, and the package with TensorFlow needs at "
            f"least {megabytes(_LEAST_MEMORY)}, so it cannot run here."
        )
    return ""


def _run(photo: AnalysedPhoto) -> _Outcome:
    memory = min(this_machine().memory // 2, _MOST_MEMORY)

    def run(progress: Progress) -> _Outcome:
        ours = alone(progress, memory, measure_ours, photo.file)
        theirs: Measured | str
        try:
            theirs = alone(progress, memory, measure_package, photo.file)
        except TaskError as error:
            theirs = (
                f"{error} The package may take {megabytes(memory)} and some minutes here; its memory grows "
                "with the picture and with the number of faces."
            )
        boxes = () if isinstance(theirs, str) else theirs.boxes
        width = photo.analysis.width
        picture = in_worker(progress, draw_both, photo.analysis.preview, width, ours.boxes, boxes)
        return _Outcome(ours, theirs, picture)

    return run_once(_KIND, photo.file.id, MAX_PHOTOS, run, st.empty(), "Running both on your photo…")


def _show(outcome: _Outcome, photo: AnalysedPhoto) -> None:
    picture, numbers = st.columns(2, gap="large")
    with picture:
        st.image(
            outcome.picture,
            width="stretch",
            alt=f"{photo.name} with the boxes of Visavis in turquoise and of the package in orange",
        )
        st.caption("Visavis in turquoise, above the package in orange.")
    with numbers:
        st.table([_row("Visavis", outcome.ours), _row("mtcnn package", outcome.theirs)])
        if isinstance(outcome.theirs, str):
            st.warning(outcome.theirs, icon=":material/memory:")
        else:
            st.markdown(_verdict(outcome.ours, outcome.theirs))
        st.caption(
            "Memory is the most that the whole process had. Both were measured just now, one after the "
            "other, on a server that others may use as well."
        )


def _row(name: str, measured: Measured | str) -> dict[str, str]:
    if isinstance(measured, str):
        return {"Detector": name} | dict.fromkeys(("Faces", "Loaded in", "This photo", "Memory"), _NOTHING)
    return {
        "Detector": name,
        "Faces": str(len(measured.boxes)),
        "Loaded in": f"{measured.seconds_to_load:.2f} s",
        "This photo": f"{measured.seconds:.2f} s",
        "Memory": _NOTHING if measured.memory is None else megabytes(measured.memory),
    }


def _verdict(ours: Measured, theirs: Measured) -> str:
    same = _same(ours.boxes, theirs.boxes)
    return (
        f"Visavis is **{theirs.seconds / ours.seconds:.1f} times as fast**, and finds {same} of the "
        f"package's {counted(len(theirs.boxes), 'face')} in the same place."
    )


def _same(ours: tuple[Box, ...], theirs: tuple[Box, ...]) -> int:
    """How many of the package's boxes have one of ours in the same place."""
    return sum(any(iou(box, other) >= _SAME for other in ours) for box in theirs)
