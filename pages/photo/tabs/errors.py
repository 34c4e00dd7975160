"""The tab that counts the detector's errors from the visitor's marks, or from what is known of a sample."""

import streamlit as st

from components.photo.judgement import judge
from components.photo.sample_photo import known_boxes
from components.photo.selection import AnalysedPhoto
from components.ui.error_chart import show_precision_and_recall
from components.ui.text import percent
from pages.photo.marks import clear_judgement, judge_without_errors, judgement_of, marks_in

_NOT_COUNTED = "-"

# A number's width, in CSS pixels.
_WIDTH = 130


def show_error_counts(photo: AnalysedPhoto, min_confidence: float) -> None:
    """Show the errors at the current cut-off beside the photo, where the visitor marks them."""
    judgement = judgement_of(photo)
    outcome = judge(photo.analysis.faces, judgement, min_confidence) if judgement else None
    alarms, misses, precision, recall = (
        (str(outcome.false_alarms), str(outcome.misses), percent(outcome.precision), percent(outcome.recall))
        if outcome
        else [_NOT_COUNTED] * 4
    )
    # Two in each row, on a phone too.
    with st.container(horizontal=True):
        st.metric("False alarms", alarms, help="Boxes without a face.", width=_WIDTH)
        st.metric("Misses", misses, help="Faces without a box.", width=_WIDTH)
    with st.container(horizontal=True):
        st.metric("Precision", precision, help="Share of the boxes that hold a face.", width=_WIDTH)
        st.metric("Recall", recall, help="Share of the faces that have a box.", width=_WIDTH)
    below = {index for index, face in enumerate(photo.analysis.faces) if face.confidence < min_confidence}
    if judgement and below - set(judgement.false_alarms):
        st.caption("Dashed boxes without a mark count as missed faces.")


def show_errors(photo: AnalysedPhoto, min_confidence: float) -> None:
    """Explain how errors are counted, and plot them for all cut-offs."""
    judgement = judgement_of(photo)
    explained, plot = st.columns(2, gap="large")
    with explained:
        st.markdown(
            "You know better than the network: in the photo above, click each box that is **no face** (a "
            "false alarm, Type I error), and each **face without a box** (a miss, Type II error). Dashed "
            "boxes are candidates below your cut-off; judge them too. Then move the slider, and see one "
            "kind of error become rarer and the other more frequent."
        )
        _show_whose_judgement(photo)
    with plot:
        if judgement is None:
            st.info(
                "Nothing is counted before you judge the boxes: mark an error, or say that there is none."
            )
            return
        st.markdown("**Precision and recall, by cut-off**")
        show_precision_and_recall(photo.analysis.faces, judgement, min_confidence)
        st.caption(
            "Every box without a mark counts as a face; dashed ones as missed. The vertical line is your "
            "cut-off."
        )


def _show_whose_judgement(photo: AnalysedPhoto) -> None:
    """Say where the marks come from, and let the visitor take them back."""
    known = known_boxes(photo.file)
    if marks_in(photo).judged:
        st.button(
            "Remove all marks" if known is None else "Remove my marks",
            icon=":material/undo:",
            on_click=clear_judgement,
            args=(photo,),
        )
    elif known is None:
        st.button(
            "I see no error",
            icon=":material/check:",
            on_click=judge_without_errors,
            args=(photo,),
            help="Then each box counts as a face, and no face as missed.",
        )
    else:
        st.caption(
            f"For this sample the truth is known: each box was checked by eye, and it has {len(known)} "
            f"{'face' if len(known) == 1 else 'faces'}. The false alarms are marked already; your marks "
            "change them."
        )
