"""The cascade, stage by stage, on the visitor's picture."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.following import (
    Fate,
    Lineage,
    Step,
    StepName,
    Verdict,
    cascade_steps,
    count_cells,
    explain_spot,
    follow_back,
    heat_map,
    seen_by_onet,
    seen_by_rnet,
)
from components.photo.annotate import confidence_label
from components.photo.boxes import Boxes
from components.photo.cascade import PNET_CUT_OFF, RNET_CUT_OFF, Stages
from components.photo.networks import CELL_SIDE, CELL_STRIDE
from components.photo.pyramid import Pyramid
from components.ui.learn_figures import bars_html, lay_over
from components.ui.learn_parts import MIN_FACE_SIZE, explain, show_in_short, show_question
from components.ui.learn_picture import Mark, MarkKind, pick_spot, picked_spot, show_picture
from components.ui.learn_pictures import LessonPicture
from components.ui.photo_settings import DEFAULT_CONFIDENCE, choose_one
from components.ui.text import counted

# More boxes than this would only cover each other; the best are shown.
_MOST_BOXES = 1500

_WORDS = {
    StepName.PROPOSE: "P-Net is tiny and quick, and looks everywhere. Every place that scores "
    f"{PNET_CUT_OFF} or more becomes a box, all others are rejected for good. Many boxes are wrong; that "
    "does not matter yet, as long as no face is lost.",
    StepName.SUPPRESS: "One face is proposed again and again, a little to the left, a little larger. Of "
    "boxes that overlap much, only the best stays: **non-maximum suppression**. Orange ones go.",
    StepName.REFINE: "R-Net is larger and slower, but has few boxes to look at. It sees each as 24 × 24 "
    f"pixels, moves its edges, and turns down what scores less than {RNET_CUT_OFF}. Orange ones go.",
    StepName.OUTPUT: "O-Net looks closest, at 48 × 48 pixels. It gives the final box, the five keypoints and "
    "the **confidence**. What reaches your cut-off is shown as a face.",
}

# What stays after a step, where it is not just boxes that go on.
_LEFT = {StepName.PROPOSE: "Become boxes", StepName.OUTPUT: "Faces"}


@dataclass(frozen=True, slots=True, eq=False)
class _Story:
    """All that the chapter tells of a picture."""

    picture: LessonPicture
    stages: Stages
    pyramid: Pyramid


def show_cascade(picture: LessonPicture) -> None:
    """Show what each stage keeps and throws away, and what became of a place of the visitor's choice."""
    show_question("How do three small networks find faces?")
    st.markdown(
        "**MTCNN** is a cascade of three convolutional networks. The first looks everywhere and proposes, "
        "the next ones look closer and reject most of it, so that most of the picture costs next to "
        "nothing. What comes out: for each face a box, five **keypoints** on eyes, nose and the corners of "
        "the mouth, and a **confidence**."
    )
    story = _Story(picture, explain(picture).stages, _pyramid(picture.id, picture))
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
        help="O-Net's boxes that score lower are not taken for faces.",
    )
    _show_counts(story, min_confidence)
    _show_pyramid(story)
    _show_step(story, min_confidence)
    _show_fate(story, min_confidence)
    show_in_short(
        "P-Net looks at small windows everywhere, at all sizes, and proposes; overlapping boxes are "
        "removed; R-Net and O-Net turn down nearly all of it. The last score is the confidence."
    )


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _pyramid(picture_id: str, _picture: LessonPicture) -> Pyramid:  # noqa: ARG001 - the key
    return Pyramid(_picture.image, MIN_FACE_SIZE)


def _show_counts(story: _Story, min_confidence: float) -> None:
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
    # By the logarithm, since the first is thousands of times the last.
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
    st.caption(
        "The bars grow with the logarithm of the counts. The times are this server's, on this picture."
    )


def _show_pyramid(story: _Story) -> None:
    """Show the picture at all sizes, and P-Net's heat map on one of them."""
    st.subheader("The pyramid and P-Net's heat map", anchor=False)
    st.markdown(
        f"P-Net knows faces of one size only, about {CELL_SIDE} pixels. So it looks at the picture again and "
        "again, each time smaller, and every face comes to that size somewhere. Where it shines, P-Net says "
        "*face*."
    )
    sizes = story.pyramid.sizes
    level = (
        st.slider(
            "Level of the pyramid",
            1,
            len(sizes),
            _best_level(story) + 1,
            key=f"level_{story.picture.id}",
            help="1 is the largest, on which the smallest faces are found.",
        )
        - 1
        if len(sizes) > 1
        else 0
    )
    pixels = _level_pixels(story.pyramid, level)
    heat = heat_map(story.pyramid, level)
    all_levels, one_level = st.columns([3, 2], gap="large")
    with all_levels:
        sheet, boxes = _pyramid_sheet(story.pyramid)
        show_picture(
            f"pyramid_{story.picture.id}",
            sheet,
            f"{story.picture.name} at {counted(len(sizes), 'size')}",
            [Mark(boxes[level], "chosen")],
        )
    with one_level:
        height, width = pixels.shape[:2]
        show_picture(
            f"heat_{story.picture.id}",
            lay_over(pixels, heat, CELL_STRIDE, CELL_SIDE),
            f"Level {level + 1}, bright where P-Net sees a face",
        )
    size = CELL_SIDE / story.pyramid.scales[level]
    st.caption(
        f"Level {level + 1}: {width} × {height} pixels, for faces of about {size:.0f} pixels in the picture. "
        f"{heat.size:,} places, of which {int((heat >= PNET_CUT_OFF).sum()):,} score {PNET_CUT_OFF} or more; "
        f"the best scores {confidence_label(float(heat.max()))}."
    )


def _best_level(story: _Story) -> int:
    """The level on which the surest face was proposed; in the middle where there is none."""
    if not len(story.stages.output.scores):
        return len(story.pyramid.scales) // 2
    return follow_back(story.stages, int(story.stages.output.scores.argmax())).level


def _level_pixels(pyramid: Pyramid, level: int) -> NDArray[np.uint8]:
    return np.rint(np.clip(pyramid.level(level), 0, 255)).astype(np.uint8)


def _pyramid_sheet(pyramid: Pyramid) -> tuple[NDArray[np.uint8], list[tuple[float, float, float, float]]]:
    """All levels in one picture: the largest on the left, the others right of it from the top down."""
    first, *others = pyramid.sizes
    gap = 6
    # Each next to the one before, as long as there is room below it.
    places = [(0, 0)]
    left, top, column = first[1] + gap, 0, 0
    for height, width in others:
        if top and top + height > first[0]:
            left, top, column = left + column + gap, 0, 0
        places.append((left, top))
        top += height + gap
        column = max(column, width)
    sheet = np.full((first[0], left + column, 3), 128, np.uint8)
    boxes = []
    for index, ((x, y), (height, width)) in enumerate(zip(places, pyramid.sizes, strict=True)):
        sheet[y : y + height, x : x + width] = _level_pixels(pyramid, index)
        boxes.append((float(x), float(y), float(width), float(height)))
    return sheet, boxes


def _show_step(story: _Story, min_confidence: float) -> None:
    """Show what one step keeps, and what it throws away."""
    st.subheader("Step by step", anchor=False)
    name = choose_one("Step", StepName.PROPOSE, "step")
    step = cascade_steps(story.stages)[name]
    kept = _kept_by(step, min_confidence) if name is StepName.OUTPUT else step.kept
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_picture(
            f"step_{story.picture.id}",
            story.picture.image,
            f"{story.picture.name}: {name}, {int(kept.sum())} of {len(kept)} boxes go on",
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
    # The best last, so that they lie over the others.
    for index in np.argsort(scores, kind="stable")[-_MOST_BOXES:]:
        yield Mark(_xywh(boxes[index]), kind)


def _xywh(box: NDArray[np.float64]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (float(edge) for edge in box)
    return left, top, right - left, bottom - top


def _show_fate(story: _Story, min_confidence: float) -> None:
    """Follow a face through the stages, or say why there is none at a place."""
    st.subheader("Follow a face, or ask why one was missed", anchor=False)
    image = story.picture.image
    key = f"fate_{story.picture.id}"
    spot = picked_spot(key, image, _first_spot(story))
    verdict = explain_spot(story.pyramid, story.stages, spot, min_confidence)
    left, right = st.columns([3, 2], gap="large")
    with left:
        pick_spot(
            key,
            image,
            story.picture.name,
            "Click a face, found or not.",
            _first_spot(story),
            [] if verdict.box is None else [Mark(_xywh(verdict.box), "chosen")],
        )
    with right:
        _show_verdict(verdict)
        if verdict.output_index is not None:
            _show_lineage(story, follow_back(story.stages, verdict.output_index))


def _first_spot(story: _Story) -> tuple[float, float]:
    """The middle of the surest face, or of the picture."""
    output = story.stages.output
    height, width = story.picture.image.shape[:2]
    if not len(output.scores):
        return width / 2, height / 2
    left, top, right, bottom = output.boxes[int(output.scores.argmax())]
    return float(np.clip((left + right) / 2, 0, width)), float(np.clip((top + bottom) / 2, 0, height))


def _show_verdict(verdict: Verdict) -> None:
    score, cut_off = confidence_label(verdict.score), confidence_label(verdict.cut_off)
    match verdict.fate:
        case Fate.FOUND:
            st.success(f"**Found.** O-Net scores it {score}, and your cut-off is {cut_off}.")
        case Fate.TURNED_DOWN_BY_ONET:
            st.warning(
                f"**Below your cut-off.** It came as far as O-Net, which scores it {score}; your cut-off is "
                f"{cut_off}. If it is a face, it is missed; if it is none, the cut-off did its work."
            )
        case Fate.TURNED_DOWN_BY_RNET:
            st.warning(
                f"**Turned down by R-Net.** P-Net proposed it; R-Net scores it {score} and asks for "
                f"{cut_off}. No cut-off of yours brings it back."
            )
        case Fate.TAKEN_ELSEWHERE:
            st.warning(
                "**Its boxes went elsewhere.** P-Net saw something here, but its boxes were moved away, or a "
                "better one close by, on the same face or on another, stayed in their place."
            )
        case Fate.NOT_PROPOSED:
            st.warning(
                f"**P-Net saw no face here**, at no size: its best score is {score}, and it takes {cut_off}. "
                "If there is one, it may be turned far, covered, very dark, or smaller than "
                f"{MIN_FACE_SIZE} pixels."
            )


def _show_lineage(story: _Story, lineage: Lineage) -> None:
    """Show what each network saw of a face, and how it scored it."""
    pnet, rnet, onet = (confidence_label(score) for score in lineage.scores)
    image = story.picture.image
    seen = (
        (
            f"P-Net: {pnet}",
            _seen_by_pnet(image, lineage),
            f"about {CELL_SIDE} × {CELL_SIDE} pixels, on level {lineage.level + 1}",
        ),
        (f"R-Net: {rnet}", seen_by_rnet(image, lineage), "24 × 24 pixels"),
        (f"O-Net: {onet}", seen_by_onet(image, lineage), "48 × 48 pixels, the closest look"),
    )
    st.markdown("What each network saw, and its score:")
    with st.container(horizontal=True, gap="small"):
        for title, pixels, words in seen:
            with st.container(width=100):
                st.markdown(f"**{title}**")
                show_picture(f"seen_{len(pixels)}", pixels, title)
                st.caption(words)


def _seen_by_pnet(image: NDArray[np.uint8], lineage: Lineage) -> NDArray[np.uint8]:
    """About what P-Net saw: its box, as small as on its level of the pyramid."""
    height, width = image.shape[:2]
    edges = np.rint(lineage.proposal).astype(int)
    left, top = min(max(edges[0], 0), width - 1), min(max(edges[1], 0), height - 1)
    piece = image[top : max(edges[3], top + 1), left : max(edges[2], left + 1)]
    return np.asarray(cv2.resize(piece, (CELL_SIDE, CELL_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
