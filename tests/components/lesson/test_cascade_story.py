import numpy as np
import pytest

from components.lesson.cascade_story import (
    Fate,
    StepName,
    cascade_steps,
    count_cells,
    explain_spot,
    heat_map,
    trace_back,
)
from components.lesson.feature_maps import face_score, run_network
from components.lesson.known_faces import Condition, make_known_picture
from components.photo.boxes import to_squares
from components.photo.detector import FaceDetector
from components.photo.mtcnn_cascade import PNET_CUT_OFF, RNET_CUT_OFF, Stages
from components.photo.pyramid import Pyramid
from tests import pictures

MIN_FACE_SIZE = 20

PICTURES = {
    "one face": pictures.GRACE,
    "two faces, one of them a fold": pictures.blurred(),
    "a group": pictures.group(columns=3, rows=2),
    "known faces": make_known_picture(pictures.GRACE, Condition.CLEAR).image,
    "no face": pictures.noise(),
    "odd sides": pictures.GRACE[:333, :251],
}


@pytest.fixture(scope="module", params=list(PICTURES))
def picture(request: pytest.FixtureRequest) -> pictures.Picture:
    return PICTURES[request.param]


@pytest.fixture(scope="module")
def stages(picture: pictures.Picture, detector: FaceDetector) -> Stages:
    return detector.explain(picture, MIN_FACE_SIZE, min_confidence=0)


@pytest.fixture(scope="module")
def pyramid(picture: pictures.Picture) -> Pyramid:
    return Pyramid(picture, MIN_FACE_SIZE)


@pytest.mark.parametrize("min_confidence", [0.0, 0.5, 0.9, 0.99])
def test_the_last_count_is_that_of_detect(
    picture: pictures.Picture, stages: Stages, detector: FaceDetector, min_confidence: float
) -> None:
    last = cascade_steps(stages)[StepName.OUTPUT]
    faces = detector.detect(picture, MIN_FACE_SIZE, min_confidence)
    assert int((last.kept & (last.scores >= min_confidence)).sum()) == len(faces)


def test_what_a_step_keeps_is_what_the_next_one_looks_at(stages: Stages) -> None:
    steps = cascade_steps(stages)
    proposed, left, refined, output = (steps[name] for name in StepName)
    assert proposed.kept.all()
    np.testing.assert_array_equal(proposed.boxes, left.boxes)
    np.testing.assert_array_equal(left.boxes[left.kept], stages.proposals.kept_boxes)
    assert left.kept.sum() == len(refined.boxes)
    assert refined.kept.sum() == len(output.boxes)
    assert (proposed.scores >= PNET_CUT_OFF).all()
    assert (refined.scores[refined.kept] >= RNET_CUT_OFF).all()


def test_the_heat_maps_hold_as_many_proposals_as_the_cascade_had(stages: Stages, pyramid: Pyramid) -> None:
    heat = [heat_map(pyramid, level) for level in range(len(pyramid.scales))]
    assert [int((values >= PNET_CUT_OFF).sum()) for values in heat] == [
        len(level.boxes) for level in stages.levels
    ]
    for values, level in zip(heat, stages.levels, strict=True):
        np.testing.assert_allclose(np.sort(values[values >= PNET_CUT_OFF]), np.sort(level.scores), atol=1e-4)
    assert sum(values.size for values in heat) == count_cells(pyramid)


def test_every_box_of_onet_is_followed_back_to_where_it_came_from(stages: Stages) -> None:
    for index in range(len(stages.output.boxes)):
        lineage = trace_back(stages, index)
        level = stages.levels[lineage.level]
        # P-Net proposed it on exactly that level, and kept it there.
        same = (level.boxes == lineage.proposal).all(axis=1) & level.kept
        assert same.any()
        assert lineage.scores[0] in level.scores[same]
        assert lineage.scores[0] >= PNET_CUT_OFF
        assert lineage.scores[1] >= RNET_CUT_OFF
        assert lineage.scores[2] == stages.output.scores[index]
        np.testing.assert_array_equal(lineage.rnet_square, to_squares(lineage.proposal[np.newaxis])[0])
        np.testing.assert_array_equal(lineage.box, stages.output.boxes[index])


def test_every_face_that_detect_finds_is_found_at_its_middle(
    picture: pictures.Picture, stages: Stages, pyramid: Pyramid, detector: FaceDetector
) -> None:
    for face in detector.detect(picture, MIN_FACE_SIZE, 0.9):
        x, y, width, height = face.box
        verdict = explain_spot(pyramid, stages, (x + width / 2, y + height / 2), 0.9)
        assert verdict.fate is Fate.FOUND
        assert verdict.score >= face.confidence - 1e-9
        assert verdict.output_index is not None
        assert stages.output.kept[verdict.output_index]


def test_a_face_below_the_cut_off_was_turned_down_by_onet(detector: FaceDetector) -> None:
    stages = detector.explain(pictures.blurred(), MIN_FACE_SIZE, min_confidence=0)
    _, fold = detector.detect(pictures.blurred(), MIN_FACE_SIZE, 0.8)
    x, y, width, height = fold.box
    middle = (x + width / 2, y + height / 2)
    pyramid = Pyramid(pictures.blurred(), MIN_FACE_SIZE)
    turned_down = explain_spot(pyramid, stages, middle, 0.9)
    assert turned_down.fate is Fate.REJECTED_BY_ONET
    assert turned_down.score == pytest.approx(fold.confidence)
    assert turned_down.cut_off == 0.9
    assert explain_spot(pyramid, stages, middle, 0.8).fate is Fate.FOUND


def test_what_rnet_turned_down_is_said_to_be(detector: FaceDetector) -> None:
    stages = detector.explain(pictures.GRACE, MIN_FACE_SIZE, min_confidence=0)
    pyramid = Pyramid(pictures.GRACE, MIN_FACE_SIZE)
    # A star on the flag, which P-Net takes for a face.
    verdict = explain_spot(pyramid, stages, (100.0, 100.0), 0.9)
    assert verdict.fate is Fate.REJECTED_BY_RNET
    assert verdict.score < verdict.cut_off == RNET_CUT_OFF
    assert verdict.box is not None
    assert verdict.output_index is None


def test_where_nothing_was_proposed_pnets_best_score_is_given(detector: FaceDetector) -> None:
    plain = np.full((200, 300, 3), 128, np.uint8)
    stages = detector.explain(plain, MIN_FACE_SIZE, min_confidence=0)
    verdict = explain_spot(Pyramid(plain, MIN_FACE_SIZE), stages, (150.0, 100.0), 0.9)
    assert verdict.fate is Fate.NOT_PROPOSED
    assert verdict.box is None
    # All places of a plain picture are alike.
    alone = face_score(run_network("P-Net", plain[:12, :12])).item()
    assert verdict.score == pytest.approx(alone, abs=1e-4)
    assert verdict.score < PNET_CUT_OFF


def test_a_face_is_found_anywhere_on_it(detector: FaceDetector) -> None:
    stages = detector.explain(pictures.GRACE, MIN_FACE_SIZE, min_confidence=0)
    pyramid = Pyramid(pictures.GRACE, MIN_FACE_SIZE)
    (face,) = detector.detect(pictures.GRACE, MIN_FACE_SIZE, 0.9)
    x, y, width, height = face.box
    for across, down in [(0.05, 0.05), (0.95, 0.05), (0.5, 0.95), (0.1, 0.6)]:
        verdict = explain_spot(pyramid, stages, (x + across * width, y + down * height), 0.9)
        assert verdict.fate is Fate.FOUND
        assert verdict.score == pytest.approx(face.confidence)


def test_no_box_that_the_cascade_threw_away_is_called_found(stages: Stages, pyramid: Pyramid) -> None:
    for left, top, right, bottom in stages.output.boxes:
        verdict = explain_spot(pyramid, stages, ((left + right) / 2, (top + bottom) / 2), 0.0)
        if verdict.output_index is not None:
            assert stages.output.kept[verdict.output_index]
        else:
            assert verdict.fate is not Fate.FOUND


@pytest.mark.parametrize("spot", [(0.0, 0.0), (511.5, 599.5), (0.0, 599.5)])
def test_corners_are_places_too(detector: FaceDetector, spot: tuple[float, float]) -> None:
    stages = detector.explain(pictures.GRACE, MIN_FACE_SIZE, min_confidence=0)
    verdict = explain_spot(Pyramid(pictures.GRACE, MIN_FACE_SIZE), stages, spot, 0.9)
    assert verdict.fate is not Fate.FOUND
    assert 0 <= verdict.score <= 1


def test_stages_tell_how_long_each_network_took(stages: Stages) -> None:
    assert len(stages.seconds) == 3
    assert all(seconds >= 0 for seconds in stages.seconds)
    assert stages.seconds[0] > 0
