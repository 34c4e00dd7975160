import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from components.lesson.cascade_story import seen_by_onet, seen_by_rnet, trace_back
from components.lesson.convolution import normalise
from components.lesson.feature_maps import (
    effect_of_shift,
    face_score,
    run_network,
    shift_right,
)
from components.photo.detector import FaceDetector
from components.photo.image import fit_within
from components.photo.mtcnn_networks import NetworkName
from tests import pictures
from tests.reference import count_parameters, in_tensorflow, layer_answers, network_answers

ROOT = Path(__file__).parents[3]


def input_of(network: NetworkName) -> NDArray[np.uint8]:
    """A picture that the network takes, with rows and columns that differ where it can."""
    sides = {"P-Net": (61, 44), "R-Net": (24, 24), "O-Net": (48, 48)}
    height, width = sides[network]
    return np.ascontiguousarray(pictures.GRACE[120 : 120 + 4 * height : 4, 180 : 180 + 4 * width : 4])


@pytest.mark.parametrize(
    ("network", "names"),
    [
        ("P-Net", "conv1 prelu1 maxpool1 conv2 prelu2 conv3 prelu3"),
        (
            "R-Net",
            "conv1 prelu1 maxpool1 conv2 prelu2 maxpool2 conv3 prelu3 permute flatten fc4 prelu4",
        ),
        (
            "O-Net",
            "conv1 prelu1 maxpool1 conv2 prelu2 maxpool2 conv3 prelu3 maxpool3 conv4 prelu4 permute flatten "
            "fc5 prelu5",
        ),
    ],
)
def test_every_layer_makes_the_maps_that_the_package_makes(network: NetworkName, names: str) -> None:
    layers, pixels = names.split(), input_of(network)
    normalised = normalise(pixels)[np.newaxis]
    theirs = in_tensorflow(layer_answers, network, layers, normalised)
    ours = iter(run_network(network, pixels))
    compared = 0
    for name, values in zip(layers, theirs, strict=True):
        # These only reorder the values for the next layer.
        if name in ("permute", "flatten"):
            continue
        layer = next(ours)
        message = f"{network} {name} {layer.name}"
        np.testing.assert_allclose(layer.maps, values.reshape(layer.maps.shape), atol=2e-4, err_msg=message)
        compared += 1
    *_, classes = in_tensorflow(network_answers, network, normalised)
    last = next(ours)
    np.testing.assert_allclose(last.maps.ravel(), classes[..., 1].ravel(), atol=1e-5)
    assert next(ours, None) is None
    assert compared == len([name for name in layers if name not in ("permute", "flatten")])


def test_the_scores_are_those_of_the_running_cascade(detector: FaceDetector) -> None:
    stages = detector.explain(pictures.GRACE, min_confidence=0)
    best = int(stages.output.scores.argmax())
    lineage = trace_back(stages, best)
    rnet = face_score(run_network("R-Net", seen_by_rnet(pictures.GRACE, lineage)))
    onet = face_score(run_network("O-Net", seen_by_onet(pictures.GRACE, lineage)))
    # The shown crop has whole grey levels; the cascade's has fractions of them.
    assert rnet.item() == pytest.approx(lineage.scores[1], abs=2e-3)
    assert onet.item() == pytest.approx(lineage.scores[2], abs=2e-3)


@pytest.mark.parametrize("network", ["P-Net", "R-Net", "O-Net"])
def test_all_learned_numbers_but_those_of_boxes_and_keypoints_are_counted(network: NetworkName) -> None:
    left_out = {"P-Net": 32 * 4 + 4, "R-Net": 128 * 4 + 4, "O-Net": 256 * 4 + 4 + 256 * 10 + 10}
    counted = sum(layer.parameters for layer in run_network(network, input_of(network)))
    assert counted + left_out[network] == in_tensorflow(count_parameters, network)


@pytest.mark.parametrize("network", ["P-Net", "R-Net", "O-Net"])
def test_a_value_depends_on_the_pixels_that_it_is_said_to_see_and_on_no_others(
    network: NetworkName,
) -> None:
    pixels = input_of(network)
    layers = run_network(network, pixels)
    for index, layer in enumerate(layers):
        # A value in the middle, so that its window is inside.
        row, column = ((length - 1) // 2 for length in layer.maps.shape[:2])
        top, left = row * layer.step, column * layer.step
        window = (slice(top, top + layer.sees), slice(left, left + layer.sees))
        outside = 255 - pixels
        outside[window] = pixels[window]
        changed_outside = run_network(network, outside)[index].maps[row, column]
        np.testing.assert_allclose(changed_outside, layer.maps[row, column], atol=1e-4)
        inside = pixels.copy()
        inside[window] = 255 - inside[window]
        assert not np.allclose(run_network(network, inside)[index].maps[row, column], layer.maps[row, column])


def test_pnet_sees_its_cell_in_the_end() -> None:
    last = run_network("P-Net", input_of("P-Net"))[-1]
    assert (last.sees, last.step) == (12, 2)


def test_pnet_takes_a_picture_of_just_one_cell() -> None:
    layers = run_network("P-Net", np.zeros((12, 12, 3), np.uint8))
    assert face_score(layers).shape == (1, 1)


@pytest.mark.parametrize(
    ("network", "shape"), [("P-Net", (11, 40)), ("P-Net", (40, 11)), ("R-Net", (24, 25)), ("O-Net", (24, 24))]
)
def test_other_sizes_are_refused(network: NetworkName, shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"{network} takes no picture"):
        run_network(network, np.zeros((*shape, 3), np.uint8))


@pytest.mark.parametrize("by", [-5, 0, 3])
def test_shifting_moves_the_picture_and_keeps_its_size(by: int) -> None:
    picture = pictures.noise(10, 20)
    shifted = shift_right(picture, by)
    assert shifted.shape == picture.shape
    if by >= 0:
        np.testing.assert_array_equal(shifted[:, by:], picture[:, : 20 - by])
        assert (shifted[:, :by] == picture[:, :1]).all()
    else:
        np.testing.assert_array_equal(shifted[:, :by], picture[:, -by:])
        assert (shifted[:, by:] == picture[:, -1:]).all()


@pytest.mark.parametrize("by", [-8, -4, -2, 2, 4, 8])
def test_every_layer_of_pnet_moves_along_with_a_shift_by_its_step(by: int) -> None:
    picture = fit_within(pictures.GRACE, 96)
    before, after = run_network("P-Net", picture), run_network("P-Net", shift_right(picture, by))
    effects = [effect_of_shift(then, now, by) for then, now in zip(before, after, strict=True)]
    assert [effect.moved_along for effect in effects] == pytest.approx([1.0] * 8, abs=1e-4)
    # The first layer responds to edges, which are elsewhere now.
    assert effects[0].in_place < 0.7


def test_before_pooling_maps_move_along_with_every_pixel() -> None:
    picture = fit_within(pictures.GRACE, 96)
    before, after = run_network("P-Net", picture), run_network("P-Net", shift_right(picture, 1))
    effects = [effect_of_shift(then, now, 1).moved_along for then, now in zip(before, after, strict=True)]
    assert effects[:2] == pytest.approx([1.0, 1.0], abs=1e-5)
    # Half a step: the layers from the pooling on cannot shift by that.
    assert effects[2:] == [None] * 6


def test_the_face_score_of_onet_stays_while_its_first_maps_change(detector: FaceDetector) -> None:
    stages = detector.explain(pictures.GRACE, min_confidence=0)
    face = seen_by_onet(pictures.GRACE, trace_back(stages, int(stages.output.scores.argmax())))
    before, after = run_network("O-Net", face), run_network("O-Net", shift_right(face, 2))
    first, last = (effect_of_shift(before[at], after[at], 2) for at in (0, -1))
    assert first.in_place < 0.8
    assert last.in_place > 0.95
    assert last.moved_along is None


def test_looking_inside_a_network_loads_no_tensorflow() -> None:
    code = (
        "import sys, numpy as np; from components.lesson.feature_maps import run_network; "
        "run_network('O-Net', np.zeros((48, 48, 3), np.uint8)); print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
