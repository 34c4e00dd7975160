import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from components.live.answer import POINT_SCALE, empty_answer, packed_answer
from components.live.processor import LiveSettings
from components.mesh.landmarker import MeshFace, find_meshes
from tests.pictures import GRACE
from tests.tracked import tracked


def unpacked(message: bytes) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """The head, and the points as shares of the frame's size."""
    (length,) = struct.unpack_from("<I", message)
    head = json.loads(message[4 : 4 + length])
    points = np.frombuffer(message, "<i2", offset=4 + length).reshape(head["faces"], 478, 2)
    return head, points / POINT_SCALE


@pytest.fixture(scope="module")
def face() -> MeshFace:
    return find_meshes(GRACE)[0]


def test_points_come_back_where_they_are(face: MeshFace) -> None:
    head, points = unpacked(packed_answer(7, tracked(face, face), {"more": [1]}))
    assert head == {"number": 7, "faces": 2, "detectorRan": False, "lines": [], "more": [1]}
    height, width = GRACE.shape[:2]
    # A 20th of a pixel.
    assert np.abs(points * (width, height) - face.points[:, :2]).max() < 0.05


def test_a_message_is_small(face: MeshFace) -> None:
    assert len(packed_answer(7, tracked(face), {})) < 2100


def test_the_numbers_on_the_picture_come_where_they_are_wanted(face: MeshFace) -> None:
    head, _ = unpacked(packed_answer(7, tracked(face, settings=LiveSettings(hud=True)), {}))
    assert any("1 face" in line for line in head["lines"])


@given(st.floats(-1e9, 1e9))
def test_points_far_outside_stay_outside(offset: float) -> None:
    points = np.full((478, 3), offset, np.float32)
    far = MeshFace(points, {}, np.eye(4, dtype=np.float32))
    _, found = unpacked(packed_answer(1, tracked(far), {}))
    height, width = GRACE.shape[:2]
    assert found[0, 0] == pytest.approx(np.clip((offset / width, offset / height), -2, 2), abs=0.001)


def test_a_frame_without_a_face_and_a_failed_one() -> None:
    assert unpacked(packed_answer(3, tracked(), {}))[0]["faces"] == 0
    head, points = unpacked(empty_answer(4))
    assert (head["number"], head["faces"], len(points)) == (4, 0, 0)


def test_expressions_are_not_needed(face: MeshFace) -> None:
    packed_answer(1, tracked(replace(face, expressions={})), {})
