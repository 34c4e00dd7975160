"""The numbers beside the picture."""

import streamlit as st

from components.live.processor import LiveProcessor
from components.live.report import Report, StepTimes
from components.mesh.landmarker import MeshFace
from components.mesh.measures import gaze, head_pose

# Blendshapes under a word for them; of two, the mean.
_EXPRESSIONS = {
    "Smile": ("mouthSmileLeft", "mouthSmileRight"),
    "Mouth open": ("jawOpen",),
    "Pursed lips": ("mouthPucker",),
    "Brows raised": ("browInnerUp",),
    "Frown": ("browDownLeft", "browDownRight"),
    "Left eye closed": ("eyeBlinkLeft",),
    "Right eye closed": ("eyeBlinkRight",),
}

_NOTHING = "-"

# Grey that is seen on light and dark pages, and the turquoise of the mesh.
_STYLE = """<style>
.face-values { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.75rem; margin-bottom: 1rem; }
.face-values div div { font-size: 0.875rem; opacity: 0.75; }
.face-values b { font-size: 1.35rem; font-weight: 400; font-variant-numeric: tabular-nums; }
.face-bars { display: grid; grid-template-columns: max-content 1fr; gap: 0.6rem 1rem; align-items: center; }
.face-bars span { font-size: 0.875rem; }
.face-track { height: 0.55rem; border-radius: 0.3rem; background: #8884; overflow: hidden; }
.face-track div { height: 100%; border-radius: 0.3rem; background: #12a594; }
</style>"""


def show_numbers(processor: LiveProcessor | None) -> None:
    """Show how the stream does and what the first face does; dashes where there is neither."""
    report = processor.report() if processor else None
    latest = processor.latest if processor else None
    _show_work(report)
    _show_face(latest.meshes[0] if latest and latest.meshes else None, report)


def show_frame_times(processor: LiveProcessor | None) -> None:
    """Show how long the latest frames took, step by step."""
    times = processor.report().times if processor else ()
    # The chart's library complains of columns without a number.
    times = times or (StepTimes(0.0, 0, 0.0, 0.0, 0.0),)
    st.area_chart(
        {
            "mesh": [frame.mesh_ms for frame in times],
            "draw": [frame.draw_ms for frame in times],
            "convert": [frame.convert_ms for frame in times],
        },
        height=230,
        x_label="latest frames",
        y_label="milliseconds",
        color=["#12a594", "#e8833a", "#8a9499"],
    )


def _show_work(report: Report | None) -> None:
    if report is None or not report.frames:
        st.markdown(":gray-badge[:material/radio_button_unchecked: No picture yet]")
        st.caption("Here you will see whether the detector runs, or only the tracker.")
    else:
        if report.detector_ran:
            st.markdown(":orange-badge[:material/radio_button_checked: Detector and tracker]")
        else:
            st.markdown(":green-badge[:material/radio_button_checked: Tracker only]")
        share = 100 * report.detector_runs / report.frames
        st.caption(
            f"The detector ran on {report.detector_runs} of {report.frames} frames ({share:.0f} %); "
            "on the others the face was only followed."
        )
    with st.container(horizontal=True):
        st.metric("Frames a second", report.frames_per_second if report else _NOTHING)
        st.metric("Time a frame", f"{report.median_ms:.0f} ms" if report and report.times else _NOTHING)
        st.metric("Faces", report.faces if report else _NOTHING)
    if report and report.errors:
        st.warning(
            f"{report.errors} frames could not be processed and were shown plain. Try other settings, "
            "or start again.",
            icon=":material/warning:",
        )


def _show_face(face: MeshFace | None, report: Report | None) -> None:
    turned = head_pose(face.pose) if face else None
    looking = gaze(face.points) if face else None
    values = {
        "Head turned": _degrees(turned.yaw if turned else None),
        "Head raised": _degrees(turned.pitch if turned else None),
        "Head tilted": _degrees(turned.roll if turned else None),
        "Eyes turned": _degrees(looking.horizontal if looking else None),
        "Eyes raised": _degrees(looking.vertical if looking else None),
        "Blinks, left · right": f"{report.left_blinks} · {report.right_blinks}" if report else _NOTHING,
    }
    shares = {
        word: sum(face.expressions[name] for name in names) / len(names) if face else 0.0
        for word, names in _EXPRESSIONS.items()
    }
    # All in one element: one for each number would take browser and server time from the stream.
    st.html(
        _STYLE
        + "<div class='face-values'>"
        + "".join(f"<div><div>{word}</div><b>{value}</b></div>" for word, value in values.items())
        + "</div><div class='face-bars'>"
        + "".join(_bar(word, share) for word, share in shares.items())
        + "</div>"
    )
    st.caption("Left is your own left. Turned and tilted: to your left is positive.")


def _bar(word: str, share: float) -> str:
    percent = round(100 * min(max(share, 0.0), 1.0))
    return (
        f"<span>{word}</span><div class='face-track' role='meter' aria-label='{word}' aria-valuemin='0' "
        f"aria-valuemax='100' aria-valuenow='{percent}'><div style='width: {percent}%'></div></div>"
    )


def _degrees(angle: float | None) -> str:
    if angle is None:
        return _NOTHING
    return f"{round(angle):+d}°" if round(angle) else "0°"
