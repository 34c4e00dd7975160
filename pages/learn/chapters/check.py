"""The knowledge check: questions, answers, explanations and a result to download."""

from datetime import UTC, datetime

import streamlit as st

from components.lesson.quiz import Question, QuestionFileError, count_right, load_questions, result_text
from components.ui.downloads import offer_download
from pages.learn.layout import show_question
from pages.learn.scroll_top import go_to_top

# In the session: the answers, as index of the choice by index of the question; whether they were checked; how
# often the check has started, so that its fields are empty after a new start; and the visitor's name.
_ANSWERS, _CHECKED, _TURN, _NAME = "check_answers", "check_done", "check_turn", "check_name"


def show_check() -> None:
    """Ask the questions; after the answers, show score and explanations."""
    try:
        questions = load_questions()
    except QuestionFileError as error:
        # For people who add a question; a test checks the file in the repository.
        st.error(f"The questions cannot be read. {error}")
        return
    answers: dict[int, int] = st.session_state.setdefault(_ANSWERS, {})
    checked = bool(st.session_state.get(_CHECKED))
    # Without a gap, since the element that scrolls to the top is invisible.
    with st.container(gap=None):
        show_question("What do you know now?")
        go_to_top("check_top", "result" if checked else "questions")
    if checked:
        _show_score(questions, answers)
    else:
        st.markdown(
            f"{len(questions)} questions about this page, each with one right answer. Take your time; you "
            "can look things up in the chapters, and your answers stay."
        )
    for index, question in enumerate(questions):
        with st.container(border=True):
            if checked:
                _show_explained(index, question, answers.get(index))
            else:
                _ask(index, question, answers)
    if checked:
        st.button("Try again", icon=":material/restart_alt:", on_click=_start_again)
    else:
        _offer_check(len(questions), len(answers))


def _ask(index: int, question: Question, answers: dict[int, int]) -> None:
    """Show a question with its choices, and keep the answer when the visitor opens another chapter."""
    chosen = st.radio(
        f"**{index + 1}. {question.text}**",
        range(len(question.choices)),
        index=answers.get(index),
        format_func=lambda choice: question.choices[choice].text,
        key=f"question_{st.session_state.get(_TURN, 0)}_{index}",
    )
    if chosen is not None:
        answers[index] = chosen


def _offer_check(count: int, answered: int) -> None:
    # Called after all questions have run, so that every answer counts.
    left = count - answered
    if left:
        st.caption(f"Still open: {left} of {count} questions. An open one counts as wrong.")
    st.button(
        "Check my answers",
        type="primary",
        icon=":material/task_alt:",
        disabled=not answered,
        on_click=lambda: st.session_state.update({_CHECKED: True}),
    )


def _start_again() -> None:
    st.session_state.update({_ANSWERS: {}, _CHECKED: False, _TURN: st.session_state.get(_TURN, 0) + 1})


def _show_score(questions: tuple[Question, ...], answers: dict[int, int]) -> None:
    right = count_right(questions, answers)
    score, take_home = st.columns(2, gap="large", vertical_alignment="bottom")
    with score:
        st.metric("Right answers", f"{right} of {len(questions)}")
        st.progress(right / len(questions))
        st.caption(_praise(right, len(questions)))
    with take_home:
        name = st.text_input(
            "Your name, for the file",
            st.session_state.get(_NAME, ""),
            max_chars=100,
            placeholder="Optional",
        )
        # Kept separately, since the field forgets it when the visitor opens another chapter.
        st.session_state[_NAME] = name
        offer_download(
            "My result (text)",
            result_text(questions, answers, name.strip(), datetime.now(UTC).date()).encode(),
            "visavis-knowledge-check.txt",
            "text/plain",
        )
        st.button("Try again", icon=":material/restart_alt:", on_click=_start_again, key="again_above")


def _praise(right: int, count: int) -> str:
    if right == count:
        return "All of them. You could teach this."
    if right >= count * 0.7:
        return "Well done. Below you see what was missing."
    return "Below each question you see why. Then try again; you can look things up in the chapters."


def _show_explained(index: int, question: Question, answer: int | None) -> None:
    """Show a question with all its choices, the visitor's answer, and why each choice is right or wrong."""
    st.markdown(f"**{index + 1}. {question.text}**")
    if answer is None:
        st.caption("You did not answer this one.")
    for number, choice in enumerate(question.choices):
        icon = ":material/check_circle:" if choice.is_right else ":material/cancel:"
        words = f"{'**Your answer.** ' if number == answer else ''}{choice.text}  \n*{choice.explanation}*"
        if number == answer:
            show = st.success if choice.is_right else st.error
            show(words, icon=icon)
        elif choice.is_right:
            st.success(words, icon=icon)
        else:
            st.markdown(f"{icon} {words}")
