"""Drawing boxes, keypoints and labels on a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from components.geometry import Box
from components.palette import FACE, OUTLINE, REJECTED, Colour
from components.photo.faces import Face
from components.photo.scores import confidence_label

# Pixels; smaller digits are illegible.
_SMALLEST_FONT = 10

# cv2 takes coordinates in 1/16 pixel with this shift, so lines sit where the network put them.
_SHIFT = 4


@dataclass(frozen=True, slots=True)
class FaceStyle:
    """What is drawn of each face."""

    boxes: bool = True
    keypoints: bool = True
    numbers: bool = True
    confidences: bool = True


def draw_faces(
    image: NDArray[np.uint8],
    faces: Sequence[Face],
    style: FaceStyle = FaceStyle(),
) -> NDArray[np.uint8]:
    """Draw faces on a copy of a picture; lines and letters grow with the picture.

    Args:
        image: uint8 array of shape (height, width, 3), RGB; left as it is.
        faces: Faces in this picture's pixels; the first one is number 1.
        style: What is drawn of each face. Without room for both, a label has only the number.

    Returns:
        A drawn copy of `image`.
    """
    canvas = image.copy()
    thickness = _thickness(image)
    if style.boxes:
        _draw_boxes(canvas, [face.box for face in faces])
    if style.keypoints:
        for face in faces:
            _draw_keypoints(canvas, face, thickness)
    if style.numbers or style.confidences:
        return _with_labels(canvas, faces, style)
    return canvas


def draw_boxes(
    image: NDArray[np.uint8], boxes: Iterable[Box], below: Iterable[Box] = ()
) -> NDArray[np.uint8]:
    """Draw boxes on a copy of a picture, as `draw_faces` does.

    Args:
        image: uint8 array of shape (height, width, 3), RGB; left as it is.
        boxes: (x, y, width, height) in pixels.
        below: Boxes to compare these with, in wider lines of another colour below them.
    """
    canvas = image.copy()
    thickness = _thickness(canvas)
    _draw_lines(canvas, list(below), ((OUTLINE, 3 * thickness + 4), (REJECTED, 3 * thickness + 2)))
    _draw_boxes(canvas, list(boxes))
    return canvas


def _thickness(image: NDArray[np.uint8]) -> int:
    longest: int = max(image.shape[:2])
    return max(1, round(longest / 640))


def _draw_boxes(canvas: NDArray[np.uint8], boxes: Sequence[Box]) -> None:
    thickness = _thickness(canvas)
    _draw_lines(canvas, boxes, ((OUTLINE, thickness + 2), (FACE, thickness)))


def _draw_lines(canvas: NDArray[np.uint8], boxes: Sequence[Box], lines: Iterable[tuple[Colour, int]]) -> None:
    # All dark lines first, so that none covers a neighbour's bright line.
    for colour, line in lines:
        for x, y, width, height in boxes:
            corners = _fixed(x, y), _fixed(x + width, y + height)
            cv2.rectangle(canvas, *corners, colour, line, cv2.LINE_AA, _SHIFT)


def _draw_keypoints(canvas: NDArray[np.uint8], face: Face, thickness: int) -> None:
    # In proportion to the face, so that the dots do not hide a small face.
    radius = min(max(face.box[2] / 28, 1.0), thickness * 2.5)
    # An outline around the smallest dots would hide the eyes they mark.
    rings = ((OUTLINE, radius + 1), (FACE, radius)) if radius > 2 else ((FACE, radius),)
    for x, y in face.keypoints.values():
        for colour, size in rings:
            cv2.circle(canvas, _fixed(x, y), round(size * 2**_SHIFT), colour, -1, cv2.LINE_AA, _SHIFT)


def _fixed(x: float, y: float) -> tuple[int, int]:
    return round(x * 2**_SHIFT), round(y * 2**_SHIFT)


def _with_labels(canvas: NDArray[np.uint8], faces: Sequence[Face], style: FaceStyle) -> NDArray[np.uint8]:
    picture = Image.fromarray(canvas)
    draw = ImageDraw.Draw(picture)
    largest = max(max(picture.size) / 58, 14)
    for number, face in enumerate(faces, start=1):
        x, y, face_width, _ = face.box
        # Small faces stand close together, and labels of full size would cover them.
        font_size = max(min(largest, face_width / 2), largest / 2, _SMALLEST_FONT)
        font = ImageFont.load_default(font_size)
        padding = font_size / 4
        confidence = confidence_label(face.confidence)
        text = " · ".join([str(number)] * style.numbers + [confidence] * style.confidences)
        if style.numbers and draw.textlength(text, font) + 2 * padding > 1.5 * face_width:
            text = str(number)
        width = draw.textlength(text, font) + 2 * padding
        height = font_size + 2 * padding
        # Above the box, and inside the picture.
        left = max(min(x, picture.width - width), 0)
        top = max(y - height, 0)
        draw.rounded_rectangle((left, top, left + width, top + height), padding, FACE)
        draw.text((left + width / 2, top + height / 2), text, OUTLINE, font, anchor="mm")
    return np.asarray(picture)
