import time

from components.live.report import Report, StepTimes


def report(*times: StepTimes) -> Report:
    return Report(len(times), 0, 1, False, 1, 0, 0, times)


def test_rates_count_the_last_second_only() -> None:
    now = time.perf_counter()
    ended = (now - 5, now - 1.5, now - 0.5, now)
    stream = report(*(StepTimes(end, 600 * index, 1, 2, 3) for index, end in enumerate(ended)))
    assert stream.frames_per_second == 2
    # The latest is at 1,800 ms, so the one at 1,200 counts too.
    assert stream.stream_rate == 2


def test_the_median_is_of_all_steps_together() -> None:
    assert report().median_ms == 0
    assert (
        report(StepTimes(0, 0, 1, 2, 3), StepTimes(0, 0, 10, 20, 30), StepTimes(0, 0, 2, 3, 4)).median_ms == 9
    )
