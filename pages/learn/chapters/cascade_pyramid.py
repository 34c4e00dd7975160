"""The picture at all sizes, and P-Net's heat map on one level."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.cascade_story import heat_map, trace_back
from components.photo.mtcnn_cascade import PNET_CUT_OFF
from components.photo.mtcnn_networks import CELL_SIDE, CELL_STRIDE
from components.photo.pyramid import Pyramid
from components.photo.scores import confidence_label
from components.ui.text import counted
from pages.learn.cascade_run import CascadeStory
from pages.learn.figures import lay_over
from pages.learn.marked_picture import Mark, show_picture


def show_pyramid(story: CascadeStory) -> None:
    """Show the picture at all sizes, and P-Net's heat map on one of them."""
    st.subheader("The pyramid and P-Net's heat map", anchor=False)
    st.markdown(
        f"P-Net knows faces of one size only, about {CELL_SIDE} pixels. So it looks at the picture again and "
        "again, each time smaller, so every face has that size once. Where the map is bright, P-Net "
        "says *face*."
    )
    sizes = story.pyramid.sizes
    level = (
        st.slider(
            "Level of the pyramid",
            1,
            len(sizes),
            _best_level(story) + 1,
            key=f"level_{story.picture.id}",
            help="Level 1 is the largest; there P-Net finds the smallest faces.",
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


def _best_level(story: CascadeStory) -> int:
    """The level on which the most confident face was proposed; without a face, the middle level."""
    if not len(story.stages.output.scores):
        return len(story.pyramid.scales) // 2
    return trace_back(story.stages, int(story.stages.output.scores.argmax())).level


def _level_pixels(pyramid: Pyramid, level: int) -> NDArray[np.uint8]:
    return np.rint(np.clip(pyramid.level(level), 0, 255)).astype(np.uint8)


def _pyramid_sheet(pyramid: Pyramid) -> tuple[NDArray[np.uint8], list[tuple[float, float, float, float]]]:
    """All levels in one picture: the largest on the left, the others to the right, from the top down."""
    first, *others = pyramid.sizes
    gap = 6
    # Below the level before, as long as there is room; otherwise in a new column.
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
