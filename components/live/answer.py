"""What goes back to a browser that draws the meshes itself.

A message is: the length of its head in bytes (uint32), the head as JSON, and the points of all faces: for
each point x and y as shares of the frame's width and height (int16, 1 is `POINT_SCALE`). Numbers are
little-endian. `answer.js` reads it.
"""

import json
import struct
from collections.abc import Mapping

import numpy as np

from components.live.hud import hud_of
from components.live.processor import TrackedFrame

# Points may lie outside the frame, up to its width or height away.
POINT_SCALE = 16_384
_MOST = np.iinfo(np.int16).max


def packed_answer(number: int, frame: TrackedFrame, more: Mapping[str, object]) -> bytes:
    """What was found in a frame, as a message.

    Args:
        number: The frame's, as the browser counts.
        frame: What was found.
        more: What else goes into the head.
    """
    height, width = frame.image.shape[:2]
    head = {
        "number": number,
        "faces": len(frame.meshes),
        "detectorRan": frame.report.detector_ran,
        "lines": hud_of(frame.report).lines if frame.settings.hud else (),
        **more,
    }
    points = b"".join(
        np.clip(np.rint(mesh.points[:, :2] / (width, height) * POINT_SCALE), -_MOST, _MOST)
        .astype("<i2")
        .tobytes()
        for mesh in frame.meshes
    )
    return _message(head) + points


def empty_answer(number: int) -> bytes:
    """The message for a frame that failed."""
    return _message({"number": number, "faces": 0, "detectorRan": False, "lines": ()})


def _message(head: Mapping[str, object]) -> bytes:
    text = json.dumps(head, separators=(",", ":")).encode()
    return struct.pack("<I", len(text)) + text
