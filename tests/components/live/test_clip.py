import numpy as np

from components.live.clip import FRAME_RATE, HEIGHT, SECONDS, WIDTH, clip_frames, clip_pictures
from tests import pictures


def test_any_of_the_clips_pictures_can_be_made_by_itself() -> None:
    frames = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip_frames(pictures.GRACE)]
    assert len(frames) == SECONDS * FRAME_RATE
    some = list(clip_pictures(pictures.GRACE, slice(None, None, 40)))
    np.testing.assert_array_equal(some, frames[::40])
    (single,) = clip_pictures(pictures.GRACE, slice(77, 78))
    np.testing.assert_array_equal(single, frames[77])
    assert single.shape == (HEIGHT, WIDTH, 3)
