"""Frames as a processor gives them."""

from components.live.processor import LiveSettings, TrackedFrame
from components.live.report import Report, StepTimes
from components.mesh.landmarker import MeshFace
from tests.pictures import GRACE, Picture


def report(
    *total_ms: float, detector_ran: bool = False, faces: int = 1, blinks: tuple[int, int] = (2, 3)
) -> Report:
    """Of frames that took so long, half of it for the mesh."""
    times = tuple(StepTimes(0.0, 33 * index, ms / 4, ms / 2, ms / 4) for index, ms in enumerate(total_ms))
    return Report(len(times), 0, faces, detector_ran, 1, *blinks, times)


def tracked(
    *meshes: MeshFace,
    time_ms: int = 0,
    image: Picture = GRACE,
    settings: LiveSettings = LiveSettings(mirrored=False),  # noqa: B008 - it cannot be changed
    blinks: tuple[int, int] = (0, 0),
) -> TrackedFrame:
    return TrackedFrame(image, meshes, time_ms, settings, report(8, faces=len(meshes), blinks=blinks))
