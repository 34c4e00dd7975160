"""What a face is, and how lists of faces are filtered, sorted and moved to other pictures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from components.geometry import Box, Point, area, centre, scaled

# In the order in which O-Net gives them. Left is the picture's left, as MTCNN names them.
KEYPOINTS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")


@dataclass(frozen=True, slots=True)
class Face:
    """One face as MTCNN reports it, in pixels of the picture it was found in.

    Attributes:
        box: (x, y, width, height), inside the picture; x and y are the top left corner.
        confidence: O-Net's face score, 0 to 1. A score, not a probability.
        keypoints: (x, y) of each of `KEYPOINTS` by its name, inside the picture.
    """

    box: Box
    confidence: float
    keypoints: Mapping[str, Point]


def filter_by_confidence(faces: Iterable[Face], min_confidence: float) -> list[Face]:
    """Keep the faces that score at least `min_confidence`, in their order.

    Filtering gives the same faces as detecting with that cut-off: non-maximum suppression never removes a box
    in favour of one that scores lower, so a face dropped here did not suppress any face that stays.
    """
    return [face for face in faces if face.confidence >= min_confidence]


class Order(StrEnum):
    """What faces are sorted and numbered by."""

    CONFIDENCE = "confidence"
    SIZE = "size"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which faces are shown, and in which order.

    Attributes:
        min_confidence: Lowest score, 0 to 1.
        largest: How many of the largest faces; 0 for all.
        order: Most confident first, largest first, or in reading order: row by row, from the left.
    """

    min_confidence: float
    largest: int = 0
    order: Order = Order.CONFIDENCE


def choose_faces(faces: Sequence[Face], choice: Choice) -> list[int]:
    """The indices of the faces chosen, in their order."""
    indices = [index for index, face in enumerate(faces) if face.confidence >= choice.min_confidence]
    by_size = sorted(indices, key=lambda index: area(faces[index].box), reverse=True)
    if choice.largest:
        indices = sorted(by_size[: choice.largest])
    match choice.order:
        case Order.CONFIDENCE:
            return sorted(indices, key=lambda index: faces[index].confidence, reverse=True)
        case Order.SIZE:
            return by_size[: len(indices)]
        case Order.POSITION:
            return _as_read(faces, indices)


def _as_read(faces: Sequence[Face], indices: list[int]) -> list[int]:
    """Row by row; a face belongs to a row if its centre is above the lower edge of the row's topmost face."""
    rows: list[list[int]] = []
    bottom = float("-inf")
    for index in sorted(indices, key=lambda index: centre(faces[index].box)[1]):
        _, _, _, height = faces[index].box
        middle = centre(faces[index].box)[1]
        if middle > bottom:
            rows.append([])
            bottom = middle + height / 2
        rows[-1].append(index)
    return [index for row in rows for index in sorted(row, key=lambda index: centre(faces[index].box)[0])]


def scale_face(face: Face, factor: float) -> Face:
    """The same face in a picture whose sides are `factor` times as long."""
    return Face(
        box=scaled(face.box, factor),
        confidence=face.confidence,
        keypoints={name: (x * factor, y * factor) for name, (x, y) in face.keypoints.items()},
    )


def clip_face(face: Face, width: float, height: float) -> Face:
    """The same face with box and keypoints clipped to a picture of this size."""
    x, y, box_width, box_height = face.box
    left, right = (min(max(edge, 0.0), width) for edge in (x, x + box_width))
    top, bottom = (min(max(edge, 0.0), height) for edge in (y, y + box_height))
    return Face(
        box=(left, top, right - left, bottom - top),
        confidence=face.confidence,
        keypoints={
            name: (min(max(x, 0.0), width), min(max(y, 0.0), height))
            for name, (x, y) in face.keypoints.items()
        },
    )
