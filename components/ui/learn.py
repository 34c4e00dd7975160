"""The Learn page: chapters, each with its own address, of which only the open one is worked out."""

from collections.abc import Callable
from enum import StrEnum

import streamlit as st

from components.ui.learn_figures import style_figures
from components.ui.learn_pictures import LessonPicture, choose_picture


class Chapter(StrEnum):
    """The lesson's chapters, in their order."""

    START = "Start"
    CONVOLUTION = "Convolution"
    MAPS = "Feature maps"
    CASCADE = "Cascade"
    CONFIDENCE = "Confidence"
    TRACKER = "Tracker"
    CHECK = "Knowledge check"
    FURTHER = "Further on"


_KEY = "chapter"

# Those that are about a picture of the visitor's choice.
_WITH_PICTURE = (Chapter.START, Chapter.CONVOLUTION, Chapter.MAPS, Chapter.CASCADE, Chapter.TRACKER)


def show_lesson() -> None:
    """Show the chapters' names, and the chapter that is open."""
    style_figures()
    chapter = Chapter(
        st.segmented_control(
            "Chapter",
            list(Chapter),
            default=Chapter.START,
            required=True,
            key=_KEY,
            bind="query-params",
            label_visibility="collapsed",
        )
        or Chapter.START
    )
    picture = choose_picture() if chapter in _WITH_PICTURE else None
    _show(chapter, picture)
    _offer_next(chapter)


# A fragment, so that what is moved in a chapter renews nothing else.
@st.fragment
def _show(chapter: Chapter, picture: LessonPicture | None) -> None:
    if picture is None:
        _chapter_without_picture(chapter)()
    else:
        _chapter_about_picture(chapter)(picture)


def _chapter_about_picture(chapter: Chapter) -> Callable[[LessonPicture], None]:
    """The function of a chapter, whose module is imported only now: some bring whole networks."""
    match chapter:
        case Chapter.CONVOLUTION:
            from components.ui.learn_convolution import show_convolution

            return show_convolution
        case Chapter.MAPS:
            from components.ui.learn_maps import show_maps

            return show_maps
        case Chapter.CASCADE:
            from components.ui.learn_cascade import show_cascade

            return show_cascade
        case Chapter.TRACKER:
            from components.ui.learn_tracker import show_tracker

            return show_tracker
        case _:
            from components.ui.learn_start import show_start

            return show_start


def _chapter_without_picture(chapter: Chapter) -> Callable[[], None]:
    """As `_chapter_about_picture`."""
    match chapter:
        case Chapter.CONFIDENCE:
            from components.ui.learn_confidence import show_confidence

            return show_confidence
        case Chapter.CHECK:
            from components.ui.learn_check import show_check

            return show_check
        case _:
            from components.ui.learn_further import show_further

            return show_further


def _offer_next(chapter: Chapter) -> None:
    """Lead on to the next chapter, at the end of one."""
    chapters = list(Chapter)
    following = chapters[chapters.index(chapter) + 1 :]
    if following:
        st.button(
            f"Next: {following[0]}",
            type="primary",
            icon=":material/arrow_forward:",
            on_click=lambda: st.session_state.update({_KEY: following[0]}),
        )
