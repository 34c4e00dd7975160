"""Detector and tracker on a clip, frame by frame, with the time each frame takes."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from components.mesh.landmarker import FaceMesh, MeshFace

Points = NDArray[np.float32]

# How much larger than the face the region is in which the tracker looks for it in the next frame, as in
# MediaPipe's graph (face_landmarks_to_rect: 1.5 times the longer side, turned with the eyes).
_REGION = 1.5

# Of fewer frames a median says little.
_LEAST_COMPARED = 10

# The outer corners of the eyes, by which MediaPipe turns the region.
_RIGHT_EYE, _LEFT_EYE = 33, 263


@dataclass(frozen=True, slots=True, eq=False)
class FollowedFrame:
    """What happened in one frame.

    Attributes:
        region: float32 (4, 2), corners in pixels of where the tracker looked, carried on from the frame
            before; None where there was nothing to carry on.
        face: What was found; None without a face.
        detector_ran: Whether the detector was called.
        milliseconds: The whole frame took.
        with_detector: What the same frame takes where the detector is called on every one; None where
            that cannot be compared.
    """

    region: Points | None
    face: MeshFace | None
    detector_ran: bool
    milliseconds: float
    with_detector: float | None


@dataclass(frozen=True, slots=True)
class Saving:
    """What following saves, in milliseconds a frame: medians over the frames that were only followed.

    Attributes:
        tracker: With the tracker alone.
        both: With the detector on the same frames.
        frames: How many were compared.
    """

    tracker: float
    both: float
    frames: int


def follow_clip(
    frames: Sequence[NDArray[np.uint8]],
    milliseconds_apart: int,
    on_progress: Callable[[float], None],
) -> list[FollowedFrame]:
    """Run the landmarker over a clip, once as it is made, and once so that its detector never rests.

    MediaPipe's detector rests while as many faces are followed as are looked for. Where two are looked for
    and one is there, it is called on every frame, and all else is the same.

    Args:
        frames: uint8 arrays of shape (height, width, 3), RGB.
        milliseconds_apart: From one frame to the next.
        on_progress: Told the share that is done, 0 to 1.

    Raises:
        ModelFileError: There is no model to load.
    """
    followed = []
    region: Points | None = None
    with FaceMesh(max_faces=1) as mesh, FaceMesh(max_faces=2) as restless:
        for index, frame in enumerate(frames):
            # One after the other on each frame, so that both have the machine as it is just then.
            start = time.perf_counter()
            found = mesh.track(frame, milliseconds_apart * index)
            between = time.perf_counter()
            all_found = restless.track(frame, milliseconds_apart * index)
            end = time.perf_counter()
            comparable = len(all_found) == 1 and restless.detector_ran
            followed.append(
                FollowedFrame(
                    region=region,
                    face=found[0] if found else None,
                    detector_ran=mesh.detector_ran,
                    milliseconds=1000 * (between - start),
                    with_detector=1000 * (end - between) if comparable else None,
                )
            )
            region = next_region(found[0].points) if found else None
            on_progress((index + 1) / len(frames))
    return followed


def next_region(points: Points) -> Points:
    """Where the tracker looks for a face in the next frame: float32 (4, 2), corners in pixels.

    Args:
        points: float32 (478, 3), the face's mesh in this frame.
    """
    flat = points[:, :2]
    across = flat[_LEFT_EYE] - flat[_RIGHT_EYE]
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    # Upright, the box of all points; then turned back.
    turn = np.asarray(cv2.getRotationMatrix2D((0, 0), angle, 1.0), np.float64)[:, :2]
    upright = flat @ turn.T
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = (low + high) / 2 @ turn
    side = float((high - low).max()) * _REGION
    corners = cv2.boxPoints(((float(middle[0]), float(middle[1])), (side, side), angle))
    return np.asarray(corners, np.float32)


def measure_saving(frames: Iterable[FollowedFrame]) -> Saving | None:
    """Compare the frames that were only followed with the same ones where the detector ran as well.

    None where there are too few of them.
    """
    pairs = [
        (frame.milliseconds, frame.with_detector)
        for frame in frames
        if not frame.detector_ran and frame.with_detector is not None
    ]
    if len(pairs) < _LEAST_COMPARED:
        return None
    return Saving(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs), len(pairs))
