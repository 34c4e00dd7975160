from components.live.hud import hud_of
from components.live.report import Report, StepTimes

REPORT = Report(
    frames=9,
    errors=0,
    faces=2,
    detector_ran=True,
    detector_runs=4,
    left_blinks=0,
    right_blinks=0,
    times=(StepTimes(1.0, 0, 1, 2, 3), StepTimes(1.1, 999, 1.5, 6.25, 2)),
)


def test_the_numbers_of_a_stream() -> None:
    hud = hud_of(REPORT)
    # The frame that is being drawn counts, but has not ended yet.
    assert hud.lines == (
        "2 fps   8 ms   2 faces",
        "read 1.5   mesh 6.2   answer 2.0 ms",
        "detector   detector on 4 of 10",
    )
    assert hud.detector_ran


def test_the_first_frame_has_no_times_yet() -> None:
    first = Report(0, 0, 1, False, 0, 0, 0, ())
    assert hud_of(first).lines == ("0 fps   0 ms   1 face", "tracker only   detector on 0 of 1")


def test_frames_that_failed_come_first() -> None:
    failed = Report(2, 3, 0, False, 1, 0, 0, ())
    assert hud_of(failed).lines[0] == "3 frames failed"
