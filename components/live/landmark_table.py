"""What is known of all faces in a clip, frame by frame, as files."""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from components.live.processor import TrackedFrame
from components.mesh.expressions import BLENDSHAPES
from components.mesh.landmarker import POINT_COUNT
from components.mesh.measures import gaze, head_pose

_POSE_SIDE = 4

# The columns before expressions, pose and points, and how many decimals they have. An angle is exact to a
# degree at best, a point to less than a hundredth of a pixel.
_MEASURES = {
    "time_ms": "%d",
    "face": "%d",
    "frame_width": "%d",
    "frame_height": "%d",
    "blinks_left": "%.0f",
    "blinks_right": "%.0f",
    "head_yaw": "%.2f",
    "head_pitch": "%.2f",
    "head_roll": "%.2f",
    "gaze_horizontal": "%.2f",
    "gaze_vertical": "%.2f",
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a clip begins in its stream.

    Attributes:
        time_ms: The first frame's time in the stream, in milliseconds.
        blinks: The blinks of the first face's left and right eye until then.
    """

    time_ms: int = 0
    blinks: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkRow:
    """One face in one frame.

    Attributes:
        time_ms: Milliseconds from the clip's beginning.
        face: Which of the frame's faces, from 1.
        frame_size: Width and height of the frame in pixels.
        points: As in `MeshFace`, in pixels of the frame, not mirrored.
        expressions: float32 array of shape (52,): the blendshapes in the order of `BLENDSHAPES`, 0 to 1.
        pose: As in `MeshFace`.
        blinks: How often the left and the right eye have blinked so far; only the first face's are counted.
    """

    time_ms: int
    face: int
    frame_size: tuple[int, int]
    points: NDArray[np.float32]
    expressions: NDArray[np.float32]
    pose: NDArray[np.float32]
    blinks: tuple[int, int] | None


def rows_of(frame: TrackedFrame, beginning: Beginning) -> list[LandmarkRow]:
    """A frame's rows, in a clip that begins there."""
    height, width = frame.image.shape[:2]
    left, right = (now - then for now, then in zip(frame.blinks, beginning.blinks, strict=True))
    return [
        LandmarkRow(
            time_ms=frame.timestamp_ms - beginning.time_ms,
            face=face,
            frame_size=(width, height),
            points=mesh.points,
            expressions=np.array([mesh.expressions.get(name, np.nan) for name in BLENDSHAPES], np.float32),
            pose=mesh.pose,
            blinks=(left, right) if face == 1 else None,
        )
        for face, mesh in enumerate(frame.meshes, start=1)
    ]


def landmarks_csv(rows: Sequence[LandmarkRow]) -> bytes:
    """A CSV file with a line for each face in each frame.

    Its columns: `_MEASURES`, the blendshapes by MediaPipe's names, the pose row by row (pose00 ... pose33),
    and the points (x0, y0, z0, x1, ... z477). What is not counted is "nan".
    """
    formats = [
        *_MEASURES.items(),
        *((name, "%.3f") for name in BLENDSHAPES),
        *((f"pose{row}{column}", "%.4f") for row in range(_POSE_SIDE) for column in range(_POSE_SIDE)),
        *((f"{axis}{point}", "%.2f") for point in range(POINT_COUNT) for axis in "xyz"),
    ]
    values = np.empty((len(rows), len(formats)))
    for line, row in zip(values, rows, strict=True):
        line[:] = [*_measures(row), *row.expressions, *row.pose.ravel(), *row.points.ravel()]
    file = io.StringIO()
    np.savetxt(
        file,
        values,
        fmt=[decimals for _, decimals in formats],
        delimiter=",",
        header=",".join(name for name, _ in formats),
        comments="",
    )
    return file.getvalue().encode()


def _measures(row: LandmarkRow) -> Iterable[float]:
    """The values of `_MEASURES`."""
    head, eyes = head_pose(row.pose), gaze(row.points)
    blinks = row.blinks or (np.nan, np.nan)
    angles = (head.yaw, head.pitch, head.roll, eyes.horizontal, eyes.vertical)
    return (row.time_ms, row.face, *row.frame_size, *blinks, *angles)


def landmarks_json_lines(rows: Sequence[LandmarkRow]) -> bytes:
    """A file with a JSON object in each line, for each face in each frame (JSON Lines)."""
    return "".join(f"{json.dumps(_as_json(row))}\n" for row in rows).encode()


def _as_json(row: LandmarkRow) -> dict[str, object]:
    width, height = row.frame_size
    return {
        "time_ms": row.time_ms,
        "face": row.face,
        "frame": {"width": width, "height": height},
        "blinks": {"left": row.blinks[0], "right": row.blinks[1]} if row.blinks else None,
        "head": _rounded(asdict(head_pose(row.pose)), 2),
        "gaze": _rounded(asdict(gaze(row.points)), 2),
        "expressions": _rounded(dict(zip(BLENDSHAPES, row.expressions.tolist(), strict=True)), 3),
        "pose": np.round(row.pose.astype(float), 4).tolist(),
        "points": np.round(row.points.astype(float), 2).tolist(),
    }


def _rounded(values: dict[str, float], decimals: int) -> dict[str, float]:
    return {name: round(value, decimals) for name, value in values.items()}
