"""The numbers beside the picture: about the stream, and about the first face.

All are one element of HTML that is replaced as a whole. Measured, Streamlit's own metrics and chart took the
browser twice as much work, which slowed down a server on the same machine.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from components.live.processor import LiveProcessor
from components.live.report import Report, StepTimes
from components.mesh.expressions import EXPRESSIONS, expression_shares
from components.mesh.landmarker import MeshFace
from components.mesh.measures import gaze, head_pose
from components.palette import CHART, CHART_SECOND, CHART_THIRD, css_colour
from components.ui.frontend import show_style

_NOTHING = "-"

_STYLE = Path(__file__).with_suffix(".css")

# The steps of a frame, as the chart stacks them from below: name, colour, and milliseconds.
_STEPS: tuple[tuple[str, str, Callable[[StepTimes], float]], ...] = (
    ("mesh", css_colour(CHART), lambda frame: frame.mesh_ms),
    ("answer", css_colour(CHART_SECOND), lambda frame: frame.answer_ms),
    ("read", css_colour(CHART_THIRD), lambda frame: frame.read_ms),
)

# Milliseconds at the chart's top: the first that exceeds all frames, otherwise the last.
_CHART_TOPS = (20, 40, 80, 160)


def style_numbers() -> None:
    """Apply the style for `show_numbers` separately, since sending it again restyles the page."""
    show_style(_STYLE)


def show_numbers(processor: LiveProcessor | None) -> None:
    """Show the numbers of the stream and of the first face; dashes where there is none."""
    report = processor.report() if processor else None
    latest = processor.latest if processor else None
    face = latest.meshes[0] if latest and latest.meshes else None
    parts = (_state(report), _work(report), _face_values(face, report), _expressions(face), _NOTE)
    st.html(f"<div class='live-numbers'>{''.join(parts)}{_times_chart(report)}</div>")
    if report and report.errors:
        st.warning(
            f"{report.errors} frames could not be processed and were shown without a mesh. Try other "
            "settings, or start again.",
            icon=":material/warning:",
        )


_NOTE = "<p>Left is your own left. Turned and tilted: to your left is positive.</p>"


def _state(report: Report | None) -> str:
    if report is None or not report.frames:
        return (
            "<span class='live-state'>No picture yet</span>"
            "<p>Here you will see whether the detector runs, or only the tracker.</p>"
        )
    if not report.faces:
        return (
            "<span class='live-state detector'>No face found</span>"
            "<p>Face the camera, come nearer, or add light. Meanwhile the detector looks in every frame.</p>"
        )
    kind, words = ("detector", "Detector and tracker") if report.detector_ran else ("tracker", "Tracker only")
    return f"<span class='live-state {kind}'>{words}</span><p>{detector_sentence(report)}</p>"


def detector_sentence(report: Report) -> str:
    """On how many of a stream's frames the detector ran."""
    if report.detector_runs == report.frames:
        return "The detector ran on every frame."
    share = 100 * report.detector_runs / report.frames
    return (
        f"The detector ran on {report.detector_runs} of {report.frames} frames ({share:.0f} %); on the "
        "others the face was only followed."
    )


def _work(report: Report | None) -> str:
    return _values(
        "live-work",
        {
            "Frames a second": str(report.frames_per_second) if report else _NOTHING,
            "Time a frame": f"{report.median_ms:.0f} ms" if report and report.times else _NOTHING,
            "Faces": str(report.faces) if report else _NOTHING,
        },
    )


def _face_values(face: MeshFace | None, report: Report | None) -> str:
    turned = head_pose(face.pose) if face else None
    looking = gaze(face.points) if face else None
    return _values(
        "live-face",
        {
            "Head turned": _degrees(turned.yaw if turned else None),
            "Head raised": _degrees(turned.pitch if turned else None),
            "Head tilted": _degrees(turned.roll if turned else None),
            "Eyes turned": _degrees(looking.horizontal if looking else None),
            "Eyes raised": _degrees(looking.vertical if looking else None),
            "Blinks, left · right": f"{report.left_blinks} · {report.right_blinks}" if report else _NOTHING,
        },
    )


def _expressions(face: MeshFace | None) -> str:
    shares = expression_shares(face) if face else dict.fromkeys(EXPRESSIONS, 0.0)
    return f"<div class='live-bars'>{''.join(_bar(word, share) for word, share in shares.items())}</div>"


def _times_chart(report: Report | None) -> str:
    """How long the latest frames took, step by step, as areas on top of each other."""
    times = report.times if report else ()
    longest = max((frame.total_ms for frame in times), default=0.0)
    top = next((top for top in _CHART_TOPS if top >= longest), _CHART_TOPS[-1])
    areas, legend = "", ""
    below = [0.0] * len(times)
    for name, colour, milliseconds in _STEPS:
        above = [base + milliseconds(frame) for base, frame in zip(below, times, strict=True)]
        edge = [*enumerate(above), *reversed([*enumerate(below)])]
        outline = ", ".join(
            f"{100 * index / max(len(times) - 1, 1):.1f}% {100 - 100 * height / top:.1f}%"
            for index, height in edge
        )
        # Streamlit removes SVG from HTML, so an area is a box that is clipped to this outline.
        areas += f"<div style='background: {colour}; clip-path: polygon({outline})'></div>"
        legend += f"<span><i style='background: {colour}'></i>{name}</span>"
        below = above
    return (
        "<div><small>Milliseconds for each of the latest frames</small><div class='live-times'>"
        "<div class='live-scale' aria-hidden='true'>"
        f"<span>{top}</span><span>{top // 2}</span><span>0</span></div>"
        "<div class='live-areas' role='img' "
        f"aria-label='Chart of frame times, up to {longest:.0f} milliseconds'>"
        f"{areas if times else ''}</div><div class='live-legend'>{legend}</div></div></div>"
    )


def _values(kind: str, values: dict[str, str]) -> str:
    cells = "".join(f"<div><small>{word}</small><b>{value}</b></div>" for word, value in values.items())
    return f"<div class='{kind}'>{cells}</div>"


def _bar(word: str, share: float) -> str:
    percent = round(100 * min(max(share, 0.0), 1.0))
    return (
        f"<span>{word}</span><div class='live-track' role='meter' aria-label='{word}' aria-valuemin='0' "
        f"aria-valuemax='100' aria-valuenow='{percent}'><div style='width: {percent}%'></div></div>"
    )


def _degrees(angle: float | None) -> str:
    if angle is None:
        return _NOTHING
    return f"{round(angle):+d}°" if round(angle) else "0°"
