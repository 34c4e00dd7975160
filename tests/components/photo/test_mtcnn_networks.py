from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from mtcnn.stages import StageONet, StagePNet, StageRNet

from components.photo.mtcnn_networks import Network, load_networks

Networks = tuple[Network, Network, Network]


@pytest.fixture(scope="module")
def networks() -> Networks:
    return load_networks()


def random_pixels(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)


def by_the_package(stage: type, pixels: np.ndarray) -> list[np.ndarray]:
    return [output.numpy() for output in stage().model((pixels - 127.5) / 128)]


def test_pnet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(1, 144, 144, 3)
    answer = networks[0](pixels)
    offsets, scores = by_the_package(StagePNet, pixels)
    assert answer.shape == (1, 67, 67, 5)
    np.testing.assert_allclose(answer[..., :4], offsets, atol=1e-5)
    np.testing.assert_allclose(1 / (1 + np.exp(-answer[..., 4])), scores[..., 1], atol=1e-5)


def test_rnet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(16, 24, 24, 3)
    answer = networks[1](pixels)
    offsets, scores = by_the_package(StageRNet, pixels)
    np.testing.assert_allclose(answer, np.concatenate([offsets, scores[:, 1:]], axis=1), atol=1e-5)


def test_onet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(4, 48, 48, 3)
    answer = networks[2](pixels)
    offsets, keypoints, scores = by_the_package(StageONet, pixels)
    np.testing.assert_allclose(answer, np.concatenate([offsets, keypoints, scores[:, 1:]], axis=1), atol=1e-5)


def test_they_tell_their_shapes(networks: Networks) -> None:
    assert [(n.batch_size, n.side, n.outputs) for n in networks] == [(1, 144, 5), (16, 24, 5), (4, 48, 15)]


def test_another_shape_is_refused(networks: Networks) -> None:
    with pytest.raises(ValueError, match=r"[Dd]imension"):
        networks[1](random_pixels(15, 24, 24, 3))


def test_threads_do_not_disturb_each_other(networks: Networks) -> None:
    batches = list(random_pixels(40, 16, 24, 24, 3))
    one_by_one = [networks[1](batch) for batch in batches]
    with ThreadPoolExecutor(max_workers=8) as threads:
        np.testing.assert_array_equal(list(threads.map(networks[1], batches)), one_by_one)
