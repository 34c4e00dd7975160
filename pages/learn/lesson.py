"""The lesson's chapters, each with its own address. Only the open chapter runs."""

from enum import StrEnum
from typing import assert_never

import streamlit as st

from components.ui.choices import choose_one
from pages.learn.choose_picture import choose_picture
from pages.learn.figures import style_figures
from pages.learn.scroll_top import go_to_top


class Chapter(StrEnum):
    """The lesson's chapters, in their order."""

    START = "start"
    CONVOLUTION = "convolution"
    FEATURE_MAPS = "feature-maps"
    CASCADE = "cascade"
    CONFIDENCE = "confidence"
    TRACKER = "tracker"
    CHECK = "check"
    FURTHER = "further"


TITLES = {
    Chapter.START: "Start",
    Chapter.CONVOLUTION: "Convolution",
    Chapter.FEATURE_MAPS: "Feature maps",
    Chapter.CASCADE: "Cascade",
    Chapter.CONFIDENCE: "Confidence",
    Chapter.TRACKER: "Tracker",
    Chapter.CHECK: "Knowledge check",
    Chapter.FURTHER: "Further on",
}

_KEY = "chapter"


def show_lesson() -> None:
    """Show the chapters' titles, and the open chapter."""
    style_figures()
    # Without a gap, since the element that scrolls to the top is invisible.
    with st.container(gap=None):
        chapter = choose_one("Chapter", TITLES, Chapter.START, _KEY, label_visibility="collapsed")
        go_to_top("chapter_top", chapter)
    _show(chapter)
    _offer_next(chapter)


# A fragment, so that a slider in a chapter runs only that chapter. A chapter is imported when it is opened,
# since some import whole networks.
@st.fragment
def _show(chapter: Chapter) -> None:
    match chapter:
        case Chapter.START:
            from pages.learn.chapters.start import show_start

            show_start(choose_picture())
        case Chapter.CONVOLUTION:
            from pages.learn.chapters.convolution import show_convolution

            show_convolution(choose_picture())
        case Chapter.FEATURE_MAPS:
            from pages.learn.chapters.feature_maps import show_maps

            show_maps(choose_picture())
        case Chapter.CASCADE:
            from pages.learn.chapters.cascade import show_cascade

            show_cascade(choose_picture())
        case Chapter.CONFIDENCE:
            from pages.learn.chapters.confidence import show_confidence

            show_confidence()
        case Chapter.TRACKER:
            from pages.learn.chapters.tracker import show_tracker

            show_tracker(choose_picture())
        case Chapter.CHECK:
            from pages.learn.chapters.check import show_check

            show_check()
        case Chapter.FURTHER:
            from pages.learn.chapters.further import show_further

            show_further()
        case never:
            assert_never(never)


def _offer_next(chapter: Chapter) -> None:
    """Offer the next chapter, at the end of this one."""
    chapters = list(Chapter)
    later = chapters[chapters.index(chapter) + 1 :]
    if later:
        st.button(
            f"Next: {TITLES[later[0]]}",
            type="primary",
            icon=":material/arrow_forward:",
            on_click=lambda: st.session_state.update({_KEY: later[0]}),
        )
