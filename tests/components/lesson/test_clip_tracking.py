from itertools import pairwise

import numpy as np
import pytest

from components.lesson.clip_tracking import ClipFrame, measure_saving, next_region, track_clip
from components.live.clip import clip_pictures
from tests import pictures


@pytest.fixture(scope="module")
def followed() -> list[ClipFrame]:
    frames = list(clip_pictures(pictures.GRACE, slice(None, None, 3)))
    shares: list[float] = []
    found = track_clip(frames, len(frames), 100, shares.append)
    assert len(found) == len(frames) == 60
    assert shares == sorted(shares)
    assert shares[-1] == 1
    return found


def test_the_detector_runs_at_the_start_and_while_there_is_no_face_to_follow(
    followed: list[ClipFrame],
) -> None:
    assert followed[0].detector_ran
    assert followed[0].region is None
    for before, frame in pairwise(followed):
        assert frame.detector_ran == (before.face is None)
        assert (frame.region is None) == (before.face is None)
    # It leaves, and comes back.
    runs = [frame.detector_ran for frame in followed]
    assert 5 < sum(runs) < 25
    assert not followed[-1].detector_ran
    assert followed[-1].face is not None


def test_the_region_that_is_carried_on_holds_the_face_of_the_next_frame(
    followed: list[ClipFrame],
) -> None:
    compared = 0
    for frame in followed[:30]:
        if frame.region is None or frame.face is None:
            continue
        # In the square's own coordinates, from 0 to 1 inside it.
        corner, sides = frame.region[0], (frame.region[[1, 3]] - frame.region[0]).T
        inside = np.linalg.solve(sides.astype(np.float64), (frame.face.points[:, :2] - corner).T)
        assert ((inside > 0) & (inside < 1)).mean() > 0.99
        compared += 1
    assert compared > 20


def test_the_region_is_a_square_half_as_large_again_turned_with_the_eyes() -> None:
    # An upright face of 80 by 120 pixels, with all points but the eyes at its rim.
    points = np.zeros((478, 3), np.float32)
    points[:, :2] = np.array([[100, 50], [180, 50], [100, 170], [180, 170]])[np.arange(478) % 4]
    points[33, :2], points[263, :2] = (120, 90), (160, 90)
    region = next_region(points)
    np.testing.assert_allclose(region.mean(axis=0), (140, 110), atol=1e-3)
    assert np.ptp(region[:, 0]) == pytest.approx(180, abs=1e-3)
    assert np.ptp(region[:, 1]) == pytest.approx(180, abs=1e-3)

    angle = np.deg2rad(30)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = points.copy()
    turned[:, :2] = points[:, :2] @ turn.T
    expected = region @ turn.T
    for corner in next_region(turned):
        assert np.linalg.norm(expected - corner, axis=1).min() < 1e-2


def test_the_saving_is_measured_on_frames_that_were_only_followed(followed: list[ClipFrame]) -> None:
    saving = measure_saving(followed)
    assert saving is not None
    only_followed = [frame for frame in followed if not frame.detector_ran]
    assert 20 < saving.frames <= len(only_followed)
    assert saving.tracker > 0
    assert saving.both > 0


def frame(detector_ran: bool, milliseconds: float, with_detector: float | None) -> ClipFrame:
    return ClipFrame(None, None, detector_ran, milliseconds, with_detector)


def test_the_saving_is_the_median_of_pairs() -> None:
    frames = [
        frame(True, 100, 100),
        *[frame(False, 5, 7)] * 4,
        frame(False, 6, 8),
        *[frame(False, 50, 9)] * 4,
        frame(False, 6, 8),
        frame(False, 1, None),
    ]
    saving = measure_saving(frames)
    assert saving is not None
    assert (saving.tracker, saving.both, saving.frames) == (6, 8, 10)


def test_of_a_few_pairs_nothing_is_claimed() -> None:
    assert measure_saving([frame(True, 5, 5), frame(False, 5, None)]) is None
    assert measure_saving([frame(False, 5, 7)] * 9) is None
