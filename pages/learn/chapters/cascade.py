"""The cascade, stage by stage, on the visitor's picture."""

from collections.abc import Iterator

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.cascade_story import (
    Step,
    StepName,
    cascade_steps,
    count_cells,
)
from components.photo.boxes import Boxes
from components.photo.limits import DEFAULT_CONFIDENCE
from components.photo.mtcnn_cascade import PNET_CUT_OFF, RNET_CUT_OFF
from components.ui.choices import choose_one
from pages.learn.cascade_run import CascadeStory, tell_story
from pages.learn.chapters.cascade_pyramid import show_pyramid
from pages.learn.chapters.cascade_verdict import show_verdict
from pages.learn.choose_picture import LessonPicture
from pages.learn.figures import bars_html
from pages.learn.layout import show_in_short, show_question
from pages.learn.marked_picture import Mark, MarkKind, as_mark_box, show_picture

# More boxes than this would only cover each other, so only the best are shown.
_MOST_BOXES = 1500

_STEPS = {
    StepName.PROPOSE: "P-Net proposes",
    StepName.SUPPRESS: "Overlaps go",
    StepName.REFINE: "R-Net looks",
    StepName.OUTPUT: "O-Net decides",
}

_WORDS = {
    StepName.PROPOSE: "P-Net is tiny and quick, and looks everywhere. Every place that scores "
    f"{PNET_CUT_OFF} or more becomes a box; the others are not looked at again. Many boxes are wrong; that "
    "does not matter yet, as long as no face is lost.",
    StepName.SUPPRESS: "The same face is proposed many times, a little to the left, a little larger. When "
    "boxes overlap a lot, only the best one stays: **non-maximum suppression**. Orange boxes are removed.",
    StepName.REFINE: "R-Net is larger and slower, but has few boxes to look at. It sees each as 24 × 24 "
    f"pixels, moves its edges, and rejects boxes that score less than {RNET_CUT_OFF}, in orange.",
    StepName.OUTPUT: "O-Net looks closest, at 48 × 48 pixels. It gives the final box, the five keypoints and "
    "the **confidence**. What reaches your cut-off is shown as a face.",
}

# The label for what stays after a step, where it differs from the usual one.
_LEFT = {StepName.PROPOSE: "Become boxes", StepName.OUTPUT: "Faces"}


def show_cascade(picture: LessonPicture) -> None:
    """Show what each stage keeps and rejects, and what happened at a place of the visitor's choice."""
    show_question("How do three small networks find faces?")
    st.markdown(
        "**MTCNN** is a cascade of three convolutional networks. The first looks everywhere and proposes, "
        "the next ones look closer and reject most of it, so most of the picture takes hardly any "
        "time. What comes out: for each face a box, five **keypoints** on eyes, nose and the corners of "
        "the mouth, and a **confidence**."
    )
    story = tell_story(picture)
    if not story.pyramid.scales:
        st.info("This picture is too small to look for faces in. Choose another one above.")
        return
    min_confidence = st.slider(
        "Confidence cut-off",
        0.0,
        1.0,
        DEFAULT_CONFIDENCE,
        0.01,
        key="cascade_confidence",
        bind="query-params",
        help="O-Net's boxes that score lower do not count as faces.",
    )
    _show_counts(story, min_confidence)
    show_pyramid(story)
    _show_step(story, min_confidence)
    show_verdict(story, min_confidence)
    show_in_short(
        "P-Net looks at small windows everywhere, at all sizes, and proposes boxes; overlapping boxes are "
        "removed; R-Net and O-Net reject nearly all of them. The last score is the confidence."
    )


def _show_counts(story: CascadeStory, min_confidence: float) -> None:
    """Show how many boxes each step leaves, and how long each network took."""
    steps = cascade_steps(story.stages)
    faces = _kept_by(steps[StepName.OUTPUT], min_confidence)
    pnet, rnet, onet = (f"{1000 * seconds:.1f} ms" for seconds in story.stages.seconds)
    counts = [
        ("Places P-Net looks at", count_cells(story.pyramid), ""),
        ("P-Net proposes", len(steps[StepName.PROPOSE].boxes), pnet),
        ("Left once overlaps go", int(steps[StepName.SUPPRESS].kept.sum()), ""),
        ("R-Net lets through", int(steps[StepName.REFINE].kept.sum()), rnet),
        ("O-Net: faces", int(faces.sum()), onet),
    ]
    # As logarithms, since the first count is thousands of times the last.
    longest = np.log1p(counts[0][1])
    st.html(
        bars_html(
            [
                (name, float(np.log1p(count) / longest), f"{count:,}" + (f" · {time}" if time else ""))
                for name, count, time in counts
            ],
            "What each step leaves",
        )
    )
    st.caption("The bars show the logarithm of the counts. The times are for this picture, on this server.")


def _show_step(story: CascadeStory, min_confidence: float) -> None:
    """Show what one step keeps, and what it rejects."""
    st.subheader("Step by step", anchor=False)
    name = choose_one("Step", _STEPS, StepName.PROPOSE, "step")
    step = cascade_steps(story.stages)[name]
    kept = _kept_by(step, min_confidence) if name is StepName.OUTPUT else step.kept
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_picture(
            f"step_{story.picture.id}",
            story.picture.image,
            f"{story.picture.name}: {_STEPS[name]}, {int(kept.sum())} of {len(kept)} boxes go on",
            [
                *_marks(step.boxes[~kept], step.scores[~kept], "dropped"),
                *_marks(step.boxes[kept], step.scores[kept], "kept"),
            ],
        )
    with right:
        st.markdown(_WORDS[name])
        looked = count_cells(story.pyramid) if name is StepName.PROPOSE else len(kept)
        with st.container(horizontal=True):
            st.metric("Looked at", f"{looked:,}", width=140)
            st.metric(_LEFT.get(name, "Go on"), f"{int(kept.sum()):,}", width=140)
        if len(kept) > _MOST_BOXES:
            st.caption(f"The best {_MOST_BOXES:,} of each kind are drawn.")


def _kept_by(step: Step, min_confidence: float) -> NDArray[np.bool_]:
    return step.kept & (step.scores >= min_confidence)


def _marks(boxes: Boxes, scores: NDArray[np.float64], kind: MarkKind) -> Iterator[Mark]:
    # The best come last, so that they are on top.
    for index in np.argsort(scores, kind="stable")[-_MOST_BOXES:]:
        yield Mark(as_mark_box(boxes[index]), kind)
