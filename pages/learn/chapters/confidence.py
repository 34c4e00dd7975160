"""The errors of a confidence cut-off, on pictures in which every face is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.geometry import centre, scaled
from components.lesson.known_faces import Condition, KnownPicture, make_known_picture
from components.palette import CHART, CHART_THIRD, css_colour
from components.photo.faces import Face, scale_face
from components.photo.image import fit_within
from components.photo.judgement import Judgement, judge, judge_by_known_boxes
from components.photo.limits import DEFAULT_MIN_FACE_SIZE, MAX_SIDE
from components.photo.sample_photo import Sample, sample_photo, true_boxes
from components.photo.scores import (
    BANDS,
    CUT_OFFS,
    LESSON_CUT_OFFS,
    confidence_label,
    places_on_scale,
    share_of_faces,
)
from components.tasks.photos import find_faces_in_pixels, open_reduced
from components.ui.choices import choose_one
from components.ui.error_chart import SHARE_AXIS, score_axis, show_precision_and_recall
from components.ui.shared_workers import quiet_workers
from components.ui.text import percent
from pages.learn.choose_picture import sample_picture
from pages.learn.layout import show_in_short, show_question
from pages.learn.marked_picture import Mark, show_picture
from pages.page_table import PHOTO

# The cut-off at first, with errors of both kinds.
_FIRST = 0.7

# Longest side of the photo on the page, in pixels.
_SHOWN_SIDE = 1200


class _Picture(StrEnum):
    """A picture with known faces: the test picture under a condition, or a photo."""

    CLEAR = Condition.CLEAR
    BLURRED = Condition.BLURRED
    NOISY = Condition.NOISY
    DARK = Condition.DARK
    PHOTO = "photo"


_PICTURES = {
    _Picture.CLEAR: "Test picture",
    _Picture.BLURRED: "Blurred",
    _Picture.NOISY: "Noisy",
    _Picture.DARK: "Dark",
    _Picture.PHOTO: "A photo of 1927",
}

_ABOUT_TEST_PICTURE = (
    "This test picture was made so that we know the truth: **eight faces**, some hard to see, among a "
    "painted doll, a moon, a socket and medals."
)
_ABOUT_PHOTO = (
    "On this photo of the Solvay Conference of 1927 each box was checked by eye, so that we know the truth: "
    "**29 faces**, and what only looks like one."
)


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """A picture with known faces, what the detector found in it, and which of that is true."""

    known: KnownPicture
    candidates: tuple[Face, ...]
    judgement: Judgement


def show_confidence() -> None:
    """Show how a higher cut-off means fewer false alarms and more misses."""
    show_question("Why does a higher cut-off mean fewer false alarms and more misses?")
    chosen = choose_one(
        "Picture",
        _PICTURES,
        _Picture.CLEAR,
        "condition",
        "The detector runs on each; the true faces are known.",
    )
    st.markdown(
        f"{_ABOUT_PHOTO if chosen is _Picture.PHOTO else _ABOUT_TEST_PICTURE} The detector gives each box a "
        "score, its **confidence**; the **cut-off** decides which boxes are shown. **Move it slowly, from "
        "the left end to the right, and watch both kinds of errors.**"
    )
    # Above both columns, so that on a phone it is above both picture and counts.
    min_confidence = st.select_slider(
        "Confidence cut-off",
        LESSON_CUT_OFFS,
        _FIRST,
        format_func=confidence_label,
        key="errors_confidence",
        bind="query-params",
        help="The steps become smaller towards 1, where most faces are.",
    )
    tried = _try(chosen)
    picture, settings = st.columns([3, 2], gap="large")
    with settings:
        _show_errors(tried, min_confidence)
        _show_scores(tried, min_confidence)
    with picture:
        show_picture(
            f"known_{chosen}",
            tried.known.image,
            f"{_PICTURES[chosen]}, with the boxes that reach {confidence_label(min_confidence)}",
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


@st.cache_resource(show_spinner="Looking for faces in the picture…")
def _try(picture: _Picture) -> _Tried:
    """Shared by all visitors, since no picture is a visitor's."""
    if picture is _Picture.PHOTO:
        return _try_photo()
    known = make_known_picture(sample_picture().image, Condition(picture))
    return _tried(known, _find(known.image))


def _try_photo() -> _Tried:
    """Found at the photo's full size, and shown smaller."""
    workers = quiet_workers()
    whole, (width, _) = workers(open_reduced, sample_photo(Sample.SOLVAY), MAX_SIDE)
    image = fit_within(whole, _SHOWN_SIDE)
    factor = image.shape[1] / width
    boxes = tuple(scaled(box, factor) for box in true_boxes(Sample.SOLVAY))
    return _tried(KnownPicture(image, boxes), [scale_face(face, factor) for face in _find(whole)])


def _find(image: NDArray[np.uint8]) -> list[Face]:
    return quiet_workers()(find_faces_in_pixels, image, DEFAULT_MIN_FACE_SIZE, LESSON_CUT_OFFS[0])


def _tried(known: KnownPicture, candidates: Sequence[Face]) -> _Tried:
    return _Tried(known, tuple(candidates), judge_by_known_boxes(candidates, known.boxes))


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
    bins_count = len(LESSON_CUT_OFFS) - 1
    bins = np.minimum((places_on_scale(scores, LESSON_CUT_OFFS) * bins_count).astype(int), bins_count - 1)
    alarms = tried.judgement.false_alarms
    heights = {True: [0] * bins_count, False: [0] * bins_count}
    blocks = ""
    for index, place in enumerate(bins):
        is_face = index not in alarms
        height = heights[is_face][place]
        heights[is_face][place] += 1
        # In rem from the top; the line is in the middle.
        offset = 5.6 - 0.85 * (height + 1) if is_face else 5.8 + 0.85 * height
        kinds = ("" if is_face else "none ") + ("" if scores[index] >= min_confidence else "out")
        left = 100 * (place + 0.5) / bins_count
        blocks += f"<i class='{kinds}' style='left: {left:.1f}%; top: {offset:.2f}rem'></i>"
    shown = int((scores >= min_confidence).sum())
    line = LESSON_CUT_OFFS.index(min_confidence) / bins_count
    words = f"{shown} of {len(scores)} boxes reach {confidence_label(min_confidence)}."
    st.html(
        f"<div class='learn-dots' role='img' aria-label='Histogram of scores. {words}'>"
        "<small style='top: 0'>faces</small><small style='bottom: 0'>no faces</small>"
        f"{blocks}<span class='zero' style='top: 5.68rem'></span>"
        f"<span class='line' style='left: {100 * line:.1f}%'></span></div>"
        f"<div class='learn-scale'><span>{confidence_label(LESSON_CUT_OFFS[0])}</span><span>score</span>"
        "<span>1</span></div>"
    )
    st.caption(
        f"{words} Those left of the line are not shown. This scale begins at "
        f"{confidence_label(LESSON_CUT_OFFS[0])}; the Photo page keeps boxes from "
        f"{confidence_label(CUT_OFFS[0])} up."
    )


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
        show_precision_and_recall(tried.candidates, tried.judgement, min_confidence, LESSON_CUT_OFFS)
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
            query_params={"tab": "Count errors"},
        )


def _show_no_probability() -> None:
    """Show what a score is worth: how many of the boxes with such a score lie on a face."""
    st.subheader("A score is not a probability", anchor=False)
    st.markdown(
        "If a score of 0.8 were a probability, 80 of 100 boxes with this score would be faces. It says which "
        "box the network prefers, and not how often it is right. That has to be counted:"
    )
    table, chart = st.columns(2, gap="large", vertical_alignment="center")
    with table:
        st.table(
            [
                {
                    "Score (0 to 1)": f"{confidence_label(band.low)} to {confidence_label(band.high)}",
                    "Boxes": band.boxes,
                    "On a face": _share_label(band.share_of_faces),
                }
                for band in BANDS
            ]
        )
    with chart:
        _show_worth()
    boxes = sum(band.boxes for band in BANDS)
    st.markdown(
        f"Counted with this detector on 600 photos of the data set WIDER FACE: {boxes:,} boxes, each "
        "compared with the faces that people had drawn. **Fewer boxes are faces than their scores say**, "
        "most of all in the middle. From this curve the Photo page estimates how many of its boxes may be "
        "none. Your photos may differ: sharp faces that look at the camera do better, crowds and blurred "
        "pictures worse."
    )


def _share_label(share: float) -> str:
    return f"{100 * share:.3g} %"


def _show_worth() -> None:
    """The share of faces by score, and what it would be if scores were probabilities."""
    scores = np.array(CUT_OFFS)
    kinds = ("share that is a face", "if it were a probability")
    points = [
        {"place": place, "share": float(share), "kind": kind}
        for kind, values in zip(kinds, (share_of_faces(scores), scores), strict=True)
        for place, share in enumerate(values)
    ]
    st.vega_lite_chart(
        {
            "data": {"values": points},
            "mark": {"type": "line", "strokeWidth": 3},
            "encoding": {
                "x": score_axis(CUT_OFFS, "score"),
                "y": SHARE_AXIS,
                "color": {
                    "field": "kind",
                    "type": "nominal",
                    "scale": {"domain": kinds, "range": [css_colour(CHART), css_colour(CHART_THIRD)]},
                    "legend": {"orient": "top", "title": None},
                },
                "strokeDash": {
                    "field": "kind",
                    "type": "nominal",
                    "scale": {"domain": kinds, "range": [[1, 0], [6, 4]]},
                    "legend": None,
                },
            },
            "height": 260,
        }
    )
