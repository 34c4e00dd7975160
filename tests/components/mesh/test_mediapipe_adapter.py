import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from components.mesh import mediapipe_adapter as mp
from components.mesh.blazeface import BlazeFace
from components.mesh.landmarker import FaceMesh, check_mesh
from components.mesh.model_file import MeshUnavailableError, load_model
from tests.pictures import GRACE, Picture, group, noise


def landmarker() -> mp.FaceLandmarker:
    return mp.FaceLandmarker.create_from_options(
        mp.FaceLandmarkerOptions(
            base_options=mp.BaseOptions(model_asset_buffer=load_model()),
            running_mode=mp.RunningMode.VIDEO,
            num_faces=3,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )


@pytest.mark.parametrize("picture", [GRACE, group(columns=3, rows=1), noise()], ids=["one", "three", "none"])
def test_results_equal_those_of_mediapipes_own_python(picture: Picture) -> None:
    image = mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(picture))
    with landmarker() as one, landmarker() as other:
        for timestamp in range(3):
            found = mp.detect_for_video(one, image, timestamp)
            wanted = other.detect_for_video(image, timestamp)
    assert len(found) == len(wanted.face_landmarks)
    for face, points, shapes, pose in zip(
        found,
        wanted.face_landmarks,
        wanted.face_blendshapes,
        wanted.facial_transformation_matrixes,
        strict=True,
    ):
        assert face.points.tolist() == [[point.x, point.y, point.z] for point in points]
        assert face.expressions == {shape.category_name: shape.score for shape in shapes}
        assert (face.pose == pose).all()


def test_results_are_not_in_mediapipes_memory() -> None:
    image = mp.Image(mp.ImageFormat.SRGB, GRACE)
    with landmarker() as one:
        (first,) = mp.detect_for_video(one, image, 0)
        kept = first.points.copy()
        for timestamp in range(1, 5):
            mp.detect_for_video(one, image, timestamp)
    assert (first.points == kept).all()
    assert first.points.flags.owndata


def test_results_come_straight_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    image = mp.Image(mp.ImageFormat.SRGB, GRACE)
    with landmarker() as one:
        monkeypatch.setattr(one, "detect_for_video", None)
        assert mp.detect_for_video(one, image, 0), (
            "MediaPipe's private parts have changed, so `detect_for_video` in mediapipe_adapter.py takes the "
            "slower public way"
        )


@pytest.mark.parametrize("picture", [GRACE, group(columns=3, rows=1), noise()], ids=["one", "three", "none"])
def test_without_the_private_parts_the_public_way_gives_the_same(
    monkeypatch: pytest.MonkeyPatch, picture: Picture
) -> None:
    image = mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(picture))
    with landmarker() as one, landmarker() as other:
        fast = mp.detect_for_video(one, image, 0)
        monkeypatch.setattr(mp, "face_landmarker", ModuleType("without private parts"))
        public = mp.detect_for_video(other, image, 0)
    assert len(fast) == len(public)
    for a, b in zip(fast, public, strict=True):
        assert np.array_equal(a.points, b.points)
        assert np.array_equal(a.pose, b.pose)
        assert a.expressions == b.expressions


def test_mediapipe_still_has_the_module_that_the_stand_in_replaces() -> None:
    package, _, name = mp.STAND_IN.rpartition(".")
    folders = importlib.import_module(package).__path__
    assert any((Path(folder) / f"{name}.py").exists() for folder in folders), (
        f"MediaPipe has no {mp.STAND_IN} any more: look whether mediapipe_adapter.py still needs its stand-in"
    )


def test_an_error_that_mediapipe_keeps_holds_nothing_of_whoever_met_it() -> None:
    # Where the package for microphones is installed and works, there is no error.
    kept = getattr(
        importlib.import_module("mediapipe.tasks.python.audio.core.audio_record"), "sd_error", None
    )
    assert kept is None or kept.__traceback__ is None, "see mediapipe_adapter.py"


def test_a_missing_system_library_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("libGLESv2.so.2: cannot open shared object file")

    monkeypatch.setattr(mp, "load_raw_library", fail)
    for load in (check_mesh, FaceMesh, BlazeFace):
        with pytest.raises(MeshUnavailableError, match=r"libGLESv2.*apt-get install libegl1 libgles2"):
            load()
