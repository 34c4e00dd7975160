import json
from dataclasses import replace
from typing import Any

import pytest

from components.live.report import Report
from components.mesh.landmarker import MeshFace, find_meshes
from pages.live.numbers import detector_sentence, numbers_of
from tests.pictures import GRACE
from tests.tracked import report


def numbers(of: Report | None, *meshes: MeshFace) -> Any:  # noqa: ANN401 - JSON
    """As the browser gets them."""
    return json.loads(json.dumps(numbers_of(of, meshes)))


@pytest.mark.parametrize("nothing_yet", [None, report()], ids=["no stream", "no frame"])
def test_before_the_first_frame_there_are_dashes_and_an_empty_chart(nothing_yet: Report | None) -> None:
    shown = numbers(nothing_yet)
    assert shown["state"]["words"] == "No picture yet"
    assert shown["work"]["Time per frame"] == "-"
    (face,) = shown["faces"]
    assert face["title"] == ""
    assert face["values"]["Head turned"] == "-"
    assert set(face["bars"].values()) == {0}
    assert [step["milliseconds"] for step in shown["times"]] == [[], [], []]


def test_the_light_tells_detector_and_tracker() -> None:
    assert numbers(report(8, 8, detector_ran=True))["state"]["words"] == "Detector and tracker"
    tracked = numbers(report(8, 8))["state"]
    assert tracked["words"] == "Tracker only"
    assert "on 1 of 2 frames (50 %)" in tracked["sentence"]


def test_a_missing_face_is_told_with_what_to_do() -> None:
    told = numbers(report(8, 8, detector_ran=True, faces=0))["state"]
    assert told["words"] == "No face found"
    assert "come nearer" in told["sentence"]
    assert "only followed" not in told["sentence"]


def test_no_other_frames_are_spoken_of_where_there_are_none() -> None:
    assert detector_sentence(report(8)) == "The detector ran on every frame."


def test_a_smile_is_a_long_bar() -> None:
    (face,) = find_meshes(GRACE)
    smiles = {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.6}
    smiling = replace(face, expressions={**face.expressions, **smiles})
    (before,), (after,) = (numbers(report(8), shown)["faces"] for shown in (face, smiling))
    assert after["bars"] == before["bars"] | {"Smile": 70}


def test_each_of_several_faces_has_its_number_and_only_the_first_ones_blinks_are_counted() -> None:
    (face,) = find_meshes(GRACE)
    shown = numbers(report(8, faces=2), face, face)["faces"]
    assert [each["title"] for each in shown] == ["Face 1", "Face 2"]
    assert shown[0]["values"]["Blinks, left · right"] == "2 · 3"
    assert "Blinks, left · right" not in shown[1]["values"]


def test_the_steps_of_a_frame_are_its_whole_time() -> None:
    steps = numbers(report(8, 16))["times"]
    assert {step["name"]: step["milliseconds"] for step in steps} == {
        "mesh": [4, 8],
        "answer": [2, 4],
        "read": [2, 4],
    }
