import io
import threading

import av
import numpy as np
import pytest
from av.error import FFmpegError

from components.live.limits import MAX_RECORDING_SECONDS
from components.live.mp4 import Mp4Writer
from components.live.processor import LiveSettings, TrackedFrame
from components.live.recorder import Recorder
from components.mesh.landmarker import MeshFace, find_meshes
from components.mesh.overlay import MeshStyle
from tests.clips import decoded
from tests.pictures import GRACE, Picture
from tests.tracked import tracked


@pytest.fixture(scope="module")
def face() -> MeshFace:
    return find_meshes(GRACE)[0]


# Nothing is drawn, so that a picture is recorded as it is.
PLAIN = LiveSettings(style=MeshStyle(False, False, False), mirrored=False)


def frame(timestamp_ms: int, face: MeshFace, image: Picture = GRACE) -> TrackedFrame:
    return tracked(face, time_ms=timestamp_ms, image=image, settings=PLAIN)


def test_a_recording_opens_again_and_contains_the_face(face: MeshFace) -> None:
    recorder = Recorder()
    for index in range(30):
        recorder.add(frame(5000 + 33 * index, face))
        recorder_has_room(recorder)
    assert recorder.seconds == pytest.approx(29 * 0.033)
    recording = recorder.finished()
    pictures = decoded(recording.mp4)
    assert len(pictures) == 30
    assert pictures[0].shape == GRACE.shape
    assert all(len(find_meshes(picture)) == 1 for picture in (pictures[0], pictures[-1]))
    assert recording.seconds == pytest.approx(29 * 0.033)
    assert recording.left_out == 0
    assert [row.time_ms for row in recording.rows] == [33 * index for index in range(30)]
    assert all(row.points is face.points and row.face == 1 for row in recording.rows)


def recorder_has_room(recorder: Recorder) -> None:
    """Wait as the next frame would, so that the encoder keeps up on any machine."""
    deadline = threading.Event()
    while recorder._frames.qsize() > 5:
        deadline.wait(0.01)


def test_sizes_may_change_and_be_odd(face: MeshFace) -> None:
    recorder = Recorder()
    for index, (height, width) in enumerate([(121, 161), (240, 320), (60, 81)]):
        recorder.add(frame(33 * index, face, np.full((height, width, 3), 80 * index, np.uint8)))
    pictures = decoded(recorder.finished().mp4)
    assert [picture.shape for picture in pictures] == [(120, 160, 3)] * 3
    assert [round(float(picture.mean()), -1) for picture in pictures] == [0, 80, 160]


def test_it_ends_when_it_is_full(face: MeshFace) -> None:
    recorder = Recorder()
    small = np.zeros((20, 20, 3), np.uint8)
    for second in range(MAX_RECORDING_SECONDS + 3):
        recorder.add(frame(1000 * second, face, small))
        recorder_has_room(recorder)
        assert recorder.ended == (second > MAX_RECORDING_SECONDS)
    recording = recorder.finished()
    assert recording.seconds == MAX_RECORDING_SECONDS
    assert len(decoded(recording.mp4)) == MAX_RECORDING_SECONDS + 1


def test_frames_that_come_too_fast_are_counted(face: MeshFace) -> None:
    recorder = Recorder()
    # So large that hundreds come before the encoder finishes a few.
    large = np.random.default_rng(0).integers(0, 256, (720, 1280, 3), np.uint8)
    for index in range(300):
        recorder.add(frame(index, face, large))
    recording = recorder.finished()
    assert recording.left_out > 0
    assert len(recording.rows) + recording.left_out == 300


def test_without_a_frame_there_is_no_clip() -> None:
    recorder = Recorder()
    recording = recorder.finished()
    assert recording.mp4 == b""
    assert recording.rows == ()


def test_its_thread_ends_with_the_stream(face: MeshFace) -> None:
    before = threading.active_count()
    recorder = Recorder()
    recorder.add(frame(0, face))
    recorder.end()
    recorder.end()
    recorder.add(frame(33, face))
    assert len(recorder.finished().rows) == 1
    assert threading.active_count() == before


def test_a_frame_is_recorded_as_it_is_shown(face: MeshFace) -> None:
    recorder = Recorder()
    recorder.add(tracked(face, settings=LiveSettings(mirrored=True)))
    (picture,) = decoded(recorder.finished().mp4)
    turned = GRACE[:, ::-1].astype(int)
    changed = np.abs(picture - turned).max(axis=2) > 40
    assert 0.02 < changed.mean() < 0.5


def test_the_clip_begins_with_its_first_frame(face: MeshFace) -> None:
    recorder = Recorder()
    for index in range(6):
        recorder.add(frame(5000 + 100 * index, face))
    with av.open(io.BytesIO(recorder.finished().mp4)) as container:
        times = [float(picture.time or 0) for picture in container.decode(video=0)]
    assert times == pytest.approx([0.1 * index for index in range(6)], abs=0.02)


def test_frames_that_cannot_be_encoded_end_the_recording(
    face: MeshFace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise FFmpegError(1, "no encoder")

    monkeypatch.setattr(Mp4Writer, "add", fail)
    recorder = Recorder()
    recorder.add(frame(0, face))
    recording = recorder.finished()
    assert recorder.ended
    assert recording.mp4 == b""
    assert "could not be encoded" in caplog.text
