"""Detector and tracker on a clip, frame by frame, with the time that each frame takes."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from components.mesh.landmarker import FaceMesh, MeshFace

Points = NDArray[np.float32]

# The side of the region in which the tracker looks for the face in the next frame, in sides of the face. As
# in MediaPipe's graph (face_landmarks_to_rect: 1.5 times the longer side, rotated with the eyes).
_REGION = 1.5

# With fewer frames, a median means little.
_LEAST_COMPARED = 10

# The outer corners of the eyes, by which MediaPipe rotates the region.
_RIGHT_EYE, _LEFT_EYE = 33, 263


@dataclass(frozen=True, slots=True, eq=False)
class ClipFrame:
    """What happened in one frame.

    Attributes:
        region: float32 (4, 2), corners in pixels of the region from the frame before, in which the tracker
            looked; None where there was none.
        face: The face that was found, or None.
        detector_ran: Whether the detector ran.
        milliseconds: How long the whole frame took.
        with_detector: How long the same frame takes when the detector runs on every frame; None where the two
            cannot be compared.
    """

    region: Points | None
    face: MeshFace | None
    detector_ran: bool
    milliseconds: float
    with_detector: float | None


@dataclass(frozen=True, slots=True)
class Saving:
    """What tracking saves, in milliseconds per frame: medians over the frames on which only the tracker ran.

    Attributes:
        tracker: With the tracker alone.
        both: With the detector on the same frames.
        frames: How many were compared.
    """

    tracker: float
    both: float
    frames: int


def track_clip(
    frames: Iterable[NDArray[np.uint8]],
    count: int,
    milliseconds_apart: int,
    on_progress: Callable[[float], None],
) -> list[ClipFrame]:
    """Run two landmarkers over a clip: the usual one, and one whose detector runs on every frame.

    MediaPipe skips its detector while it tracks as many faces as it looks for. When it looks for two and
    there is one, the detector runs on every frame, and everything else is the same.

    Args:
        frames: uint8 arrays of shape (height, width, 3), RGB; taken one by one.
        count: How many frames there are.
        milliseconds_apart: Milliseconds from one frame to the next.
        on_progress: Called with the share done, 0 to 1.

    Raises:
        MeshUnavailableError: The model or MediaPipe cannot be loaded.
    """
    followed = []
    region: Points | None = None
    with FaceMesh(max_faces=1) as mesh, FaceMesh(max_faces=2) as restless:
        for index, frame in enumerate(frames):
            # One after the other on each frame, so that both run under the same load.
            start = time.perf_counter()
            found = mesh.track(frame, milliseconds_apart * index)
            between = time.perf_counter()
            all_found = restless.track(frame, milliseconds_apart * index)
            end = time.perf_counter()
            comparable = len(all_found) == 1 and restless.detector_ran
            followed.append(
                ClipFrame(
                    region=region,
                    face=found[0] if found else None,
                    detector_ran=mesh.detector_ran,
                    milliseconds=1000 * (between - start),
                    with_detector=1000 * (end - between) if comparable else None,
                )
            )
            region = next_region(found[0].points) if found else None
            on_progress((index + 1) / count)
    return followed


def next_region(points: Points) -> Points:
    """The region in which the tracker looks in the next frame: float32 (4, 2), corners in pixels.

    Args:
        points: float32 (478, 3), the face's mesh in this frame.
    """
    flat = points[:, :2]
    across = flat[_LEFT_EYE] - flat[_RIGHT_EYE]
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    # The box of all points while the eyes are level, rotated back.
    turn = np.asarray(cv2.getRotationMatrix2D((0, 0), angle, 1.0), np.float64)[:, :2]
    upright = flat @ turn.T
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = (low + high) / 2 @ turn
    side = float((high - low).max()) * _REGION
    corners = cv2.boxPoints(((float(middle[0]), float(middle[1])), (side, side), angle))
    return np.asarray(corners, np.float32)


def measure_saving(frames: Iterable[ClipFrame]) -> Saving | None:
    """Compare the frames on which only the tracker ran with the same frames when the detector ran as well.

    None where there are too few such frames.
    """
    pairs = [
        (frame.milliseconds, frame.with_detector)
        for frame in frames
        if not frame.detector_ran and frame.with_detector is not None
    ]
    if len(pairs) < _LEAST_COMPARED:
        return None
    return Saving(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs), len(pairs))
