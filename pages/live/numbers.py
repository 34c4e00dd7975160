"""The numbers beside the picture: about the stream, and about each face.

The page sends them. They also come with the answers to frames, where the browser draws the meshes itself, or
over the WebSocket; `numbers.js` shows whichever came last.
"""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.live.processor import LiveProcessor
from components.live.report import Report
from components.mesh.expressions import EXPRESSIONS, expression_shares
from components.mesh.landmarker import MeshFace
from components.mesh.measures import gaze, head_pose
from components.palette import CHART, CHART_SECOND, CHART_THIRD, css_colour
from components.ui.frontend import script, style_sheet
from components.ui.text import counted

_NOTHING = "-"

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "visavis_numbers",
    html="<div class='live-numbers'></div>",
    css=style_sheet(_HERE / "numbers.css"),
    js=script(_HERE / "numbers.js"),
)


def show_numbers(processor: LiveProcessor | None) -> None:
    """Show the numbers of the stream and of its faces; dashes where there is none."""
    report = processor.report() if processor else None
    latest = processor.latest if processor else None
    _component(key="live_numbers", data=numbers_of(report, latest.meshes if latest else ()))
    if report and report.errors:
        st.warning(
            f"{counted(report.errors, 'frame')} could not be processed, so there was no mesh. Try other "
            "settings, or start again.",
            icon=":material/warning:",
        )


def numbers_of(report: Report | None, meshes: Sequence[MeshFace]) -> dict[str, object]:
    """The numbers as `numbers.js` takes them.

    Args:
        report: The stream's; None without a stream.
        meshes: The faces in its latest frame.
    """
    faces = [_face(number, mesh, report, len(meshes)) for number, mesh in enumerate(meshes, start=1)]
    return {
        "state": _state(report),
        "work": _work(report),
        "faces": faces or [_face(1, None, report, 1)],
        "times": _times(report),
    }


def _state(report: Report | None) -> dict[str, str]:
    if report is None or not report.frames:
        return {
            "kind": "none",
            "words": "No picture yet",
            "sentence": "Here you will see whether the detector runs, or only the tracker.",
        }
    if not report.faces:
        return {
            "kind": "detector",
            "words": "No face found",
            "sentence": "Face the camera, come nearer, or add light. Meanwhile the detector looks in every "
            "frame.",
        }
    kind, words = ("detector", "Detector and tracker") if report.detector_ran else ("tracker", "Tracker only")
    return {"kind": kind, "words": words, "sentence": detector_sentence(report)}


def detector_sentence(report: Report) -> str:
    """On how many of a stream's frames the detector ran."""
    if report.detector_runs == report.frames:
        return "The detector ran on every frame."
    share = 100 * report.detector_runs / report.frames
    return (
        f"The detector ran on {report.detector_runs} of {report.frames} frames ({share:.0f} %); on the "
        "others the face was only followed."
    )


def _work(report: Report | None) -> dict[str, str]:
    return {
        "Frames a second": str(report.frames_per_second) if report else _NOTHING,
        "Time per frame": f"{report.median_ms:.0f} ms" if report and report.times else _NOTHING,
        "Faces": str(report.faces) if report else _NOTHING,
    }


def _face(number: int, face: MeshFace | None, report: Report | None, faces: int) -> dict[str, object]:
    """One face's numbers; it has a title where there are several."""
    turned = head_pose(face.pose) if face else None
    looking = gaze(face.points) if face else None
    values = {
        "Head turned": _degrees(turned.yaw if turned else None),
        "Head raised": _degrees(turned.pitch if turned else None),
        "Head tilted": _degrees(turned.roll if turned else None),
        "Eyes turned": _degrees(looking.horizontal if looking else None),
        "Eyes raised": _degrees(looking.vertical if looking else None),
    }
    # Only the first face's are counted.
    if number == 1:
        blinks = f"{report.left_blinks} · {report.right_blinks}" if report else _NOTHING
        values["Blinks, left · right"] = blinks
    shares = expression_shares(face) if face else dict.fromkeys(EXPRESSIONS, 0.0)
    return {
        "title": f"Face {number}" if faces > 1 else "",
        "values": values,
        "bars": {word: round(100 * min(max(share, 0.0), 1.0)) for word, share in shares.items()},
    }


def _times(report: Report | None) -> list[dict[str, object]]:
    """How many milliseconds the latest frames took, step by step, as the chart stacks them from below."""
    times = report.times if report else ()
    return [
        {"name": name, "colour": css_colour(colour), "milliseconds": [round(ms, 1) for ms in milliseconds]}
        for name, colour, milliseconds in (
            ("mesh", CHART, [frame.mesh_ms for frame in times]),
            ("answer", CHART_SECOND, [frame.answer_ms for frame in times]),
            ("read", CHART_THIRD, [frame.read_ms for frame in times]),
        )
    ]


def _degrees(angle: float | None) -> str:
    if angle is None:
        return _NOTHING
    return f"{round(angle):+d}°" if round(angle) else "0°"
