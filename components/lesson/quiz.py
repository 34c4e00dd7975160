"""The knowledge check: questions from a file, answers counted, a result to take home.

The file is a list in Markdown; to add a question, write it there:

    ## What is the question?

    - [ ] A wrong choice.
      Why it is wrong.
    - [x] The right choice.
      Why it is right.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

QUESTIONS = Path(__file__).with_name("questions.md")

_QUESTION = re.compile(r"## +(?P<text>\S.*)")
_CHOICE = re.compile(r"- \[(?P<mark>.)\] +(?P<text>\S.*)")
_EXPLANATION = re.compile(r"  +(?P<text>\S.*)")


class QuestionFileError(Exception):
    """A file of questions cannot be used; the text says which line is wrong, and why."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question, and why it is right or wrong."""

    text: str
    is_right: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with several choices, of which exactly one is right."""

    text: str
    choices: tuple[Choice, ...]

    @property
    def right_index(self) -> int:
        """Index of the right choice."""
        return next(index for index, choice in enumerate(self.choices) if choice.is_right)


@dataclass(slots=True)
class _ChoiceDraft:
    """A choice whose lines are still being read."""

    line: int
    text: str
    is_right: bool
    explanation: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """A question whose lines are still being read."""

    line: int
    text: str
    choices: list[_ChoiceDraft] = field(default_factory=list)


def load_questions(path: Path = QUESTIONS) -> tuple[Question, ...]:
    """Read the questions.

    Raises:
        QuestionFileError: A line is wrong.
    """
    return parse_questions(path.read_text(encoding="utf-8"), path.name)


def parse_questions(text: str, file_name: str) -> tuple[Question, ...]:
    """Read questions from a text in the format that this module describes.

    Args:
        text: The file's content. Text above the first question is ignored.
        file_name: Named in the error where a line is wrong.

    Raises:
        QuestionFileError: A line is wrong; the error names the file and the line.
    """
    drafts: list[_Draft] = []
    for number, line in enumerate(text.splitlines(), start=1):
        question = _QUESTION.fullmatch(line)
        if question:
            drafts.append(_Draft(number, question["text"].strip()))
            continue
        if not drafts or not line.strip():
            continue
        choices = drafts[-1].choices
        if choice := _CHOICE.fullmatch(line):
            if choice["mark"] not in " x":
                raise _error(
                    file_name, number, f"[{choice['mark']}] is neither [x] for right nor [ ] for wrong."
                )
            choices.append(_ChoiceDraft(number, choice["text"].strip(), choice["mark"] == "x"))
        elif (explanation := _EXPLANATION.fullmatch(line)) and choices:
            choices[-1].explanation.append(explanation["text"].strip())
        else:
            raise _error(
                file_name,
                number,
                'this is neither a question ("## …"), nor a choice ("- [ ] …" or "- [x] …"), nor the '
                "explanation of one, indented below it.",
            )
    if not drafts:
        raise _error(file_name, 1, 'there is no question, which begins with "## ".')
    return tuple(_finish(draft, file_name) for draft in _checked(drafts, file_name))


def _checked(drafts: Sequence[_Draft], file_name: str) -> Sequence[_Draft]:
    """The same drafts, after checking that no question, and no choice of a question, is there twice."""
    for what, lines in [
        ("question", [(draft.text, draft.line) for draft in drafts]),
        *(("choice", [(choice.text, choice.line) for choice in draft.choices]) for draft in drafts),
    ]:
        first_line: dict[str, int] = {}
        for text, line in lines:
            if text in first_line:
                raise _error(file_name, line, f"the same {what} as in line {first_line[text]}.")
            first_line[text] = line
    return drafts


def _finish(draft: _Draft, file_name: str) -> Question:
    if len(draft.choices) < 2:
        raise _error(file_name, draft.line, "this question needs at least two choices.")
    for choice in draft.choices:
        if not choice.explanation:
            raise _error(
                file_name, choice.line, "this choice has no explanation, on a line indented below it."
            )
    right = [choice.line for choice in draft.choices if choice.is_right]
    if not right:
        raise _error(file_name, draft.line, "none of this question's choices is right, marked with [x].")
    if len(right) > 1:
        raise _error(
            file_name, right[1], f"a second right choice; there may be one, and line {right[0]} has it."
        )
    return Question(
        draft.text,
        tuple(Choice(choice.text, choice.is_right, " ".join(choice.explanation)) for choice in draft.choices),
    )


def _error(file_name: str, line: int, reason: str) -> QuestionFileError:
    return QuestionFileError(f"{file_name}, line {line}: {reason}")


def count_right(questions: Sequence[Question], answers: Mapping[int, int]) -> int:
    """How many answers are right.

    Args:
        questions: All of them.
        answers: Index of the choice by index of the question; a missing answer is not right.
    """
    return sum(answers.get(index) == question.right_index for index, question in enumerate(questions))


def result_text(questions: Sequence[Question], answers: Mapping[int, int], name: str, day: date) -> str:
    """The result as a text: the score, and every question with answer and explanation.

    Args:
        questions: All of them.
        answers: Index of the choice by index of the question.
        name: Whose result it is; may be empty.
        day: The date of the result.
    """
    lines = ["Visavis: knowledge check", f"{name}, {day:%Y-%m-%d}" if name else f"{day:%Y-%m-%d}"]
    lines.append(f"{count_right(questions, answers)} of {len(questions)} right")
    for index, question in enumerate(questions):
        lines += ["", f"{index + 1}. {question.text}"]
        if index not in answers:
            lines.append("   No answer.")
        else:
            choice = question.choices[answers[index]]
            lines.append(f"   {'Right' if choice.is_right else 'Wrong'}: {choice.text}")
            lines.append(f"   {choice.explanation}")
        if answers.get(index) != question.right_index:
            right = question.choices[question.right_index]
            lines += [f"   The right answer: {right.text}", f"   {right.explanation}"]
    return "\n".join(lines) + "\n"
