"""Measures of a face from its mesh: openings of eyes and mouth, blinks, head pose and gaze.

Left and right are the pictured person's, and so are the signs: positive is to the person's left, or up.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.mesh.landmarker import LEFT_IRIS, RIGHT_IRIS

# Points p1..p6 of the eye aspect ratio: outer corner, two on the upper lid, inner corner, two on the lower.
_RIGHT_EYE = (33, 160, 158, 133, 153, 144)
_LEFT_EYE = (263, 387, 385, 362, 380, 373)

# Inner edge of the lips: middle of the upper lip, middle of the lower lip, right and left corner.
_LIPS = (13, 14, 78, 308)

# Millimetres. The visible iris has nearly the same size in all people: 11.7 +- 0.5 (Ablavatski and others,
# "Real-time Pupil Tracking from Monocular Video", 2020). An eyeball's radius is about 12.
_IRIS_DIAMETER = 11.7
_EYEBALL_RADIUS = 12.0

# Degrees. In eyes that look straight ahead, the irises lie this much above the line between the eye's
# corners: the median of four people who look into the camera.
_RESTING_RAISE = 9.0

# Eye openings. Open eyes measure 0.25 to 0.35, closed eyes less than 0.1. Two thresholds, so that an eye that
# stays in between does not count as several blinks.
CLOSED_BELOW = 0.15
OPEN_ABOVE = 0.20

# The mesh of a face that is turned or blurred may leave one lid a little open in a blink. People close both
# eyes: where one is closed, the other counts as closed when it falls below this share of its opening before.
# That opening is the largest of the latest frames; from frame to frame it counts a little less.
_FALLEN_BELOW = 0.65
_OPEN_LEVEL_KEPT = 0.99


@dataclass(frozen=True, slots=True)
class EyeOpening:
    """Height of each eye divided by its width: about 0.3 when open, under 0.1 when closed."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Rotation of the head in degrees; all are zero for a face that looks straight into the camera.

    Attributes:
        yaw: Turned to the person's left.
        pitch: Raised.
        roll: Tilted towards the person's left shoulder.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Gaze:
    """Rotation of the eyes within the head in degrees, the mean of both eyes.

    Attributes:
        horizontal: Turned to the person's left.
        vertical: Raised.
    """

    horizontal: float
    vertical: float


def eye_opening(points: NDArray[np.float32]) -> EyeOpening:
    """Eye aspect ratio (Soukupova and Cech, "Real-Time Eye Blink Detection using Facial Landmarks", 2016).

    Measured in three dimensions: otherwise an eye would seem to open when the head turns and its width
    shrinks.

    Args:
        points: float32 array of shape (478, 3), as in `MeshFace.points`.
    """
    return EyeOpening(left=_aspect_ratio(points, _LEFT_EYE), right=_aspect_ratio(points, _RIGHT_EYE))


def _aspect_ratio(points: NDArray[np.float32], eye: tuple[int, ...]) -> float:
    p1, p2, p3, p4, p5, p6 = points[list(eye)]
    return _ratio(_distance(p2, p6) + _distance(p3, p5), 2 * _distance(p1, p4))


def mouth_opening(points: NDArray[np.float32]) -> float:
    """Height of the open mouth divided by its width, like the eye aspect ratio.

    Args:
        points: float32 array of shape (478, 3), as in `MeshFace.points`.
    """
    upper, lower, right, left = points[list(_LIPS)]
    return _ratio(_distance(upper, lower), _distance(right, left))


def head_pose(pose: NDArray[np.float32]) -> HeadPose:
    """Rotation of the head, in the order yaw, pitch, roll.

    Angles from a rotation matrix as in Slabaugh, "Computing Euler angles from a rotation matrix" (1999),
    for this order of axes.

    Args:
        pose: float32 array of shape (4, 4), as in `MeshFace.pose`.
    """
    rotation = pose[:3, :3] / np.linalg.norm(pose[:3, :3], axis=0)
    return HeadPose(
        yaw=math.degrees(math.atan2(rotation[0, 2], rotation[2, 2])),
        pitch=math.degrees(math.asin(min(max(rotation[1, 2], -1.0), 1.0))),
        roll=-math.degrees(math.atan2(rotation[1, 0], rotation[1, 1])),
    )


def gaze(points: NDArray[np.float32]) -> Gaze:
    """Where the eyes look, from the offset of each iris from the middle between the eye's corners.

    The iris moves on a sphere: its offset divided by the sphere's radius is the sine of the angle (the simple
    geometric model in Hansen and Ji, "In the Eye of the Beholder", 2010). The iris itself gives the scale.
    Accurate to a few degrees while the face looks towards the camera, and less accurate when it turns away.

    Args:
        points: float32 array of shape (478, 3), as in `MeshFace.points`.
    """
    # Along each eye from the person's right to the person's left.
    right = _eye_turn(points, (_RIGHT_EYE[0], _RIGHT_EYE[3]), RIGHT_IRIS)
    left = _eye_turn(points, (_LEFT_EYE[3], _LEFT_EYE[0]), LEFT_IRIS)
    horizontal, vertical = (right + left) / 2
    return Gaze(float(horizontal), float(vertical) - _RESTING_RAISE)


def _eye_turn(
    points: NDArray[np.float32], corners: tuple[int, int], iris: tuple[int, slice]
) -> NDArray[np.float64]:
    """Degrees of (horizontal, vertical) turn of one eye."""
    start, end = points[list(corners), :2].astype(np.float64)
    centre, around = points[iris[0], :2], points[iris[1], :2]
    diameter = 2 * float(np.linalg.norm(around - centre, axis=1).mean())
    length = _distance(start, end)
    if not diameter or not length:
        return np.zeros(2)
    along = (end - start) / length
    # The picture's y grows downwards.
    up = np.array([along[1], -along[0]])
    offset = (centre - (start + end) / 2) / diameter * _IRIS_DIAMETER / _EYEBALL_RADIUS
    sines = np.clip([offset @ along, offset @ up], -1.0, 1.0)
    return np.asarray(np.degrees(np.arcsin(sines)), np.float64)


class BlinkCounter:
    """Counts each eye's blinks in a stream: it closes, and opens again.

    Attributes:
        left: The left eye's blinks so far.
        right: The right eye's.
    """

    def __init__(self) -> None:
        self.left = 0
        self.right = 0
        self._left_lid, self._right_lid = _Lid(), _Lid()

    def update(self, opening: EyeOpening) -> None:
        """Add the eyes' openings in the next frame."""
        self.left += self._left_lid.update(opening.left, is_other_closed=opening.right < CLOSED_BELOW)
        self.right += self._right_lid.update(opening.right, is_other_closed=opening.left < CLOSED_BELOW)

    def lose(self) -> None:
        """Forget the eyes' state, when no face is found: closed before and open afterwards is no blink."""
        self._left_lid, self._right_lid = _Lid(), _Lid()


class _Lid:
    """Whether one eye is closed."""

    def __init__(self) -> None:
        self._is_closed = False
        self._open_level = 0.0

    def update(self, opening: float, *, is_other_closed: bool) -> bool:
        """Add the opening in the next frame; whether the eye has just opened again."""
        self._open_level = max(opening, _OPEN_LEVEL_KEPT * self._open_level)
        has_fallen = opening < min(_FALLEN_BELOW * self._open_level, OPEN_ABOVE)
        has_opened = self._is_closed and opening > OPEN_ABOVE
        if has_opened:
            self._is_closed = False
        elif opening < CLOSED_BELOW or (has_fallen and is_other_closed):
            self._is_closed = True
        return has_opened


def _distance(a: NDArray[Any], b: NDArray[Any]) -> float:
    return float(np.linalg.norm(a - b))


def _ratio(height: float, width: float) -> float:
    return height / width if width else 0.0
