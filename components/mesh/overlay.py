"""Drawing the mesh on a frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from components.mesh import mediapipe_adapter as mp
from components.mesh.landmarker import LEFT_IRIS, RIGHT_IRIS, MeshFace
from components.palette import CHOSEN, FACE, NET, OUTLINE, Colour

NET_OPACITY = 0.65

# With this shift cv2 takes coordinates in 1/16 pixel, so lines are exactly where the network put the points.
_SHIFT = 4


@dataclass(frozen=True, slots=True)
class MeshStyle:
    """Which parts of the mesh are drawn."""

    tesselation: bool = True
    contours: bool = True
    irises: bool = True


def _trails(connections: Iterable[mp.FaceLandmarksConnections.Connection]) -> list[NDArray[np.intp]]:
    """The lines joined into trails, each line once: MediaPipe lists an edge for each of its two triangles.

    A few long trails take cv2 less time than many short lines.
    """
    neighbours: dict[int, set[int]] = {}
    for connection in connections:
        neighbours.setdefault(connection.start, set()).add(connection.end)
        neighbours.setdefault(connection.end, set()).add(connection.start)
    trails = []
    while neighbours:
        # Beginning at a point with an odd number of lines gives fewer trails.
        odd = (point for point, others in sorted(neighbours.items()) if len(others) % 2)
        trail = [next(odd, min(neighbours))]
        while trail[-1] in neighbours:
            here, there = trail[-1], min(neighbours[trail[-1]])
            for point, other in ((here, there), (there, here)):
                neighbours[point].remove(other)
                if not neighbours[point]:
                    del neighbours[point]
            trail.append(there)
        trails.append(np.array(trail, np.intp))
    return trails


# The points of each line of the net and of the contours, as indices.
TESSELATION = _trails(mp.FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION)
CONTOURS = _trails(mp.FaceLandmarksConnections.FACE_LANDMARKS_CONTOURS)
IRISES = (RIGHT_IRIS, LEFT_IRIS)


def draw(image: NDArray[np.uint8], meshes: Sequence[MeshFace], style: MeshStyle) -> NDArray[np.uint8]:
    """Draw the meshes on a copy of a frame.

    Args:
        image: uint8 array of shape (height, width, 3), RGB; left as it is.
        meshes: Meshes in this frame's pixels.
        style: Which parts are drawn.
    """
    canvas = image.copy()
    # 1 for a webcam's frame, more for larger frames.
    width = max(1, round(max(image.shape[:2]) / 800))
    for mesh in meshes:
        # Far outside the frame, cv2's fixed-point numbers would overflow.
        points = np.rint(np.clip(mesh.points[:, :2], -10_000, 10_000) * 2**_SHIFT).astype(np.int32)
        if style.tesselation:
            _draw_lines(canvas, points, TESSELATION, NET, width)
            _shine_through(canvas, image, mesh)
        if style.contours:
            _draw_lines(canvas, points, CONTOURS, OUTLINE, width + 2)
            _draw_lines(canvas, points, CONTOURS, FACE, width)
        if style.irises:
            _draw_irises(canvas, points, width)
    return canvas


def _draw_lines(
    canvas: NDArray[np.uint8],
    points: NDArray[np.int32],
    trails: list[NDArray[np.intp]],
    colour: Colour,
    width: int,
) -> None:
    # In one call: thousands of calls from Python would take most of the time.
    cv2.polylines(canvas, [points[trail] for trail in trails], False, colour, width, cv2.LINE_AA, _SHIFT)


def _shine_through(canvas: NDArray[np.uint8], image: NDArray[np.uint8], mesh: MeshFace) -> None:
    """Make the net translucent, since it would hide a small face."""
    height, width = image.shape[:2]
    margin = 4
    left, top = np.clip(mesh.points[:, :2].min(axis=0) - margin, 0, (width, height)).astype(int)
    right, bottom = np.clip(mesh.points[:, :2].max(axis=0) + margin, 0, (width, height)).astype(int)
    around = canvas[top:bottom, left:right]
    if around.size:
        net, skin = NET_OPACITY, image[top:bottom, left:right]
        around[:] = cv2.addWeighted(around, net, skin, 1 - net, 0)


def _draw_irises(canvas: NDArray[np.uint8], points: NDArray[np.int32], width: int) -> None:
    for centre, around in IRISES:
        x, y = (int(value) for value in points[centre])
        radius = round(float(np.linalg.norm(points[around] - points[centre], axis=1).mean()))
        for colour, line in ((OUTLINE, width + 2), (CHOSEN, width)):
            cv2.circle(canvas, (x, y), radius, colour, line, cv2.LINE_AA, _SHIFT)


def draw_numbers(image: NDArray[np.uint8], meshes: Sequence[MeshFace], mirrored: bool) -> None:
    """Write each face's number above it, counted from 1.

    Args:
        image: uint8 array of shape (height, width, 3), RGB; drawn into.
        meshes: Meshes in this picture's pixels, before it was mirrored.
        mirrored: Whether the picture has been mirrored.
    """
    height, width = image.shape[:2]
    size = max(height, width) / 800
    for number, mesh in enumerate(meshes, start=1):
        points = np.clip(mesh.points[:, :2], -10_000, 10_000)
        left, top = points.min(axis=0)
        middle = float(left + points[:, 0].max()) / 2
        x = round(width - middle if mirrored else middle)
        y = round(max(float(top) - 8 * size, 24 * size))
        for colour, line in ((OUTLINE, 5), (FACE, 2)):
            corner, line = (x - round(9 * size), y), max(round(line * size), 1)
            cv2.putText(image, str(number), corner, cv2.FONT_HERSHEY_SIMPLEX, size, colour, line, cv2.LINE_AA)
