import json

import pytest

from components.live.processor import LiveProcessor, LiveSettings
from pages.live.numbers import numbers_of
from pages.live.webcam.number_answers import NumberAnswers
from tests.pictures import GRACE


def test_a_question_is_answered_with_the_newest_frames_numbers() -> None:
    processor = LiveProcessor(LiveSettings())
    answers = NumberAnswers(processor)
    assert json.loads(answers.answer(b"?")) == numbers_of(processor.report(), ())
    processor.process(lambda: GRACE, None, lambda frame: frame)
    numbers = json.loads(answers.answer(b"?"))
    assert processor.latest is not None
    assert numbers == numbers_of(processor.report(), processor.latest.meshes)
    assert numbers["work"]["Faces"] == "1"
    processor.close()


@pytest.mark.parametrize("wrong", [b"", b"??", bytes(30_000_000)])
def test_what_is_no_question_is_refused(wrong: bytes) -> None:
    answers = NumberAnswers(LiveProcessor(LiveSettings()))
    with pytest.raises(ValueError, match="no question"):
        answers.answer(wrong)
    assert not answers.are_asked_for


def test_who_has_stopped_asking_gets_the_numbers_from_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    answers = NumberAnswers(LiveProcessor(LiveSettings()))
    assert not answers.are_asked_for
    answers.answer(b"?")
    now[0] += 1
    assert answers.are_asked_for
    now[0] += 1
    assert not answers.are_asked_for


def test_the_stream_goes_on_without_questions_and_ends_the_answers() -> None:
    processor = LiveProcessor(LiveSettings())
    answers = NumberAnswers(processor)
    answers.answer(b"?")
    answers.stop()
    assert answers.ended
    assert not answers.are_asked_for
    assert not processor.closed
    others = NumberAnswers(processor)
    processor.close()
    assert others.ended
