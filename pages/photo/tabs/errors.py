"""The tab that counts the detector's errors from the visitor's marks."""

import streamlit as st

from components.photo.judgement import judge
from components.photo.selection import AnalysedPhoto
from components.ui.error_chart import show_precision_and_recall
from components.ui.text import percent
from pages.photo.marks import clear_judgement, marks_in


def show_errors(photo: AnalysedPhoto, min_confidence: float) -> None:
    """Show the errors at the current cut-off by the visitor's marks, and at all other cut-offs."""
    marks = marks_in(photo)
    outcome = judge(photo.analysis.faces, marks.judgement, min_confidence)
    st.markdown(
        "You know better than the network: in the photo above, click each box that is **no face**, and each "
        "**face without a box**. Dashed boxes are candidates below your cut-off; judge them too. Then move "
        "the confidence, and see one kind of error turn into the other."
    )
    numbers, plot = st.columns(2, gap="large")
    with numbers:
        # Row by row, so that they have this order on a phone too.
        alarms, misses = st.columns(2)
        alarms.metric("False alarms (Type I)", outcome.false_alarms, help="Boxes shown that hold no face.")
        misses.metric(
            "Misses (Type II)", outcome.misses, help="Faces without a box, for the cut-off or at all."
        )
        precision, recall = st.columns(2)
        precision.metric("Precision", percent(outcome.precision), help="Share of the boxes that hold a face.")
        recall.metric("Recall", percent(outcome.recall), help="Share of the faces that got a box.")
        st.button(
            "Remove all marks",
            icon=":material/undo:",
            disabled=not (marks.false_alarms or marks.missed),
            on_click=clear_judgement,
            args=(photo,),
        )
    with plot:
        st.markdown("**Precision and recall, by cut-off**")
        show_precision_and_recall(photo.analysis.faces, marks.judgement, min_confidence)
        st.caption(
            "Every box that you did not mark counts as a face; dashed boxes count as missed faces. The "
            "vertical line is your cut-off."
        )
