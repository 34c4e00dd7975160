import struct

import pytest

from components.live.jpeg_frames import FrameError
from components.live.processor import LiveProcessor, LiveSettings
from components.mesh.landmarker import find_meshes
from pages.live.webcam.frame_answers import FrameAnswers
from tests.components.live.test_answer import unpacked
from tests.pictures import GRACE, encoded

FRAME = encoded(GRACE[:480], "JPEG")


def message(number: int, time_ms: int, jpeg: bytes = FRAME) -> bytes:
    return struct.pack("<II", number, time_ms) + jpeg


def test_a_picture_comes_and_its_points_go_back() -> None:
    processor = LiveProcessor(LiveSettings())
    answers = FrameAnswers(processor)
    head, points = unpacked(answers.answer(message(41, 1000)))
    assert (head["number"], head["faces"], head["detectorRan"]) == (41, 1, True)
    assert head["servedMs"] > 0
    (face,) = find_meshes(GRACE[:480])
    height, width = GRACE[:480].shape[:2]
    assert abs(points[0] * (width, height) - face.points[:, :2]).max() < 6
    head, _ = unpacked(answers.answer(message(42, 1033)))
    assert (head["number"], head["detectorRan"]) == (42, False)
    latest = processor.latest
    assert latest is not None
    assert latest.timestamp_ms == 1033
    assert latest.image.shape == GRACE[:480].shape
    answers.stop()
    assert answers.ended


def test_the_numbers_beside_the_picture_come_some_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    answers = FrameAnswers(LiveProcessor(LiveSettings()))
    with_numbers = []
    for number in range(30):
        now[0] += 1 / 30
        head, _ = unpacked(answers.answer(message(number, 33 * number)))
        with_numbers.append("numbers" in head)
        if with_numbers[-1]:
            assert set(head["numbers"]) == {"state", "work", "faces", "times"}
    assert 5 <= sum(with_numbers) <= 10
    answers.stop()


@pytest.mark.parametrize("wrong", [b"", b"1234567", message(1, 2, b""), message(1, 2, b"text")])
def test_what_is_no_frame_is_refused(wrong: bytes) -> None:
    processor = LiveProcessor(LiveSettings())
    with pytest.raises(FrameError):
        FrameAnswers(processor).answer(wrong)
    assert processor.report().errors == 0


def test_a_damaged_frame_gets_an_empty_answer() -> None:
    processor = LiveProcessor(LiveSettings())
    answers = FrameAnswers(processor)
    head, _ = unpacked(answers.answer(message(1, 2, FRAME[: len(FRAME) // 2])))
    assert (head["number"], head["faces"]) == (1, 0)
    assert processor.report().errors == 1
    head, _ = unpacked(answers.answer(message(2, 35)))
    assert head["faces"] == 1
    answers.stop()
    head, _ = unpacked(answers.answer(message(3, 70)))
    assert head["faces"] == 0
