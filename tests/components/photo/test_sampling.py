import numpy as np
import pytest

from components.photo.sampling import OUTSIDE, sample_squares
from tests import pictures
from tests.reference import crops_of_tensorflow, crops_of_the_package, in_tensorflow


def random_squares(count: int) -> np.ndarray:
    """Some of them beyond the edges of the test picture, some smaller than the samples, some larger."""
    random = np.random.default_rng(0)
    corners = random.uniform(-60, 550, (count, 2))
    return np.concatenate([corners, corners + random.uniform(3, 200, (count, 1))], axis=1)


@pytest.mark.parametrize("side", [24, 48])
def test_samples_are_tensorflows(side: int) -> None:
    squares = random_squares(60)
    shares = (squares / [512, 600, 512, 600])[:, [1, 0, 3, 2]].astype(np.float32)
    expected = in_tensorflow(crops_of_tensorflow, pictures.GRACE, shares, side, outside=127.5)
    samples = sample_squares(pictures.GRACE, squares, side)
    # OpenCV's, for comparison, differ by up to 4.
    np.testing.assert_allclose(samples, expected, atol=1e-3)


@pytest.mark.parametrize("side", [24, 48])
def test_samples_are_those_of_the_package(side: int) -> None:
    squares = random_squares(60)
    normalised = (pictures.GRACE[np.newaxis] - 127.5) / 128
    expected = in_tensorflow(crops_of_the_package, normalised, squares, side)
    samples = sample_squares(pictures.GRACE, squares, side)
    assert samples.shape == (60, side, side, 3)
    assert samples.dtype == np.float32
    np.testing.assert_allclose((samples - 127.5) / 128, expected, atol=1e-5)


def test_the_whole_picture_is_sampled_from_corner_to_corner() -> None:
    samples = sample_squares(pictures.GRACE, np.array([[0.0, 0, 512, 600]]), 24)[0]
    for corner in ((0, 0), (0, -1), (-1, 0)):
        # Up to rounding, the far edge is half a pixel before the square's.
        expected = pictures.GRACE[0 if corner[0] == 0 else 598, 0 if corner[1] == 0 else 510]
        np.testing.assert_allclose(samples[corner], expected, atol=12)


def test_what_lies_outside_is_neutral() -> None:
    samples = sample_squares(pictures.GRACE, np.array([[-100.0, -100, 100, 100]]), 24)[0]
    assert (samples[:12] == OUTSIDE).all()
    assert (samples[:, :12] == OUTSIDE).all()
    assert not (samples[12:, 12:] == OUTSIDE).any()


def test_no_squares_no_samples() -> None:
    assert sample_squares(pictures.GRACE, np.empty((0, 4)), 24).shape == (0, 24, 24, 3)
