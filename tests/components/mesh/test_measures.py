import math
from collections.abc import Iterable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from components.mesh.landmarker import MeshFace, find_meshes
from components.mesh.measures import BlinkCounter, EyeOpening, eye_opening, gaze, head_pose, mouth_opening
from tests.pictures import GRACE, Picture

LEFT_LIDS = ((387, 373), (385, 380))
ALL_LIDS = (*LEFT_LIDS, (160, 144), (158, 153))


def rotated(degrees_clockwise: float) -> Picture:
    middle = (GRACE.shape[1] / 2, GRACE.shape[0] / 2)
    turn = cv2.getRotationMatrix2D(middle, -degrees_clockwise, 1.0)
    return np.asarray(cv2.warpAffine(GRACE, turn, (GRACE.shape[1], GRACE.shape[0])), np.uint8)


@pytest.fixture(scope="module")
def face() -> MeshFace:
    return find_meshes(GRACE)[0]


@pytest.mark.parametrize("degrees", [-25, -10, 10, 25])
def test_turning_the_picture_tilts_the_head(face: MeshFace, degrees: int) -> None:
    # Clockwise in the picture is towards the person's left shoulder.
    (turned,) = find_meshes(rotated(degrees))
    assert head_pose(turned.pose).roll - head_pose(face.pose).roll == pytest.approx(degrees, abs=5)


def test_mirroring_swaps_left_and_right() -> None:
    # Tilted, so that mirroring changes the values.
    picture = rotated(20)
    (face,), (mirrored,) = find_meshes(picture), find_meshes(picture[:, ::-1])
    pose, other = head_pose(face.pose), head_pose(mirrored.pose)
    assert pose.roll > 10
    assert other.roll == pytest.approx(-pose.roll, abs=5)
    assert other.yaw == pytest.approx(-pose.yaw, abs=5)
    assert other.pitch == pytest.approx(pose.pitch, abs=5)


def pose_of(yaw: float, pitch: float, roll: float) -> NDArray[np.float32]:
    """A head turned to its left, then up, then tilted to its left, in degrees."""
    a, b, c = np.radians([yaw, -pitch, -roll])
    about_y = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    about_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    pose = np.eye(4, dtype=np.float32)
    pose[:3, :3] = about_y @ about_x @ about_z
    return pose


@given(
    yaw=st.floats(-170, 170), pitch=st.floats(-80, 80), roll=st.floats(-170, 170), scale=st.floats(0.1, 10)
)
def test_head_pose_undoes_the_turns(yaw: float, pitch: float, roll: float, scale: float) -> None:
    pose = pose_of(yaw, pitch, roll)
    pose[:3, :3] *= scale
    found = head_pose(pose)
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((yaw, pitch, roll), abs=0.1)


def test_a_face_turned_to_its_left_points_to_the_pictures_right() -> None:
    # The canonical face looks along its z axis; the picture's right is the camera's x.
    forward = pose_of(30, 0, 0)[:3, :3] @ [0, 0, 1]
    assert forward[0] > 0
    assert (pose_of(0, 30, 0)[:3, :3] @ [0, 0, 1])[1] > 0


def with_opening(face: MeshFace, share: float, lids: tuple[tuple[int, int], ...]) -> NDArray[np.float32]:
    """The mesh with lids as far apart as this share of what they are."""
    points = face.points.copy()
    for upper, lower in lids:
        middle = (points[upper] + points[lower]) / 2
        for lid in (upper, lower):
            points[lid] = middle + share * (points[lid] - middle)
    return points


def test_eyes_open_and_closed(face: MeshFace) -> None:
    opened = eye_opening(face.points)
    assert 0.2 < opened.left < 0.4
    assert 0.2 < opened.right < 0.4
    left_closed = eye_opening(with_opening(face, 0.1, LEFT_LIDS))
    assert left_closed.left == pytest.approx(0.1 * opened.left, rel=1e-3)
    assert left_closed.right == opened.right


def test_a_mouth_that_opens(face: MeshFace) -> None:
    points = face.points.copy()
    closed = mouth_opening(points)
    assert closed < 0.1
    width = np.linalg.norm(points[78] - points[308])
    points[14, 1] += width / 2
    assert mouth_opening(points) == pytest.approx(0.5 + closed, abs=0.05)


def test_a_point_for_a_face_divides_by_nothing() -> None:
    points = np.zeros((478, 3), np.float32)
    assert eye_opening(points).left == 0
    assert mouth_opening(points) == 0
    assert math.isfinite(gaze(points).horizontal)


def test_eyes_that_look_ahead(face: MeshFace) -> None:
    looking = gaze(face.points)
    assert abs(looking.horizontal) < 8
    assert abs(looking.vertical) < 8


def test_gaze_follows_the_irises(face: MeshFace) -> None:
    looking = gaze(face.points)
    points = face.points.copy()
    irises = slice(468, 478)
    radius = np.linalg.norm(points[469:473, :2] - points[468, :2], axis=1).mean()
    points[irises, 0] += radius
    # An iris' radius of 5.85 mm on a ball of 12 mm: about 29 degrees.
    assert gaze(points).horizontal - looking.horizontal == pytest.approx(29, abs=4)
    points[irises, 0] -= radius
    points[irises, 1] -= radius / 2
    assert gaze(points).vertical > looking.vertical + 8


def counted(openings: Iterable[EyeOpening]) -> tuple[int, int]:
    counter = BlinkCounter()
    for opening in openings:
        counter.update(opening)
    return counter.left, counter.right


def blinks(openings: list[float]) -> int:
    """The left eye's blinks; the right one stays open."""
    left, right = counted(EyeOpening(opening, 0.3) for opening in openings)
    assert right == 0
    return left


def test_a_blink_is_closed_and_open_again(face: MeshFace) -> None:
    shares = [1.0, 0.8, 0.3, 0.1, 0.3, 0.8, 1.0]
    sequence = [eye_opening(with_opening(face, share, ALL_LIDS)) for share in shares]
    assert counted(sequence) == (1, 1)
    assert counted(sequence * 3) == (3, 3)
    assert counted(sequence[:4]) == (0, 0)


def test_an_eye_that_stays_closed_does_not_blink() -> None:
    assert blinks([0.3] + [0.05] * 100) == 0
    assert blinks([0.05] * 10 + [0.3]) == 1


def test_a_face_that_is_lost_does_not_blink() -> None:
    counter = BlinkCounter()
    counter.update(EyeOpening(0.05, 0.05))
    counter.lose()
    counter.update(EyeOpening(0.3, 0.3))
    assert (counter.left, counter.right) == (0, 0)


@pytest.mark.parametrize("stays_open_by", [0.15, 0.17, 0.19])
def test_an_eye_whose_mesh_does_not_close_whole_blinks_with_the_other(stays_open_by: float) -> None:
    left = [0.32, 0.25, 0.05, 0.05, 0.25, 0.32]
    right = [max(opening, stays_open_by) for opening in left]
    sequence = [EyeOpening(*both) for both in zip(left, right, strict=True)]
    assert counted(sequence * 5) == (5, 5)
    mirrored = [EyeOpening(opening.right, opening.left) for opening in sequence]
    assert counted(mirrored * 5) == (5, 5)
    # By itself, such a lid is no blink.
    assert counted(EyeOpening(0.32, opening.right) for opening in sequence) == (0, 0)


@given(st.lists(st.floats(0, 0.5)), st.floats(0.21, 0.5))
def test_a_wink_is_no_blink_of_the_other_eye(openings: list[float], other: float) -> None:
    _, right = counted(EyeOpening(opening, other) for opening in openings)
    assert right == 0


@given(st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 0.5))))
def test_left_and_right_are_counted_alike(openings: list[tuple[float, float]]) -> None:
    left, right = counted(EyeOpening(one, other) for one, other in openings)
    assert counted(EyeOpening(other, one) for one, other in openings) == (right, left)


@given(st.lists(st.floats(0.15, 0.20)))
def test_lingering_between_open_and_closed_is_no_blink(openings: list[float]) -> None:
    assert blinks([0.3, *openings, 0.3]) == 0
    assert blinks([0.3, 0.1, *openings, 0.3]) == 1


@given(st.lists(st.floats(0, 0.5)))
def test_no_more_blinks_than_closings(openings: list[float]) -> None:
    closings = sum(now < 0.15 <= before for before, now in zip([0.3, *openings], openings, strict=False))
    assert blinks(openings) <= closings


def test_an_opening_of_long_ago_does_not_count() -> None:
    # One wide eye at first, then both are half open, and the right one falls with the left.
    wide = [EyeOpening(0.35, 0.9)] + [EyeOpening(0.35, 0.35)] * 400
    assert counted([*wide, EyeOpening(0.1, 0.3), *[EyeOpening(0.35, 0.35)] * 3]) == (1, 0)
