"""What to say where no face is shown, by its cause."""

from components.photo.limits import DEFAULT_MIN_FACE_SIZE
from components.photo.scores import confidence_label
from components.photo.selection import AnalysedPhoto


def advice_without_faces(photo: AnalysedPhoto, min_confidence: float) -> str:
    """Why a photo shows no face at a cut-off, and what to do about it: one or two sentences."""
    analysis = photo.analysis
    best = max((face.confidence for face in analysis.faces), default=None)
    if best is not None and best >= min_confidence:
        return "You marked every box here as no face. Open the tab Count errors to remove the marks."
    if analysis.suggested_turns:
        return "Hardly a face is found as the photo lies now. Turn it upright first."
    if best is not None:
        return (
            f"No candidate reaches your cut-off; the best one scores {confidence_label(best)}. Move the "
            "slider to the left."
        )
    if analysis.min_face_size > DEFAULT_MIN_FACE_SIZE:
        return (
            f"No face of {analysis.min_face_size:g} pixels or more was found. Look for smaller ones: "
            "Smallest face in the settings."
        )
    return (
        "No face was found here. Photos work best when faces look towards the camera, are well lit and at "
        f"least {analysis.min_face_size:g} pixels high; try a larger or brighter copy."
    )
