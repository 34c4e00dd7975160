"""What happened at a place in the picture: a face followed through the cascade, or why none was found."""

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.cascade_story import (
    Fate,
    Lineage,
    Verdict,
    explain_spot,
    seen_by_onet,
    seen_by_rnet,
    trace_back,
)
from components.photo.limits import DEFAULT_MIN_FACE_SIZE
from components.photo.mtcnn_networks import CELL_SIDE
from components.photo.scores import confidence_label
from pages.learn.cascade_run import CascadeStory
from pages.learn.marked_picture import Mark, as_mark_box, pick_spot, picked_spot, show_picture


def show_verdict(story: CascadeStory, min_confidence: float) -> None:
    """Follow a face through the stages, or say why none was found at a place."""
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
            [] if verdict.box is None else [Mark(as_mark_box(verdict.box), "chosen")],
        )
    with right:
        _say(verdict)
        if verdict.output_index is not None:
            _show_lineage(story, trace_back(story.stages, verdict.output_index))


def _first_spot(story: CascadeStory) -> tuple[float, float]:
    """The middle of the most confident face, or of the picture."""
    output = story.stages.output
    height, width = story.picture.image.shape[:2]
    if not len(output.scores):
        return width / 2, height / 2
    left, top, right, bottom = output.boxes[int(output.scores.argmax())]
    return float(np.clip((left + right) / 2, 0, width)), float(np.clip((top + bottom) / 2, 0, height))


def _say(verdict: Verdict) -> None:
    score, cut_off = confidence_label(verdict.score), confidence_label(verdict.cut_off)
    match verdict.fate:
        case Fate.FOUND:
            st.success(f"**Found.** O-Net scores it {score}, and your cut-off is {cut_off}.")
        case Fate.REJECTED_BY_ONET:
            st.warning(
                f"**Below your cut-off.** It came as far as O-Net, which scores it {score}; your cut-off is "
                f"{cut_off}. If it is a face, it is missed; if it is not, the cut-off did its work."
            )
        case Fate.REJECTED_BY_RNET:
            st.warning(
                f"**Rejected by R-Net.** P-Net proposed it; R-Net scores it {score} and needs {cut_off}. "
                "Your cut-off cannot bring it back."
            )
        case Fate.TAKEN_ELSEWHERE:
            st.warning(
                "**Its boxes went elsewhere.** P-Net saw something here, but its boxes were moved away, or a "
                "better box nearby, on the same face or on another, replaced them."
            )
        case Fate.NOT_PROPOSED:
            st.warning(
                f"**P-Net saw no face here**, at any size: its best score is {score}, and it needs "
                f"{cut_off}. If there is a face, it may be turned away, covered, very dark, or smaller than "
                f"{DEFAULT_MIN_FACE_SIZE} pixels."
            )


def _show_lineage(story: CascadeStory, lineage: Lineage) -> None:
    """Show what each network saw of a face, and its score."""
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
    """Roughly what P-Net saw: its box, reduced as on its level of the pyramid."""
    height, width = image.shape[:2]
    edges = np.rint(lineage.proposal).astype(int)
    left, top = min(max(edges[0], 0), width - 1), min(max(edges[1], 0), height - 1)
    piece = image[top : max(edges[3], top + 1), left : max(edges[2], left + 1)]
    return np.asarray(cv2.resize(piece, (CELL_SIDE, CELL_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
