"""Seven expressions with plain names, from MediaPipe's 52 blendshapes."""

from components.mesh.landmarker import MeshFace

# All of MediaPipe's, in its order; the first is how little of all others there is.
BLENDSHAPES = tuple(
    """
    _neutral browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft
    cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight
    eyeLookOutLeft eyeLookOutRight eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft
    eyeWideRight jawForward jawLeft jawOpen jawRight mouthClose mouthDimpleLeft mouthDimpleRight
    mouthFrownLeft mouthFrownRight mouthFunnel mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft
    mouthPressRight mouthPucker mouthRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper
    mouthSmileLeft mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight
    noseSneerLeft noseSneerRight
    """.split()  # noqa: SIM905 - a list would take fifty lines
)

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
