import base64
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


def send(answers: FrameAnswers, frame: object) -> bytes | None:
    st.session_state[page_carrier._KEY] = SimpleNamespace(frame=frame)
    page_carrier._take(answers)
    return st.session_state.pop(page_carrier._ANSWER, None)


def test_a_value_that_was_taken_back_is_no_frame(answers: FrameAnswers) -> None:
    assert send(answers, None) is None
    assert not answers.ended


@pytest.mark.parametrize("wrong", ["no base64!", "YWJj", "AAAAAAAAAAAAAAAA", "A" * 400_004, "é", {"a": 1}])
def test_who_sends_something_else_gets_no_answer_and_loses_the_stream(
    answers: FrameAnswers, wrong: str
) -> None:
    assert send(answers, wrong) is None
    assert answers.ended


def test_a_flood_is_answered_no_faster_than_a_camera(answers: FrameAnswers) -> None:
    frame = base64.b64encode(struct.pack("<II", 1, 2) + encoded(GRACE[:480], "JPEG")).decode()
    begun = time.perf_counter()
    for _ in range(10):
        assert send(answers, frame)
    assert time.perf_counter() - begun > 9 * LEAST_APART


def test_after_the_end_nothing_is_answered(answers: FrameAnswers) -> None:
    answers.stop()
    assert send(answers, "YWJj") is None
