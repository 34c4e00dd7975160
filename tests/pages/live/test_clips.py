import numpy as np
from numpy.typing import NDArray

from components.live.landmark_table import LandmarkRow
from components.mesh.landmarker import find_meshes
from pages.live.clips import openings_over_time
from tests.pictures import GRACE


def row_of(points: NDArray[np.float32], time_ms: int) -> LandmarkRow:
    expressions, pose = np.zeros(52, np.float32), np.eye(4, dtype=np.float32)
    return LandmarkRow(time_ms, 1, (640, 480), points, expressions, pose, (0, 0))


def test_the_line_breaks_where_the_face_is_gone() -> None:
    (face,) = find_meshes(GRACE)
    rows = [row_of(face.points, time_ms) for time_ms in (0, 33, 66, 1000, 1033)]
    openings = openings_over_time(rows)
    assert openings["seconds"] == [0, 0.033, 0.066, 0.067, 1, 1.033]
    for name in ("left eye", "right eye", "mouth"):
        assert [value is None for value in openings[name]] == [False, False, False, True, False, False]


def test_a_closed_eye_is_lower_than_an_open_one() -> None:
    (face,) = find_meshes(GRACE)
    closed = face.points.copy()
    # The person's left eye: the upper lid onto the lower one.
    closed[[387, 385]] = closed[[373, 380]]
    openings = openings_over_time([row_of(face.points, 0), row_of(closed, 33)])
    (open_left, closed_left), (before, after) = openings["left eye"], openings["right eye"]
    assert open_left is not None
    assert closed_left is not None
    assert closed_left < 0.5 * open_left
    assert before == after
    assert np.isfinite(openings["mouth"][0] or 0)
