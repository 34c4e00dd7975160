"""The errors of a confidence cut-off, on a picture in which every face is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.geometry import centre
from components.lesson.known_faces import (
    Condition,
    KnownPicture,
    make_known_picture,
)
from components.photo.faces import Face
from components.photo.judgement import Judgement, judge, judge_by_known_boxes
from components.photo.limits import DEFAULT_MIN_FACE_SIZE
from components.photo.scores import confidence_label
from components.tasks.photos import find_faces_in_pixels
from components.ui.choices import choose_one
from components.ui.error_chart import show_precision_and_recall
from components.ui.shared_workers import quiet_workers
from components.ui.text import percent
from pages.learn.choose_picture import sample_picture
from pages.learn.layout import show_in_short, show_question
from pages.learn.marked_picture import Mark, show_picture
from pages.page_table import PHOTO

_LOWEST = 0.05

# The cut-off at first, with errors of both kinds.
_FIRST = 0.7

_BINS = 50

_CONDITIONS = {
    Condition.CLEAR: "Clear",
    Condition.BLURRED: "Blurred",
    Condition.NOISY: "Noisy",
    Condition.DARK: "Dark",
}

# The ranges of scores for which faces are counted.
_BANDS = ((0.05, 0.5), (0.5, 0.9), (0.9, 0.99), (0.99, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """The test picture, what the detector found in it, and which of that is true."""

    known: KnownPicture
    candidates: tuple[Face, ...]
    judgement: Judgement


def show_confidence() -> None:
    """Show how a higher cut-off means fewer false alarms and more misses."""
    show_question("Why does a higher cut-off mean fewer false alarms and more misses?")
    st.markdown(
        "This test picture was made so that we know the truth: **eight faces**, some hard to see, among a "
        "painted doll, a moon, a socket and medals. The detector gives each box a score, its "
        "**confidence**; the **cut-off** decides which boxes are shown. **Move it slowly, from the left "
        "end to the right, and watch both kinds of errors.**"
    )
    # Above both columns, so that on a phone it is above both picture and counts.
    min_confidence = st.slider(
        "Confidence cut-off",
        _LOWEST,
        1.0,
        _FIRST,
        0.01,
        key="errors_confidence",
        bind="query-params",
    )
    picture, settings = st.columns([3, 2], gap="large")
    with settings:
        condition = choose_one(
            "The picture is", _CONDITIONS, Condition.CLEAR, "condition", "The detector runs on each."
        )
    tried = _try(condition)
    with settings:
        _show_errors(tried, min_confidence)
        _show_scores(tried, min_confidence)
    with picture:
        show_picture(
            f"known_{condition}",
            tried.known.image,
            f"Test picture, {_CONDITIONS[condition].lower()}, with the boxes that reach "
            f"{confidence_label(min_confidence)}",
            _marks(tried, min_confidence),
        )
        st.html(
            "<p class='learn-key'><span><i></i>face found</span><span><i class='none'></i>false alarm: box "
            "without a face</span><span>┄ missed: face without a box</span></p>"
        )
    st.markdown(
        "Every box has a score, **faces and look-alikes alike**, and their scores overlap. A cut-off is a "
        "line through all of them: push it up, and look-alikes fall below it, so there are fewer false "
        "alarms (**Type I errors**); but the hard faces fall below it too, so more are missed (**Type II "
        "errors**). No cut-off is right for everything: use a low one to blur faces before sharing, and a "
        "high one to be sure of each face."
    )
    _show_curve(tried, min_confidence)
    _show_no_probability()
    show_in_short(
        "The cut-off trades one kind of error for the other. Only a better network, or a better picture, "
        "lowers both."
    )


@st.cache_resource(show_spinner="Looking for faces in the test picture…")
def _try(condition: Condition) -> _Tried:
    """Shared by all visitors, since the picture is made from the sample and from drawings."""
    known = make_known_picture(sample_picture().image, condition)
    candidates = tuple(quiet_workers()(find_faces_in_pixels, known.image, DEFAULT_MIN_FACE_SIZE, _LOWEST))
    return _Tried(known, candidates, judge_by_known_boxes(candidates, known.boxes))


def _show_errors(tried: _Tried, min_confidence: float) -> None:
    outcome = judge(tried.candidates, tried.judgement, min_confidence)
    # Two side by side on a phone too, so that the trade between them is visible.
    with st.container(horizontal=True):
        for name, value, explanation in (
            ("False alarms (Type I)", str(outcome.false_alarms), "Boxes shown that hold no face."),
            ("Misses (Type II)", str(outcome.misses), f"Of {len(tried.known.boxes)} faces."),
            ("Precision", percent(outcome.precision), "Share of the boxes that hold a face."),
            ("Recall", percent(outcome.recall), "Share of the faces that got a box."),
        ):
            st.metric(name, value, help=explanation, width=165)


def _show_scores(tried: _Tried, min_confidence: float) -> None:
    """A histogram with a block for each candidate: faces above the line, everything else below it."""
    scores = np.array([face.confidence for face in tried.candidates])
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    alarms = tried.judgement.false_alarms
    heights = {True: [0] * _BINS, False: [0] * _BINS}
    blocks = ""
    for index, place in enumerate(bins):
        is_face = index not in alarms
        height = heights[is_face][place]
        heights[is_face][place] += 1
        # In rem from the top; the line is in the middle.
        offset = 5.6 - 0.85 * (height + 1) if is_face else 5.8 + 0.85 * height
        kinds = ("" if is_face else "none ") + ("" if scores[index] >= min_confidence else "out")
        blocks += (
            f"<i class='{kinds}' style='left: {100 * (place + 0.5) / _BINS:.1f}%; top: {offset:.2f}rem'></i>"
        )
    shown = int((scores >= min_confidence).sum())
    words = f"{shown} of {len(scores)} candidates reach {confidence_label(min_confidence)}."
    st.html(
        f"<div class='learn-dots' role='img' aria-label='Histogram of scores. {words}'>"
        "<small style='top: 0'>faces</small><small style='bottom: 0'>no faces</small>"
        f"{blocks}<span class='zero' style='top: 5.68rem'></span>"
        f"<span class='line' style='left: {100 * min_confidence:.1f}%'></span></div>"
        "<div class='learn-scale'><span>0</span><span>score</span><span>1</span></div>"
    )
    st.caption(f"{words} Candidates left of the line are not shown.")


def _marks(tried: _Tried, min_confidence: float) -> list[Mark]:
    """The boxes of found faces, of false alarms, and of missed faces."""
    shown = [
        (index, face) for index, face in enumerate(tried.candidates) if face.confidence >= min_confidence
    ]
    found = [face for index, face in shown if index not in tried.judgement.false_alarms]
    visible = judge_by_known_boxes(found, tried.known.boxes)
    missed = set(visible.missed)
    return [
        *(Mark(box, "missed") for box in tried.known.boxes if centre(box) in missed),
        *(Mark(face.box, "kept") for face in found),
        *(Mark(face.box, "wrong") for index, face in shown if index in tried.judgement.false_alarms),
    ]


def _show_curve(tried: _Tried, min_confidence: float) -> None:
    st.subheader("Precision and recall, by cut-off", anchor=False)
    chart, words = st.columns([3, 2], gap="large", vertical_alignment="center")
    with chart:
        show_precision_and_recall(tried.candidates, tried.judgement, min_confidence, _LOWEST)
    with words:
        st.markdown(
            "**Recall**: how many of the faces have a box. As the line moves to the right, it can only fall. "
            "**Precision**: how many of the boxes hold a face. It mostly rises, since look-alikes drop out; "
            "where they score higher than faces do, it falls. Choose *Blurred* above, and see."
        )
        st.page_link(
            PHOTO.script,
            label="Count errors in your own photo",
            icon=":material/photo_camera:",
        )


def _show_no_probability() -> None:
    """Show on all test pictures that a score is not the share of faces among boxes with that score."""
    st.subheader("A score is not a probability", anchor=False)
    tried = [_try(condition) for condition in Condition]
    rows = []
    for low, high in _BANDS:
        inside = _between(tried, low, high)
        rows.append(
            {
                "Score": f"{low:.2f} to {high:.2f}",
                "Boxes": len(inside),
                "Faces": sum(is_face for _, is_face in inside),
                "If it were a probability": f"{sum(score for score, _ in inside):.1f}",
            }
        )
    table, words = st.columns([2, 3], gap="large", vertical_alignment="center")
    with table:
        st.table(rows)
    surest = _between(tried, *_BANDS[-1])
    with words:
        st.markdown(
            f"In all four test pictures together, {len(surest)} boxes score {_BANDS[-1][0]} or more, and "
            f"**{sum(is_face for _, is_face in surest)} of them are faces**. If the score were a "
            f"probability, {sum(score for score, _ in surest):.0f} would be faces. It says which box the "
            "network prefers, and not how often it is right. These are few boxes, on pictures made to "
            "mislead it; on usual photos it is right more often."
        )


def _between(tried: Sequence[_Tried], low: float, high: float) -> list[tuple[float, bool]]:
    """The candidates in a range of scores: the score of each, and whether it is a face."""
    return [
        (face.confidence, index not in one.judgement.false_alarms)
        for one in tried
        for index, face in enumerate(one.candidates)
        if low <= face.confidence < high or face.confidence == high == 1
    ]
