"""Seven expressions with plain names, from MediaPipe's 52 blendshapes."""

from components.mesh.landmarker import MeshFace

# The mean, where there are two blendshapes.
_BLENDSHAPES = {
    "Smile": ("mouthSmileLeft", "mouthSmileRight"),
    "Mouth open": ("jawOpen",),
    "Pursed lips": ("mouthPucker",),
    "Brows raised": ("browInnerUp",),
    "Frown": ("browDownLeft", "browDownRight"),
    "Left eye closed": ("eyeBlinkLeft",),
    "Right eye closed": ("eyeBlinkRight",),
}

EXPRESSIONS = tuple(_BLENDSHAPES)


def expression_shares(face: MeshFace) -> dict[str, float]:
    """How strong each of `EXPRESSIONS` is, 0 to 1. Left and right are the pictured person's."""
    return {
        word: sum(face.expressions[name] for name in names) / len(names)
        for word, names in _BLENDSHAPES.items()
    }
