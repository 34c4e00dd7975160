import numpy as np

from components.live.landmark_table import LandmarkRow
from components.mesh.landmarker import find_meshes
from pages.live.clips import openings_over_time
from tests.pictures import GRACE


def test_the_line_breaks_where_the_face_is_gone() -> None:
    (face,) = find_meshes(GRACE)
    rows = [LandmarkRow(time_ms, 1, face.points) for time_ms in (0, 33, 66, 1000, 1033)]
    openings = openings_over_time(rows)
    assert openings["seconds"] == [0, 0.033, 0.066, 0.067, 1, 1.033]
    for name in ("left eye", "right eye", "mouth"):
        assert [value is None for value in openings[name]] == [False, False, False, True, False, False]


def test_a_closed_eye_is_lower_than_an_open_one() -> None:
    (face,) = find_meshes(GRACE)
    closed = face.points.copy()
    # The person's left eye: the upper lid onto the lower one.
    closed[[387, 385]] = closed[[373, 380]]
    openings = openings_over_time([LandmarkRow(0, 1, face.points), LandmarkRow(33, 1, closed)])
    (open_left, closed_left), (before, after) = openings["left eye"], openings["right eye"]
    assert open_left is not None
    assert closed_left is not None
    assert closed_left < 0.5 * open_left
    assert before == after
    assert np.isfinite(openings["mouth"][0] or 0)
