import io
import json

import numpy as np
import pandas as pd
import pytest

from components.live.landmark_table import (
    Beginning,
    LandmarkRow,
    landmarks_csv,
    landmarks_json_lines,
    rows_of,
)
from components.mesh.expressions import BLENDSHAPES
from components.mesh.landmarker import MeshFace, find_meshes
from components.mesh.measures import gaze, head_pose
from tests.pictures import GRACE
from tests.tracked import tracked


@pytest.fixture(scope="module")
def face() -> MeshFace:
    return find_meshes(GRACE)[0]


@pytest.fixture(scope="module")
def rows(face: MeshFace) -> list[LandmarkRow]:
    """A clip of three frames, with one face, none, and two."""
    other = MeshFace(face.points + 1, face.expressions, face.pose)
    beginning = Beginning(time_ms=1000, blinks=(3, 4))
    frames = [
        tracked(face, time_ms=1000, blinks=(3, 4)),
        tracked(time_ms=1033, blinks=(3, 4)),
        tracked(face, other, time_ms=1066, blinks=(4, 4)),
    ]
    return [row for frame in frames for row in rows_of(frame, beginning)]


def test_the_blendshapes_are_mediapipes(face: MeshFace) -> None:
    assert tuple(face.expressions) == BLENDSHAPES


def test_the_table_is_read_back(face: MeshFace, rows: list[LandmarkRow]) -> None:
    table = pd.read_csv(io.BytesIO(landmarks_csv(rows)))
    assert list(table.time_ms) == [0, 66, 66]
    assert list(table.face) == [1, 1, 2]
    assert (table.frame_width == GRACE.shape[1]).all()
    assert (table.frame_height == GRACE.shape[0]).all()
    # Only the first face's blinks are counted, from the clip's beginning.
    assert table.blinks_left.fillna(-1).to_list() == [0, 1, -1]
    assert table.blinks_right.fillna(-1).to_list() == [0, 0, -1]
    head, eyes = head_pose(face.pose), gaze(face.points)
    first = table.iloc[0]
    angles = ["head_yaw", "head_pitch", "head_roll", "gaze_horizontal", "gaze_vertical"]
    assert first[angles].to_list() == pytest.approx(
        [head.yaw, head.pitch, head.roll, eyes.horizontal, eyes.vertical], abs=0.006
    )
    assert first[list(BLENDSHAPES)].to_list() == pytest.approx([*face.expressions.values()], abs=0.0006)
    pose = [f"pose{row}{column}" for row in range(4) for column in range(4)]
    assert first[pose].to_list() == pytest.approx(face.pose.ravel().tolist(), abs=0.0001)
    points = table.loc[:, "x0":].to_numpy().reshape(3, 478, 3)  # type: ignore[misc]
    assert np.abs(points[0] - face.points).max() < 0.006
    assert np.abs(points[2] - face.points - 1).max() < 0.006


def test_the_lines_of_json_tell_the_same_as_the_table(rows: list[LandmarkRow]) -> None:
    table = pd.read_csv(io.BytesIO(landmarks_csv(rows)))
    lines = [json.loads(line) for line in landmarks_json_lines(rows).splitlines()]
    assert len(lines) == len(table)
    for line, (_, row) in zip(lines, table.iterrows(), strict=True):
        assert (line["time_ms"], line["face"]) == (row.time_ms, row.face)
        assert line["frame"] == {"width": row.frame_width, "height": row.frame_height}
        assert line["head"] == {angle: row[f"head_{angle}"] for angle in ("yaw", "pitch", "roll")}
        assert line["gaze"] == {angle: row[f"gaze_{angle}"] for angle in ("horizontal", "vertical")}
        assert line["expressions"] == {name: row[name] for name in BLENDSHAPES}
        assert np.asarray(line["pose"]).ravel().tolist() == row["pose00":"pose33"].to_list()
        assert np.asarray(line["points"]).ravel().tolist() == row["x0":"z477"].to_list()
    assert [line["blinks"] for line in lines] == [{"left": 0, "right": 0}, {"left": 1, "right": 0}, None]


def test_without_a_face_there_is_a_head_only() -> None:
    assert len(pd.read_csv(io.BytesIO(landmarks_csv([])))) == 0
    assert landmarks_json_lines([]) == b""
