"""The points of all meshes in a clip, frame by frame, as a table."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.mesh.landmarker import POINT_COUNT, MeshFace


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkRow:
    """One face in one frame.

    Attributes:
        time_ms: Milliseconds from the clip's beginning.
        face: Which of the frame's faces, from 1.
        points: As in `MeshFace`, in pixels of the frame, not mirrored.
    """

    time_ms: int
    face: int
    points: NDArray[np.float32]


def rows_of(meshes: Sequence[MeshFace], time_ms: int) -> list[LandmarkRow]:
    """A frame's rows."""
    return [LandmarkRow(time_ms, face, mesh.points) for face, mesh in enumerate(meshes, start=1)]


def landmarks_csv(rows: Sequence[LandmarkRow]) -> bytes:
    """A CSV file with a line for each face in each frame: time_ms, face, x0, y0, z0, x1, ... z477."""
    names = ["time_ms", "face", *(f"{axis}{point}" for point in range(POINT_COUNT) for axis in "xyz")]
    values = np.empty((len(rows), len(names)), np.float32)
    for line, row in zip(values, rows, strict=True):
        line[:2] = row.time_ms, row.face
        line[2:] = row.points.ravel()
    file = io.StringIO()
    np.savetxt(
        file,
        values,
        # The network is less exact than a hundredth of a pixel.
        fmt=["%d", "%d", *["%.2f"] * (3 * POINT_COUNT)],
        delimiter=",",
        header=",".join(names),
        comments="",
    )
    return file.getvalue().encode()
