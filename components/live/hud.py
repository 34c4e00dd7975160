"""Numbers written on the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from components.live.report import Report
from components.palette import DETECTOR_LIGHT, TRACKER_LIGHT

_TEXT = (255, 255, 255)

# Sizes are for a frame of this height in pixels, and grow with the frame.
_REFERENCE_HEIGHT = 480
_PANEL_WIDTH = 360
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class Hud:
    """What is written.

    Attributes:
        lines: The text. Only ASCII characters, as cv2's fonts have no more.
        detector_ran: Which light stands beside the last line: the detector's, or the tracker's.
    """

    lines: tuple[str, ...]
    detector_ran: bool


def draw_hud(image: NDArray[np.uint8], hud: Hud) -> None:
    """Write the stream's numbers into the picture's upper left corner.

    Args:
        image: uint8 array of shape (height, width, 3), RGB; drawn into.
        hud: What to write.
    """
    height, width = image.shape[:2]
    scale = max(min(height / _REFERENCE_HEIGHT, width / _PANEL_WIDTH), 0.5)
    line_height = round(18 * scale)
    font_scale = 0.45 * scale
    left = round(8 * scale)
    lines = hud.lines
    # As wide as the longest possible line, so that nothing moves while the numbers change.
    corner = image[: len(lines) * line_height + left, : round(_PANEL_WIDTH * scale)]
    # A quarter of its brightness, so that the text is legible on any background.
    np.right_shift(corner, 2, out=corner)
    for number, line in enumerate(lines, start=1):
        baseline = number * line_height - round(3 * scale)
        indent = 2 * left if number == len(lines) else 0
        cv2.putText(image, line, (left + indent, baseline), _FONT, font_scale, _TEXT, 1, cv2.LINE_AA)
    light = DETECTOR_LIGHT if hud.detector_ran else TRACKER_LIGHT
    middle = len(lines) * line_height - round(7 * scale)
    cv2.circle(image, (left + round(5 * scale), middle), round(5 * scale), light, -1, cv2.LINE_AA)


def hud_of(report: Report) -> Hud:
    """What is written of a stream's numbers."""
    faces = "1 face" if report.faces == 1 else f"{report.faces} faces"
    ran = "detector" if report.detector_ran else "tracker only"
    lines = [
        f"{report.stream_rate} fps   {report.median_ms:.0f} ms   {faces}",
        f"{ran}   detector on {report.detector_runs} of {report.frames + 1}",
    ]
    if report.times:
        latest = report.times[-1]
        steps = f"read {latest.read_ms:.1f}   mesh {latest.mesh_ms:.1f}   answer {latest.answer_ms:.1f} ms"
        lines.insert(1, steps)
    if report.errors:
        lines.insert(0, f"{report.errors} frames failed")
    return Hud(tuple(lines), report.detector_ran)
