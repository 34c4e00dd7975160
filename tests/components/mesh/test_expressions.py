from dataclasses import replace

import pytest

from components.mesh.expressions import BLENDSHAPES, EXPRESSIONS, expression_shares
from components.mesh.landmarker import find_meshes
from tests import pictures


def test_each_expression_is_a_share_of_what_the_face_shows() -> None:
    (mesh,) = find_meshes(pictures.GRACE)
    shares = expression_shares(mesh)
    assert tuple(shares) == EXPRESSIONS
    assert all(0 <= share <= 1 for share in shares.values())
    assert shares["Mouth open"] == mesh.expressions["jawOpen"]
    left, right = mesh.expressions["mouthSmileLeft"], mesh.expressions["mouthSmileRight"]
    assert shares["Smile"] == (left + right) / 2


def test_each_expression_is_the_mean_of_its_blendshapes() -> None:
    shapes = {name: index / 100 for index, name in enumerate(BLENDSHAPES)}
    face = replace(find_meshes(pictures.GRACE)[0], expressions=shapes)
    assert expression_shares(face) == pytest.approx(
        {
            "Smile": (shapes["mouthSmileLeft"] + shapes["mouthSmileRight"]) / 2,
            "Mouth open": shapes["jawOpen"],
            "Pursed lips": shapes["mouthPucker"],
            "Brows raised": shapes["browInnerUp"],
            "Frown": (shapes["browDownLeft"] + shapes["browDownRight"]) / 2,
            "Left eye closed": shapes["eyeBlinkLeft"],
            "Right eye closed": shapes["eyeBlinkRight"],
        }
    )
