import numpy as np
import pytest

from components.mesh import mediapipe_adapter as tasks
from components.mesh.model_file import load_model
from components.mesh.results import detect_for_video
from tests.pictures import GRACE, Picture, group, noise


def landmarker() -> tasks.FaceLandmarker:
    return tasks.FaceLandmarker.create_from_options(
        tasks.FaceLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_buffer=load_model()),
            running_mode=tasks.RunningMode.VIDEO,
            num_faces=3,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )


@pytest.mark.parametrize("picture", [GRACE, group(columns=3, rows=1), noise()], ids=["one", "three", "none"])
def test_results_equal_those_of_mediapipes_own_python(picture: Picture) -> None:
    image = tasks.Image(tasks.ImageFormat.SRGB, np.ascontiguousarray(picture))
    with landmarker() as one, landmarker() as other:
        for timestamp in range(3):
            found = detect_for_video(one, image, timestamp)
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
    image = tasks.Image(tasks.ImageFormat.SRGB, GRACE)
    with landmarker() as one:
        (first,) = detect_for_video(one, image, 0)
        kept = first.points.copy()
        for timestamp in range(1, 5):
            detect_for_video(one, image, timestamp)
    assert (first.points == kept).all()
    assert first.points.flags.owndata
