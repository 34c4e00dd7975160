from components.mesh.expressions import EXPRESSIONS, expression_shares
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
