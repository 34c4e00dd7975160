import base64
import inspect
import struct
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import streamlit as st

from components.live.limits import LEAST_APART
from components.live.processor import LiveProcessor, LiveSettings
from pages.live.webcam import page_carrier
from pages.live.webcam.frame_answers import FrameAnswers
from tests.pictures import GRACE, encoded
from tests.stub_mesh import StubMesh


@pytest.fixture
def answers() -> Iterator[FrameAnswers]:
    answers = FrameAnswers(LiveProcessor(LiveSettings(), open_mesh=StubMesh()))
    yield answers
    answers.stop()
    st.session_state.clear()


def send(answers: FrameAnswers, frame: object) -> bytes:
    answers.latest = b""
    st.session_state[page_carrier._KEY] = SimpleNamespace(frame=frame)
    page_carrier._take(answers)
    return answers.latest


def grace(number: int) -> str:
    """A frame as the browser sends it."""
    return base64.b64encode(struct.pack("<II", number, 2) + encoded(GRACE[:480], "JPEG")).decode()


def test_a_value_that_was_taken_back_is_no_frame(answers: FrameAnswers) -> None:
    assert not send(answers, None)
    assert not answers.ended


@pytest.mark.parametrize("wrong", ["no base64!", "YWJj", "AAAAAAAAAAAAAAAA", "A" * 400_004, "é", {"a": 1}])
def test_who_sends_something_else_gets_no_answer_and_loses_the_stream(
    answers: FrameAnswers, wrong: str
) -> None:
    assert not send(answers, wrong)
    assert answers.ended


def test_a_flood_is_answered_no_faster_than_a_camera(answers: FrameAnswers) -> None:
    frame = grace(1)
    begun = time.perf_counter()
    for _ in range(10):
        assert send(answers, frame)
    assert time.perf_counter() - begun > 9 * LEAST_APART


def test_after_the_end_nothing_is_answered(answers: FrameAnswers) -> None:
    answers.stop()
    assert not send(answers, grace(1))


def test_an_answer_is_shown_until_the_next_one(
    answers: FrameAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[bytes] = []
    monkeypatch.setattr(page_carrier, "_component", lambda **given: shown.append(given["data"]))
    # Outside a run of a page, Streamlit runs no fragment.
    carry_frames = inspect.unwrap(page_carrier.carry_frames)
    carry_frames(answers)
    first = send(answers, grace(1))
    # A run of the page after the fragment's: the browser may have seen nothing of the fragment's.
    carry_frames(answers)
    carry_frames(answers)
    second = send(answers, grace(2))
    carry_frames(answers)
    assert shown == [b"", first, first, second]
    assert first != second
