from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from components.photo.mtcnn_networks import MODEL_FILES, Network, NetworkName, load_networks
from tests.reference import converted_networks, in_tensorflow, network_answers

Networks = tuple[Network, Network, Network]


@pytest.fixture(scope="module")
def networks() -> Networks:
    return load_networks()


def random_pixels(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)


def by_the_package(network: NetworkName, pixels: np.ndarray) -> list[np.ndarray]:
    return in_tensorflow(network_answers, network, (pixels - 127.5) / 128)


def graph_of(model: bytes) -> list[tuple[str, list[tuple[int, ...]], list[tuple[int, ...]]]]:
    """What a model does, step by step: the operation, and the shapes of what goes in and comes out."""
    interpreter = Interpreter(model_content=model, experimental_preserve_all_tensors=True)
    shapes = {tensor["index"]: tuple(tensor["shape"]) for tensor in interpreter.get_tensor_details()}
    return [
        (
            operation["op_name"],
            [shapes[index] for index in operation["inputs"] if index >= 0],
            [shapes[index] for index in operation["outputs"]],
        )
        for operation in interpreter._get_ops_details()
        # Where XNNPACK takes over depends on the machine.
        if operation["op_name"] != "DELEGATE"
    ]


def constants_of(model: bytes) -> list[np.ndarray]:
    """A model's weights, in the order of its tensors."""
    interpreter = Interpreter(model_content=model)
    produced = {index for operation in interpreter._get_ops_details() for index in operation["outputs"]} | {
        tensor["index"] for tensor in interpreter.get_input_details()
    }
    return [
        interpreter.get_tensor(tensor["index"])
        for tensor in interpreter.get_tensor_details()
        if tensor["index"] not in produced
    ]


def test_the_committed_models_are_what_the_package_is_converted_to() -> None:
    for file, anew in zip(MODEL_FILES, in_tensorflow(converted_networks), strict=True):
        committed = file.read_bytes()
        assert graph_of(committed) == graph_of(anew), file
        ours, theirs = constants_of(committed), constants_of(anew)
        assert len(ours) == len(theirs) > 5
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(one, other, err_msg=file.name)


def test_pnet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(1, 144, 144, 3)
    answer = networks[0](pixels)
    offsets, scores = by_the_package("P-Net", pixels)
    assert answer.shape == (1, 67, 67, 5)
    np.testing.assert_allclose(answer[..., :4], offsets, atol=1e-5)
    np.testing.assert_allclose(1 / (1 + np.exp(-answer[..., 4])), scores[..., 1], atol=1e-5)


def test_rnet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(16, 24, 24, 3)
    answer = networks[1](pixels)
    offsets, scores = by_the_package("R-Net", pixels)
    np.testing.assert_allclose(answer, np.concatenate([offsets, scores[:, 1:]], axis=1), atol=1e-5)


def test_onet_says_what_the_packages_says(networks: Networks) -> None:
    pixels = random_pixels(4, 48, 48, 3)
    answer = networks[2](pixels)
    offsets, keypoints, scores = by_the_package("O-Net", pixels)
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
