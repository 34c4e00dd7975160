"""Tasks with MediaPipe's networks: meshes in photos, and BlazeFace.

Each function imports MediaPipe when it is called: the server imports this module, and needs MediaPipe only
for streams.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from components.photo.crops import CropSettings, cut_face
from components.photo.faces import Face
from components.photo.image import encode_jpeg, read_file
from components.photo.photo_file import PhotoFile
from components.tasks.photos import allow_for_size
from components.workers.inside import Report

# The landmarker's own detector needs some space around a face.
_CROP = CropSettings(margin=0.5)

# Longest side in pixels: the mesh network looks at 256, and the page shows half of this.
_SIDE = 400

# The share from which an expression is named.
_LEAST = 0.3

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class MeshedFace:
    """A face with its mesh as a JPEG file, with pose and expressions in words.

    Attributes:
        picture: JPEG file.
        pose: How the head is turned; None where no mesh was found.
        expressions: The strong ones, strongest first; may be empty.
    """

    picture: bytes
    pose: str | None
    expressions: str


def lay_meshes(report: Report, file: PhotoFile, faces: Sequence[Face]) -> list[MeshedFace]:
    """Find and draw the mesh of each face in a photo.

    Raises:
        PhotoError: As `image.read_photo`.
        MeshUnavailableError: The model or MediaPipe cannot be loaded.
    """
    allow_for_size(report, file.data)
    image = read_file(file)
    crops = [_resized(cut_face(image, face, _CROP)) for face in faces]
    meshed: list[MeshedFace] = []
    for crop in crops:
        report.share(len(meshed) / len(crops))
        meshed.append(_lay_mesh(crop))
    return meshed


def _resized(crop: Picture) -> Picture:
    factor = _SIDE / max(crop.shape[:2])
    # A small face is enlarged, so that the lines do not hide it.
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, None, fx=factor, fy=factor, interpolation=interpolation), np.uint8)


def _lay_mesh(crop: Picture) -> MeshedFace:
    from components.mesh.expressions import expression_shares
    from components.mesh.landmarker import find_meshes
    from components.mesh.measures import head_pose
    from components.mesh.overlay import MeshStyle, draw

    meshes = find_meshes(crop)
    if not meshes:
        return MeshedFace(encode_jpeg(crop, 85), None, "")
    (mesh,) = meshes
    pose = head_pose(mesh.pose)
    shares = sorted(expression_shares(mesh).items(), key=lambda item: item[1], reverse=True)
    return MeshedFace(
        encode_jpeg(draw(crop, meshes, MeshStyle()), 85),
        f"Turned {_degrees(pose.yaw)}, raised {_degrees(pose.pitch)}, tilted {_degrees(pose.roll)}",
        ", ".join(f"{word.lower()} {100 * share:.0f} %" for word, share in shares if share >= _LEAST),
    )


def _degrees(angle: float) -> str:
    """Whole degrees with a proper minus sign, and no minus before zero."""
    return f"{round(angle)}°".replace("-", "−")
