import itertools
import threading
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.live.clip import clip_frames
from components.live.processor import LiveProcessor, LiveSettings, MeshSettings, TrackedFrame
from components.live.seats import LOST_AFTER, SeatEnd, Seats
from components.live.shown_picture import shown_picture
from components.live.video_frames import process_frame
from components.mesh.landmarker import FaceMesh, MeshFace
from components.mesh.overlay import MeshStyle
from tests.pictures import GRACE, Picture, noise

PLAIN = LiveSettings(style=MeshStyle(False, False, False), mirrored=False, hud=False)


class StubMesh:
    """Stands for a landmarker: finds one face at a known place, or fails; remembers what it was asked."""

    def __init__(self, **built_with: float) -> None:
        self.built_with = built_with
        self.timestamps: list[int] = []
        self.closed = False
        self.detector_ran = True
        self.while_tracking: Callable[[], object] = lambda: None

    def track(self, image: Picture, timestamp_ms: int) -> list[MeshFace]:
        assert not self.closed
        self.while_tracking()
        self.detector_ran = not self.timestamps
        self.timestamps.append(timestamp_ms)
        points = np.full((478, 3), min(image.shape[:2]) / 4, np.float32)
        return [MeshFace(points, {}, np.eye(4, dtype=np.float32))]

    def close(self) -> None:
        self.closed = True


class Stubs:
    """Hands out stubs in place of landmarkers, and keeps them."""

    def __init__(self) -> None:
        self.built: list[StubMesh] = []

    def __call__(self, **built_with: float) -> FaceMesh:
        self.built.append(StubMesh(**built_with))
        return self.built[-1]  # type: ignore[return-value]


def video_frame(image: Picture, pts: int | None = 0) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(image, format="rgb24")
    frame.pts, frame.time_base = pts, Fraction(1, 1000)
    return frame


def pixels(frame: av.VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def looks_like(frame: av.VideoFrame, picture: Picture) -> bool:
    """Whether a frame shows a picture, except for what video colours lose of it."""
    return float(np.abs(pixels(frame).astype(int) - as_video(picture)).mean()) < 3


def as_video(picture: Picture) -> Picture:
    return pixels(video_frame(picture).reformat(format="yuv420p"))


@pytest.fixture
def stubs() -> Stubs:
    return Stubs()


def test_the_mesh_is_drawn_and_the_picture_mirrored() -> None:
    shown = {}
    for mirrored in (False, True):
        processor = LiveProcessor(LiveSettings(mirrored=mirrored, hud=False))
        shown[mirrored] = pixels(process_frame(processor, video_frame(GRACE)))
        assert processor.report().faces == 1
        processor.close()
    changed = np.abs(shown[False].astype(int) - as_video(GRACE)).max(axis=2) > 40
    assert changed.mean() > 0.02
    assert np.abs(shown[True].astype(int) - shown[False][:, ::-1]).mean() < 3


def test_text_is_not_mirrored(stubs: Stubs) -> None:
    black = np.zeros((480, 640, 3), np.uint8)
    drawn = []
    for mirrored in (False, True):
        processor = LiveProcessor(LiveSettings(PLAIN.mesh, PLAIN.style, mirrored, hud=True), open_mesh=stubs)
        drawn.append(pixels(process_frame(processor, video_frame(black))))
    assert drawn[0].any()
    assert (drawn[0] == drawn[1]).all()


def test_what_is_not_wanted_is_not_drawn(stubs: Stubs) -> None:
    processor = LiveProcessor(PLAIN, open_mesh=stubs)
    assert looks_like(process_frame(processor, video_frame(GRACE)), GRACE)


def test_frames_leave_in_the_encoders_colours(stubs: Stubs) -> None:
    processor = LiveProcessor(PLAIN, open_mesh=stubs)
    assert process_frame(processor, video_frame(GRACE)).format.name == "yuv420p"
    # These colour formats cannot halve an odd side.
    odd = noise(241, 321)
    shown = process_frame(processor, video_frame(odd, 33))
    assert (pixels(shown) == odd).all()


def test_times_are_kept(stubs: Stubs) -> None:
    processor = LiveProcessor(PLAIN, open_mesh=stubs)
    frame = process_frame(processor, video_frame(GRACE, 40))
    assert (frame.pts, frame.time_base) == (40, Fraction(1, 1000))


@pytest.mark.parametrize("wrong", [RuntimeError("broken"), ValueError("bad"), MemoryError()])
def test_an_error_gives_the_plain_frame_and_is_counted(
    stubs: Stubs, wrong: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    processor = LiveProcessor(LiveSettings(), open_mesh=stubs)
    process_frame(processor, video_frame(GRACE, 0))

    def fail() -> None:
        raise wrong

    stubs.built[0].while_tracking = fail
    frame = video_frame(GRACE, 33)
    assert process_frame(processor, frame) is frame
    report = processor.report()
    assert (report.errors, report.frames) == (1, 1)
    assert type(wrong).__name__ in caplog.text
    # The landmarker may be broken, so the next frame gets a new one.
    assert stubs.built[0].closed
    process_frame(processor, video_frame(GRACE, 66))
    assert len(stubs.built) == 2
    assert (processor.report().errors, processor.report().frames) == (1, 2)


def test_a_landmarker_that_cannot_be_closed_does_not_end_the_stream(stubs: Stubs) -> None:
    processor = LiveProcessor(LiveSettings(), open_mesh=stubs)
    process_frame(processor, video_frame(GRACE, 0))

    def fail() -> None:
        raise RuntimeError("broken")

    stubs.built[0].while_tracking = stubs.built[0].close = fail  # type: ignore[method-assign]
    frame = video_frame(GRACE, 33)
    assert process_frame(processor, frame) is frame
    process_frame(processor, video_frame(GRACE, 66))
    assert processor.report().errors == 1
    assert len(stubs.built) == 2


def test_a_landmarker_that_cannot_be_built_does_not_end_the_stream() -> None:
    def fail(**_: float) -> FaceMesh:
        raise OSError("no model")

    processor = LiveProcessor(LiveSettings(), open_mesh=fail)
    for pts in range(3):
        frame = video_frame(GRACE, pts)
        assert process_frame(processor, frame) is frame
    assert processor.report().errors == 3


def test_an_error_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def fail(**_: float) -> FaceMesh:
        raise OSError("no model")

    processor = LiveProcessor(LiveSettings(), open_mesh=fail)
    for pts in range(30):
        process_frame(processor, video_frame(GRACE, pts))
    assert len(caplog.records) == 1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=4))
def test_any_sizes_that_change_in_midstream(sizes: list[tuple[int, int]]) -> None:
    processor = LiveProcessor(LiveSettings())
    for index, (width, height) in enumerate(sizes):
        shown = process_frame(processor, video_frame(noise(height, width), 33 * index))
        assert (shown.width, shown.height) == (width, height)
    assert processor.report().errors == 0
    processor.close()


def test_large_frames_are_made_smaller(stubs: Stubs) -> None:
    processor = LiveProcessor(PLAIN, open_mesh=stubs)
    shown = process_frame(processor, video_frame(np.zeros((1080, 1920, 3), np.uint8)))
    assert (shown.width, shown.height) == (1280, 720)


def test_other_formats_than_rgb(stubs: Stubs) -> None:
    processor = LiveProcessor(PLAIN, open_mesh=stubs)
    for name in ("yuv420p", "nv12", "gray", "yuvj422p"):
        process_frame(processor, video_frame(GRACE).reformat(format=name))
    assert processor.report().errors == 0


@pytest.mark.parametrize(
    "times", [[100, 50, 75, 100], [0, 0, 0], [None, 10, None], [10**12, 0, 1], [-5, -50, 3]], ids=str
)
def test_times_out_of_order_are_put_in_order(stubs: Stubs, times: list[int | None]) -> None:
    processor = LiveProcessor(PLAIN, open_mesh=stubs)
    for pts in times:
        process_frame(processor, video_frame(GRACE, pts))
    given = stubs.built[0].timestamps
    assert len(given) == len(times)
    assert all(earlier < later for earlier, later in itertools.pairwise(given))
    assert processor.report().errors == 0


def test_times_out_of_order_do_not_trouble_the_real_landmarker() -> None:
    processor = LiveProcessor(LiveSettings())
    for pts in (100, 50, None, 100, 0):
        process_frame(processor, video_frame(GRACE, pts))
    report = processor.report()
    assert (report.errors, report.faces, report.detector_runs) == (0, 1, 1)
    processor.close()


def test_settings_take_effect_on_the_next_frame(stubs: Stubs) -> None:
    processor = LiveProcessor(PLAIN, open_mesh=stubs)
    process_frame(processor, video_frame(GRACE, 0))
    processor.settings = LiveSettings(PLAIN.mesh, PLAIN.style, mirrored=True, hud=False)
    assert looks_like(process_frame(processor, video_frame(GRACE, 33)), GRACE[:, ::-1].copy())
    assert len(stubs.built) == 1, "what is only drawn otherwise needs no new landmarker"
    mesh = MeshSettings(max_faces=3, min_presence_confidence=0.7)
    processor.settings = LiveSettings(mesh=mesh)
    process_frame(processor, video_frame(GRACE, 66))
    assert stubs.built[0].closed
    assert stubs.built[1].built_with == {
        "max_faces": 3,
        "min_detection_confidence": 0.5,
        "min_presence_confidence": 0.7,
        "min_tracking_confidence": 0.5,
    }


def test_detector_runs_and_times_are_reported(stubs: Stubs) -> None:
    processor = LiveProcessor(LiveSettings(), open_mesh=stubs)
    for index in range(5):
        process_frame(processor, video_frame(GRACE, 33 * index))
    report = processor.report()
    assert (report.frames, report.detector_runs, report.detector_ran) == (5, 1, False)
    assert report.frames_per_second == 5
    assert len(report.times) == 5
    assert all(min(step.read_ms, step.mesh_ms, step.answer_ms) > 0 for step in report.times)
    assert report.median_ms == sorted(step.total_ms for step in report.times)[2]


def test_the_real_tracker_carries_the_face_on() -> None:
    processor = LiveProcessor(LiveSettings())
    for frame in clip_frames(GRACE):
        process_frame(processor, frame)
    report = processor.report()
    # The face leaves once, for less than a second of six.
    assert report.errors == 0
    assert 5 < report.detector_runs < 40
    assert report.frames == 180
    processor.close()


def test_after_the_end_frames_pass_as_they_are(stubs: Stubs) -> None:
    processor = LiveProcessor(LiveSettings(), open_mesh=stubs)
    process_frame(processor, video_frame(GRACE, 0))
    processor.close()
    assert stubs.built[0].closed
    assert processor.closed
    assert processor.seat_end is None
    frame = video_frame(GRACE, 33)
    assert process_frame(processor, frame) is frame
    processor.close()


def test_after_the_end_no_picture_is_kept(stubs: Stubs) -> None:
    processor = LiveProcessor(LiveSettings(), open_mesh=stubs)
    process_frame(processor, video_frame(GRACE))
    assert processor.latest is not None
    processor.close()
    assert processor.latest is None
    process_frame(processor, video_frame(GRACE, 33))
    assert processor.latest is None
    assert processor.report().frames == 1


def test_it_may_end_while_a_frame_is_processed(stubs: Stubs) -> None:
    processor = LiveProcessor(LiveSettings(), open_mesh=stubs)
    process_frame(processor, video_frame(GRACE, 0))
    ending = threading.Thread(target=processor.close)
    stubs.built[0].while_tracking = ending.start
    process_frame(processor, video_frame(GRACE, 33))
    ending.join(5)
    assert not ending.is_alive()
    assert processor.report().errors == 0
    assert stubs.built[0].closed


def test_the_seat_is_renewed_and_given_back(stubs: Stubs) -> None:
    now = [0.0]
    seats = Seats(1, clock=lambda: now[0])
    processor = LiveProcessor(LiveSettings(), seats.take(), open_mesh=stubs)
    for index in range(4):
        now[0] += LOST_AFTER - 1
        process_frame(processor, video_frame(GRACE, 33 * index))
        assert seats.free == 0
    processor.close()
    assert seats.free == 1


def test_a_stream_whose_seat_was_lost_has_ended(stubs: Stubs) -> None:
    now = [0.0]
    seats = Seats(1, clock=lambda: now[0])
    processor = LiveProcessor(LiveSettings(), seats.take(), open_mesh=stubs)
    process_frame(processor, video_frame(GRACE, 0))
    now[0] += LOST_AFTER + 1
    other = seats.take()
    frame = video_frame(GRACE, 33)
    assert process_frame(processor, frame) is frame
    assert processor.closed
    assert processor.seat_end == SeatEnd.NO_FRAMES
    assert stubs.built[0].closed
    assert seats.free == 0
    other.give_back()
    assert seats.free == 1


def test_a_stream_without_frames_ends_when_its_seat_does(stubs: Stubs) -> None:
    now = [0.0]
    seats = Seats(1, clock=lambda: now[0])
    processor = LiveProcessor(LiveSettings(), seats.take(), open_mesh=stubs)
    process_frame(processor, video_frame(GRACE, 0))
    processor.end_without_seat()
    assert not processor.closed
    now[0] += LOST_AFTER + 1
    processor.end_without_seat()
    assert processor.closed
    assert processor.seat_end == SeatEnd.NO_FRAMES
    assert processor.latest is None


def test_a_recorder_gets_every_frame_and_the_end(stubs: Stubs) -> None:
    class StubRecorder:
        def __init__(self) -> None:
            self.frames: list[TrackedFrame] = []
            self.ended = False

        def add(self, frame: TrackedFrame) -> None:
            self.frames.append(frame)

        def end(self) -> None:
            self.ended = True

    processor = LiveProcessor(LiveSettings(hud=False), open_mesh=stubs)
    processor.recorder = recorder = StubRecorder()
    shown = process_frame(processor, video_frame(GRACE, 40))
    (taken,) = recorder.frames
    assert (taken.image == GRACE).all()
    assert looks_like(shown, shown_picture(taken))
    assert taken.timestamp_ms == 40
    assert len(taken.meshes) == 1
    processor.close()
    assert recorder.ended
