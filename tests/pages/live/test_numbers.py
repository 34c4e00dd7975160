import re
from dataclasses import replace

import pytest

from components.live.report import Report, StepTimes
from components.mesh.landmarker import find_meshes
from pages.live.numbers import _expressions, _face_values, _state, _times_chart, _work, detector_sentence
from tests.pictures import GRACE


def report(*total_ms: float, detector_ran: bool = False, faces: int = 1) -> Report:
    """Of frames that took so long, half of it for the mesh."""
    times = tuple(StepTimes(0.0, 33 * index, ms / 4, ms / 2, ms / 4) for index, ms in enumerate(total_ms))
    return Report(len(times), 0, 0, None, faces, detector_ran, 1, 2, 3, times)


def edges(chart: str) -> list[list[float]]:
    """Each area's upper edge from the first frame to the last, in percent of the chart's height."""
    areas = re.findall(r"polygon\(([^)]*)\)", chart)
    points = [[float(y) for y in re.findall(r"% ([\d.-]+)%", area)] for area in areas]
    return [[100 - y for y in area[: len(area) // 2]] for area in points]


def test_steps_are_stacked_in_their_proportions() -> None:
    mesh, draw, convert = edges(_times_chart(report(8, 16)))
    # Of 20 milliseconds.
    assert mesh == [20, 40]
    assert draw == [30, 60]
    assert convert == [40, 80]


@pytest.mark.parametrize(("longest", "top"), [(8, 20), (21, 40), (100, 160), (900, 160)])
def test_the_scale_holds_all_frames(longest: float, top: int) -> None:
    chart = _times_chart(report(8, longest))
    assert f"<span>{top}</span><span>{top // 2}</span><span>0</span>" in chart
    assert f"up to {longest} milliseconds" in chart


@pytest.mark.parametrize("nothing_yet", [None, report()], ids=["no stream", "no frame"])
def test_before_the_first_frame_there_are_dashes_and_an_empty_chart(nothing_yet: Report | None) -> None:
    assert "No picture yet" in _state(nothing_yet)
    assert "<small>Time a frame</small><b>-</b>" in _work(nothing_yet)
    assert "<small>Head turned</small><b>-</b>" in _face_values(None, nothing_yet)
    assert edges(_times_chart(nothing_yet)) == []


def test_the_light_tells_detector_and_tracker() -> None:
    assert "Detector and tracker" in _state(report(8, 8, detector_ran=True))
    tracked = _state(report(8, 8))
    assert "Tracker only" in tracked
    assert "on 1 of 2 frames (50 %)" in tracked


def test_a_missing_face_is_told_with_what_to_do() -> None:
    told = _state(report(8, 8, detector_ran=True, faces=0))
    assert "No face found" in told
    assert "come nearer" in told
    assert "only followed" not in told


def test_no_other_frames_are_spoken_of_where_there_are_none() -> None:
    assert detector_sentence(report(8)) == "The detector ran on every frame."


def test_a_smile_is_a_long_bar() -> None:
    (face,) = find_meshes(GRACE)
    smiles = {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.6}
    smiling = replace(face, expressions={**face.expressions, **smiles})
    assert lengths(_expressions(smiling)) == lengths(_expressions(face)) | {"Smile": 70}
    assert set(lengths(_expressions(None)).values()) == {0}


def lengths(bars: str) -> dict[str, int]:
    found = re.findall(r"aria-label='([^']*)'.*?aria-valuenow='(\d+)'", bars)
    return {word: int(percent) for word, percent in found}
