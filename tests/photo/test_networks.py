from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from mtcnn.stages import StageONet, StagePNet, StageRNet
from mtcnn.utils.images import extract_patches

from components.photo.networks import Cropper, Network, load_networks
from tests import pictures

Networks = tuple[Network, Network, Network]


@pytest.fixture(scope="module")
def networks() -> Networks:
    return load_networks()


def random_pixels(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)


def by_the_package(stage: type, pixels: np.ndarray) -> list[np.ndarray]:
    return [output.numpy() for output in stage().model((pixels - 127.5) / 128)]


def test_pnet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(1, 192, 192, 3)
    answer = networks[0](pixels)
    offsets, scores = by_the_package(StagePNet, pixels)
    assert answer.shape == (1, 91, 91, 5)
    np.testing.assert_allclose(answer[..., :4], offsets, atol=1e-5)
    np.testing.assert_allclose(1 / (1 + np.exp(-answer[..., 4])), scores[..., 1], atol=1e-5)


def test_rnet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(32, 24, 24, 3)
    answer = networks[1](pixels)
    offsets, scores = by_the_package(StageRNet, pixels)
    np.testing.assert_allclose(answer, np.concatenate([offsets, scores[:, 1:]], axis=1), atol=1e-5)


def test_onet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(8, 48, 48, 3)
    answer = networks[2](pixels)
    offsets, keypoints, scores = by_the_package(StageONet, pixels)
    np.testing.assert_allclose(answer, np.concatenate([offsets, keypoints, scores[:, 1:]], axis=1), atol=1e-5)


def test_they_tell_their_shapes(networks: Networks) -> None:
    assert [(n.batch_size, n.side, n.outputs) for n in networks] == [(1, 192, 5), (32, 24, 5), (8, 48, 15)]


def test_another_shape_is_refused(networks: Networks) -> None:
    with pytest.raises(ValueError, match=r"[Dd]imension"):
        networks[1](random_pixels(31, 24, 24, 3))


def test_threads_do_not_disturb_each_other(networks: Networks) -> None:
    batches = list(random_pixels(40, 32, 24, 24, 3))
    one_by_one = [networks[1](batch) for batch in batches]
    with ThreadPoolExecutor(max_workers=8) as threads:
        np.testing.assert_array_equal(list(threads.map(networks[1], batches)), one_by_one)


def crops(image: pictures.Picture, squares: np.ndarray, side: int, batch_size: int = 4) -> np.ndarray:
    batches = list(Cropper(image).batches(squares, side, batch_size))
    assert all(batch.shape == (batch_size, side, side, 3) for batch in batches)
    return np.concatenate(batches)[: len(squares)]


@pytest.mark.parametrize("side", [24, 48])
def test_crops_are_those_of_the_package_beyond_the_picture_too(side: int) -> None:
    random = np.random.default_rng(0)
    corners = random.uniform(-60, 500, (50, 2))
    squares = np.concatenate([corners, corners + random.uniform(10, 200, (50, 1))], axis=1)
    normalised = (pictures.GRACE[np.newaxis] - 127.5) / 128
    expected = extract_patches(normalised, np.insert(squares, 0, 0, axis=1), (side, side)).numpy()
    np.testing.assert_allclose((crops(pictures.GRACE, squares, side) - 127.5) / 128, expected, atol=1e-5)


@pytest.mark.parametrize("count", [1, 4, 31, 33, 70])
def test_any_number_of_squares_comes_in_full_batches(count: int) -> None:
    squares = np.tile([[0.0, 0, 512, 600]], (count, 1))
    some = crops(pictures.GRACE, squares, 24)
    assert some.shape == (count, 24, 24, 3)
    assert (some == some[0]).all()


def test_no_squares_no_batches() -> None:
    assert list(Cropper(pictures.GRACE).batches(np.empty((0, 4)), 24, 32)) == []


def test_a_part_of_an_array_is_cropped_as_its_copy() -> None:
    part = pictures.GRACE[7:300, 3:400]
    squares = np.array([[10.0, 10, 200, 200]])
    np.testing.assert_array_equal(crops(part, squares, 24), crops(part.copy(), squares, 24))
