import numpy as np
import pytest

from components.lesson.training import SIDE, Examples, answer, collect_examples, train
from components.photo.sample_photo import GRACE_FACE
from tests import pictures


@pytest.fixture(scope="module")
def examples() -> Examples:
    return collect_examples(pictures.GRACE, GRACE_FACE)


def test_examples_are_labelled_pieces_of_the_picture(examples: Examples) -> None:
    assert examples.pieces.shape == (len(examples.labels), SIDE**2)
    assert set(examples.labels) == {0, 1}
    assert 1 < examples.labels.sum() < len(examples.labels) / 2
    # The face is as large as a piece.
    assert examples.picture.shape == (round(600 * SIDE / 220), round(512 * SIDE / 220))
    assert examples.face.shape == (SIDE, SIDE)
    assert (examples.pieces == examples.face.ravel()).all(axis=1).sum() == 1


def test_the_error_falls_from_that_of_a_tossed_coin(examples: Examples) -> None:
    moments = train(examples, 200)
    assert len(moments) == 201
    assert not moments[0].weights.any()
    assert moments[0].error == pytest.approx(np.log(2), abs=1e-5)
    errors = [moment.error for moment in moments]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.1


def test_a_step_goes_down_the_slope_of_the_error(examples: Examples) -> None:
    """Compares the way back with the error's difference quotient, weight by weight."""
    start, after = train(examples, 1)
    step = (after.weights - start.weights).ravel()
    share = np.where(examples.labels == 1, 0.5 / examples.labels.sum(), 0.5 / (1 - examples.labels).sum())

    def error_with(weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        sums = examples.pieces.astype(np.float64) @ weights
        signs = np.where(examples.labels == 1, -1, 1)
        return float((share * np.log1p(np.exp(signs * sums))).sum())

    slopes = []
    for index in range(0, SIDE**2, 48):
        little = np.zeros(SIDE**2)
        little[index] = 1e-4
        slopes.append((error_with(little) - error_with(-little)) / 2e-4)
    np.testing.assert_allclose(step[::48] / -0.03, slopes, atol=1e-5)


def test_what_was_learned_finds_the_face_in_the_picture(examples: Examples) -> None:
    scores = answer(examples.picture, train(examples, 200)[-1])
    row, column = np.unravel_index(int(scores.argmax()), scores.shape)
    scale = SIDE / 220
    x, y, width, height = GRACE_FACE
    assert column + SIDE / 2 == pytest.approx((x + width / 2) * scale, abs=4)
    assert row + SIDE / 2 == pytest.approx((y + height / 2) * scale, abs=4)
    assert scores.max() > 0.9
    assert np.median(scores) < 0.1


def test_the_answer_is_that_of_each_piece_by_itself(examples: Examples) -> None:
    moment = train(examples, 30)[-1]
    windows = np.lib.stride_tricks.sliding_window_view(examples.picture, (SIDE, SIDE)).astype(np.float64)
    sums = np.einsum("rcij,ij->rc", windows, moment.weights) + moment.bias
    np.testing.assert_allclose(answer(examples.picture, moment), 1 / (1 + np.exp(-sums)), atol=1e-4)


def test_a_small_face_in_a_large_picture_takes_no_more_examples() -> None:
    crowd = pictures.crowd(551, 800, face_side=20)
    examples = collect_examples(crowd, (388.0, 260.0, 20.0, 26.0))
    # The surroundings of the face, five face sides each way, and not the whole picture.
    assert max(examples.picture.shape) <= 5 * SIDE + 2
    assert (examples.labels == 0).sum() == 2000
    assert (examples.labels == 1).any()
    again = collect_examples(crowd, (388.0, 260.0, 20.0, 26.0))
    np.testing.assert_array_equal(examples.pieces, again.pieces)


@pytest.mark.parametrize("box", [(-10.0, -10.0, 60.0, 80.0), (480.0, 560.0, 60.0, 80.0)])
def test_a_face_at_the_edge_is_learned_from_what_is_there(box: tuple[float, float, float, float]) -> None:
    examples = collect_examples(pictures.GRACE, box)
    assert set(examples.labels) == {0, 1}


@pytest.mark.parametrize("box", [(0, 0, 512, 600), (-40, -40, 600, 700)])
def test_a_face_that_fills_the_picture_cannot_be_learned(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="nothing beside the face"):
        collect_examples(pictures.GRACE, box)
