from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.mesh import mediapipe_adapter as mp
from components.mesh import overlay
from components.mesh.landmarker import POINT_COUNT, MeshFace, find_meshes
from components.mesh.overlay import MeshStyle, draw, draw_numbers
from tests.pictures import GRACE

NOTHING = MeshStyle(tesselation=False, contours=False, irises=False)


@pytest.fixture(scope="module")
def face() -> MeshFace:
    return find_meshes(GRACE)[0]


def test_a_copy_is_drawn(face: MeshFace) -> None:
    before = GRACE.copy()
    drawn = draw(GRACE, [face], MeshStyle())
    assert (before == GRACE).all()
    assert drawn.shape == GRACE.shape
    assert drawn.dtype == np.uint8
    assert (drawn != GRACE).any()


def test_only_the_face_is_drawn_on(face: MeshFace) -> None:
    drawn = draw(GRACE, [face], MeshStyle())
    hull = cv2.convexHull(np.rint(face.points[:, :2]).astype(np.int32))
    around = cv2.dilate(cv2.fillConvexPoly(np.zeros(GRACE.shape[:2], np.uint8), hull, 1), np.ones((9, 9)))
    changed = (drawn != GRACE).any(axis=2)
    assert not changed[around == 0].any()
    assert changed[around == 1].mean() > 0.3


@pytest.mark.parametrize("part", ["tesselation", "contours", "irises"])
def test_each_part_is_drawn_by_itself(face: MeshFace, part: str) -> None:
    assert (draw(GRACE, [face], NOTHING) == GRACE).all()
    alone = draw(GRACE, [face], MeshStyle(**{name: name == part for name in MeshStyle.__slots__}))
    without = draw(GRACE, [face], MeshStyle(**{name: name != part for name in MeshStyle.__slots__}))
    assert (alone != GRACE).any()
    assert (without != draw(GRACE, [face], MeshStyle())).any()


def test_irises_are_drawn_in_the_eyes(face: MeshFace) -> None:
    drawn = draw(GRACE, [face], MeshStyle(tesselation=False, contours=False))
    rows, columns = np.nonzero((drawn != GRACE).any(axis=2))
    centres = face.points[[468, 473], :2]
    distances = np.linalg.norm(np.stack([columns, rows], axis=1)[:, None] - centres, axis=2).min(axis=1)
    assert distances.max() < 16


@pytest.mark.parametrize("skin", [(255, 224, 205), (224, 172, 140), (141, 85, 60), (60, 38, 30)])
@pytest.mark.parametrize("part", ["tesselation", "contours"])
def test_it_reads_on_any_skin(face: MeshFace, skin: tuple[int, int, int], part: str) -> None:
    plain = np.full_like(GRACE, skin)
    drawn = draw(plain, [face], MeshStyle(**{name: name == part for name in MeshStyle.__slots__}))
    difference = np.abs(drawn.astype(int) - plain).max(axis=2)
    # On at least a tenth of the face, some channel differs by a quarter of its range.
    hull = cv2.convexHull(np.rint(face.points[:, :2]).astype(np.int32))
    assert (difference > 64).sum() > (0.1 if part == "tesselation" else 0.03) * cv2.contourArea(hull)


def test_the_picture_shines_through_the_whole_net(face: MeshFace) -> None:
    net = MeshStyle(contours=False, irises=False)
    on_black, on_white = (draw(np.full_like(GRACE, shade), [face], net) for shade in (0, 255))
    assert on_black.any()
    assert (on_white.astype(int) - on_black).min() >= 255 * (1 - overlay.NET_OPACITY) - 1


@given(
    scale=st.floats(0, 1e6),
    shift=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
    size=st.tuples(st.integers(1, 65), st.integers(1, 65)),
)
def test_points_may_be_anywhere(scale: float, shift: tuple[float, float], size: tuple[int, int]) -> None:
    points = np.random.default_rng(0).random((POINT_COUNT, 3), np.float32) * np.float32(scale)
    points[:, :2] += np.float32(shift)
    image = np.zeros((*size, 3), np.uint8)
    face = MeshFace(points, {}, np.eye(4, dtype=np.float32))
    assert draw(image, [face], MeshStyle()).shape == image.shape
    assert not image.any()


@pytest.mark.parametrize("part", ["TESSELATION", "CONTOURS"])
def test_every_line_is_drawn_once(part: str) -> None:
    connections = getattr(mp.FaceLandmarksConnections, f"FACE_LANDMARKS_{part}")
    wanted = {frozenset((connection.start, connection.end)) for connection in connections}
    drawn = [frozenset(pair) for trail in getattr(overlay, part) for pair in pairwise(trail.tolist())]
    assert len(drawn) == len(wanted)
    assert set(drawn) == wanted


def test_faces_are_numbered_beside_each_other_in_a_mirror_too() -> None:
    (face,) = find_meshes(GRACE)
    height, width = GRACE.shape[:2]
    columns = []
    for mirrored in (False, True):
        picture = np.zeros((height, width, 3), np.uint8)
        draw_numbers(picture, [face], mirrored)
        rows, where = picture.any(axis=2).nonzero()
        assert rows.max() < face.points[:, 1].min()
        columns.append(where.mean())
    middle = (face.points[:, 0].min() + face.points[:, 0].max()) / 2
    assert columns[0] == pytest.approx(middle, abs=8)
    assert columns[1] == pytest.approx(width - middle, abs=8)


def test_the_number_of_a_face_at_the_upper_edge_is_in_the_picture(face: MeshFace) -> None:
    above = np.float32([0, face.points[:, 1].min() + 50, 0])
    inside, outside = np.zeros_like(GRACE), np.zeros_like(GRACE)
    draw_numbers(inside, [face], mirrored=False)
    draw_numbers(outside, [replace(face, points=face.points - above)], mirrored=False)
    assert outside.any(axis=2).sum() == inside.any(axis=2).sum()


def test_numbers_of_faces_outside_the_picture_do_no_harm() -> None:
    (face,) = find_meshes(GRACE)
    for offset in (-1e6, 1e6):
        draw_numbers(GRACE.copy(), [replace(face, points=face.points + np.float32(offset))], mirrored=True)
