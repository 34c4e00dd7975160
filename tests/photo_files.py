"""Photo files for the tests, and what is known of them."""

from dataclasses import replace

import numpy as np

from components.photo.analysis import PhotoAnalysis
from components.photo.faces import Face
from components.photo.photo_file import PhotoFile


def photo_file(data: bytes, name: str = "a.jpg", quarter_turns: int = 0) -> PhotoFile:
    return replace(PhotoFile.of(name, data), quarter_turns=quarter_turns)


def analysis(width: int, height: int, faces: tuple[Face, ...]) -> PhotoAnalysis:
    """What a page knows of a usual photo with these faces."""
    return PhotoAnalysis(
        width=width,
        height=height,
        first_of_several=False,
        cut_short=False,
        suggested_turns=0,
        min_face_size=20,
        preview=b"",
        icon=b"",
        faces=faces,
        sharpness=tuple(30.0 - 10 * index for index in range(len(faces))),
        scores=np.array([face.confidence for face in faces]),
    )
