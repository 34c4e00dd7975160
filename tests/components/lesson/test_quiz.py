from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.lesson.quiz import (
    Choice,
    Question,
    QuestionFileError,
    count_right,
    load_questions,
    parse_questions,
    result_text,
)

GOOD = """# Any text may stand above

## First?

- [ ] No.
  Because it
  is not.
- [x] Yes.
  Because it is.

## Second?
- [x] One.
  Indeed.
- [ ] Two.
    Further in is fine too.
"""


def test_a_file_is_read() -> None:
    assert parse_questions(GOOD, "q.md") == (
        Question(
            "First?", (Choice("No.", False, "Because it is not."), Choice("Yes.", True, "Because it is."))
        ),
        Question(
            "Second?", (Choice("One.", True, "Indeed."), Choice("Two.", False, "Further in is fine too."))
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("- [x] Yes.", "- [y] Yes.", 8, "[y] is neither [x] for right nor [ ] for wrong."),
        ("- [x] Yes.", "- [ ] Yes.", 3, "none of this question's choices is right"),
        ("- [ ] No.", "- [x] No.", 8, "a second right choice; there may be one, and line 5 has it."),
        ("  Because it is.\n", "", 8, "this choice has no explanation"),
        ("  Because it is.\n", "Because it is.\n", 9, "this is neither a question"),
        ("- [x] Yes.\n  Because it is.\n", "", 3, "this question needs at least two choices."),
        ("- [ ] No.\n", "", 5, "this is neither a question"),
        ("- [x] One.", "- [x]One.", 12, "this is neither a question"),
        ("- [x] One.", "* [x] One.", 12, "this is neither a question"),
        ("## Second?", "## First?", 11, "the same question as in line 3."),
        ("- [ ] Two.", "- [ ] One.", 14, "the same choice as in line 12."),
        ("## Second?", "##", 11, "this is neither a question"),
        ("## Second?", "### Second?", 11, "this is neither a question"),
    ],
)
def test_a_wrong_file_fails_with_the_line_that_is_wrong(old: str, new: str, line: int, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(QuestionFileError) as failure:
        parse_questions(GOOD.replace(old, new, 1), "q.md")
    assert str(failure.value).startswith(f"q.md, line {line}: {reason}")


@pytest.mark.parametrize("text", ["", "# Only a title\n", "words\n\n- [x] A choice\n"])
def test_a_file_without_questions_fails(text: str) -> None:
    with pytest.raises(QuestionFileError, match=r"q\.md, line 1: there is no question"):
        parse_questions(text, "q.md")


@given(st.text(st.sampled_from("#-[] x\nabc"), max_size=200))
def test_any_text_is_questions_or_names_a_line_of_it(text: str) -> None:
    try:
        questions = parse_questions(text, "q.md")
    except QuestionFileError as failure:
        line = int(str(failure).split("line ")[1].split(":")[0])
        assert 1 <= line <= max(len(text.splitlines()), 1)
    else:
        assert all(sum(choice.is_right for choice in question.choices) == 1 for question in questions)


def test_a_file_is_named_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text("## Where?\n", encoding="utf-8")
    with pytest.raises(QuestionFileError, match=r"^mine\.md, line 1: this question needs"):
        load_questions(path)


def test_the_lessons_own_questions_are_complete() -> None:
    questions = load_questions()
    assert len(questions) >= 8
    texts = [question.text for question in questions]
    assert "Which statement about deep learning in computer vision is accurate?" in texts
    assert "What is MTCNN for?" in texts
    # Always choosing the same position gives few points.
    places = [question.right_index for question in questions]
    assert all(places.count(place) <= len(questions) / 2 for place in set(places))


QUESTIONS = parse_questions(GOOD, "q.md")


@pytest.mark.parametrize(
    ("answers", "right"), [({}, 0), ({0: 1}, 1), ({0: 1, 1: 0}, 2), ({0: 0, 1: 1}, 0), ({1: 0}, 1)]
)
def test_right_answers_are_counted(answers: dict[int, int], right: int) -> None:
    assert count_right(QUESTIONS, answers) == right


def test_the_result_says_all_there_is_to_say() -> None:
    assert result_text(QUESTIONS, {0: 0}, "Ada", date(2026, 1, 2)).splitlines() == [
        "Visavis: knowledge check",
        "Ada, 2026-01-02",
        "0 of 2 right",
        "",
        "1. First?",
        "   Wrong: No.",
        "   Because it is not.",
        "   The right answer: Yes.",
        "   Because it is.",
        "",
        "2. Second?",
        "   No answer.",
        "   The right answer: One.",
        "   Indeed.",
    ]
    text = result_text(QUESTIONS, {0: 1, 1: 0}, "", date(2026, 1, 2))
    assert text.splitlines()[1:3] == ["2026-01-02", "2 of 2 right"]
    assert "The right answer" not in text
