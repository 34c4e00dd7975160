import gc
import subprocess
import sys
import threading
from typing import Any

import cv2
import numpy as np
import pytest
from mediapipe.tasks.python.vision import FaceLandmarkerOptions

from components.mesh import mediapipe_adapter as mp
from components.mesh.landmarker import POINT_COUNT, FaceMesh, MeshFace, find_meshes
from components.photo.detector import FaceDetector
from tests.pictures import GRACE, Picture, group, noise

# Landmark numbers of the corners and lids of each eye, as in MediaPipe's canonical face.
RIGHT_EYE = (33, 133, 159, 145)
LEFT_EYE = (362, 263, 386, 374)


@pytest.fixture(scope="module")
def face() -> MeshFace:
    (face,) = find_meshes(GRACE)
    return face


def placed(x: int, y: int) -> Picture:
    """The face in a webcam's frame, its picture's corner at (x, y)."""
    frame = np.full((480, 640, 3), 120, np.uint8)
    person = cv2.resize(GRACE, (256, 300))
    frame[y : y + 300, x : x + 256] = person
    return frame


def test_a_mesh_has_its_points_on_the_face(face: MeshFace, detector: FaceDetector) -> None:
    assert face.points.shape == (POINT_COUNT, 3)
    assert face.points.dtype == np.float32
    # Another network's box of the same face, from the forehead to the chin.
    (found,) = detector.detect(GRACE)
    x, y, width, height = found.box
    low, high = face.points[:, :2].min(axis=0), face.points[:, :2].max(axis=0)
    assert np.abs(low - (x, y)).max() < 0.2 * height
    assert np.abs(high - (x + width, y + height)).max() < 0.2 * height
    # z is on x's scale: a face is about as deep as wide.
    assert 0.4 < np.ptp(face.points[:, 2]) / width < 1.2


def test_expressions_and_pose_are_there(face: MeshFace) -> None:
    assert len(face.expressions) == 52
    assert all(0 <= value <= 1 for value in face.expressions.values())
    # The sun is in her eyes.
    assert face.expressions["eyeSquintLeft"] > 0.4
    assert face.expressions["jawOpen"] < 0.1
    assert face.pose.shape == (4, 4)
    rotation = face.pose[:3, :3]
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-3)
    # In front of the camera, which looks along -z.
    assert face.pose[2, 3] < 0


@pytest.mark.parametrize(("eye", "iris"), [(RIGHT_EYE, 468), (LEFT_EYE, 473)])
def test_irises_are_inside_the_eyes(face: MeshFace, eye: tuple[int, ...], iris: int) -> None:
    corners_and_lids = face.points[list(eye), :2]
    centre = face.points[iris, :2]
    assert (corners_and_lids.min(axis=0) < centre).all()
    assert (centre < corners_and_lids.max(axis=0)).all()
    radius = np.linalg.norm(face.points[iris + 1 : iris + 5, :2] - centre, axis=1).mean()
    assert 2 < radius < 10


def test_left_is_the_persons_left(face: MeshFace) -> None:
    assert face.points[468, 0] < face.points[473, 0]


def test_where_there_is_no_face_there_is_no_mesh() -> None:
    assert find_meshes(noise()) == []
    with FaceMesh() as mesh:
        assert mesh.track(noise(), 0) == []


def test_as_many_faces_as_asked_for() -> None:
    picture = group(columns=2, rows=1)
    assert len(find_meshes(picture, max_faces=1)) == 1
    assert len(find_meshes(picture, max_faces=3)) == 2


def test_a_picture_may_be_a_view() -> None:
    mirrored = GRACE[:, ::-1]
    assert not mirrored.flags.c_contiguous
    (face,) = find_meshes(mirrored)
    assert face.points[:, 0].mean() == pytest.approx(512 - find_meshes(GRACE)[0].points[:, 0].mean(), abs=4)


def test_a_stream_follows_the_face() -> None:
    with FaceMesh() as mesh:
        for index in range(10):
            (face,) = mesh.track(placed(10 + 8 * index, 60), 33 * index)
    (still,) = find_meshes(placed(82, 60))
    assert np.abs(face.points - still.points)[:, :2].max() < 12


def test_timestamps_must_increase() -> None:
    with FaceMesh() as mesh:
        mesh.track(GRACE, 5)
        with pytest.raises(ValueError, match="timestamp"):
            mesh.track(GRACE, 5)


def test_the_detector_runs_only_while_a_face_is_missing() -> None:
    here, there = placed(10, 10), placed(380, 170)
    with FaceMesh() as mesh:
        ran, found = [], []
        for index, frame in enumerate([noise(480, 640)] * 2 + [here] * 3 + [there] * 3):
            found.append(len(mesh.track(frame, 33 * index)))
            ran.append(mesh.detector_ran)
    # The detector runs until there is a face, and rests while the face is tracked. When the face jumps, only
    # the tracker looks for it, in the wrong place: this shows that the detector did not run.
    assert found == [0, 0, 1, 1, 1, 0, 1, 1]
    assert ran == [True, True, True, False, False, False, True, False]


def test_the_detector_runs_on_every_frame_while_more_faces_are_wanted() -> None:
    one, two = placed(10, 10), placed(10, 10)
    two[100:400, 380:636] = placed(10, 10)[10:310, 10:266]
    with FaceMesh(max_faces=2) as mesh:
        ran, found = [], []
        for index, frame in enumerate([one] * 3 + [two] * 3):
            found.append(len(mesh.track(frame, 33 * index)))
            ran.append(mesh.detector_ran)
    # The second face is found in the frame in which it appears, so the detector ran.
    assert found == [1, 1, 1, 2, 2, 2]
    assert ran == [True, True, True, True, False, False]


def test_closing_gives_the_threads_back() -> None:
    with FaceMesh() as mesh:
        mesh.track(GRACE, 0)
    gc.collect()
    before = threading.active_count()
    for _ in range(5):
        with FaceMesh() as mesh:
            mesh.track(GRACE, 0)
    assert threading.active_count() == before


def test_mediapipe_comes_without_tensorflow() -> None:
    modules = "'mediapipe' in sys.modules, 'tensorflow' in sys.modules"
    code = f"import sys, components.mesh.mediapipe_adapter; print({modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True False"


def test_each_confidence_is_mediapipes_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, float] = {}

    def note(**options: Any) -> mp.FaceLandmarkerOptions:  # noqa: ANN401
        given.update(options)
        return FaceLandmarkerOptions(**options)

    monkeypatch.setattr(mp, "FaceLandmarkerOptions", note)
    FaceMesh(
        max_faces=3, min_detection_confidence=0.1, min_presence_confidence=0.2, min_tracking_confidence=0.3
    ).close()
    assert given["num_faces"] == 3
    assert given["min_face_detection_confidence"] == 0.1
    assert given["min_face_presence_confidence"] == 0.2
    assert given["min_tracking_confidence"] == 0.3
