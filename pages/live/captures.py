"""Snapshots and recordings of the stream, as downloads."""

import streamlit as st

from components.live.limits import MAX_RECORDING_SECONDS
from components.live.processor import LiveProcessor
from components.live.recorder import Recorder, Recording
from components.live.snapshot import Snapshot, take_snapshot
from components.ui.downloads import offer_download
from components.ui.kept import note_kept
from pages.live.landmark_files import offer_landmarks

_SNAPSHOT, _RECORDER, _RECORDING = "live_snapshot", "live_recorder", "live_recording"

_PROGRESS_SECONDS = 0.5


def show_captures(processor: LiveProcessor | None) -> None:
    """Show the buttons for a snapshot and a recording, and what has been captured.

    Args:
        processor: The stream's processor while pictures come; None before and after.
    """
    _finish_recording()
    recorder: Recorder | None = st.session_state.get(_RECORDER)
    snapshot, record = st.columns(2)
    snapshot.button(
        "Snapshot",
        icon=":material/photo_camera:",
        width="stretch",
        disabled=processor is None,
        on_click=_take_snapshot,
        args=(processor,),
    )
    if recorder is None:
        record.button(
            "Record",
            icon=":material/fiber_manual_record:",
            width="stretch",
            disabled=processor is None,
            on_click=_start_recording,
            args=(processor,),
            help=f"Up to {MAX_RECORDING_SECONDS} seconds of what you see, and the mesh's points. Kept in "
            "memory only.",
        )
    else:
        record.button("Stop recording", icon=":material/stop:", width="stretch", on_click=recorder.end)
        st.fragment(_show_recording_progress, run_every=_PROGRESS_SECONDS)(recorder)
    _show_recording(st.session_state.get(_RECORDING))
    _show_snapshot(st.session_state.get(_SNAPSHOT))


def _take_snapshot(processor: LiveProcessor) -> None:
    # Read once, since the stream may end at any moment.
    latest = processor.latest
    if latest is not None:
        st.session_state[_SNAPSHOT] = take_snapshot(latest, processor.settings)


def _start_recording(processor: LiveProcessor) -> None:
    processor.recorder = st.session_state[_RECORDER] = Recorder()
    if processor.closed:
        processor.recorder.end()


def _finish_recording() -> None:
    recorder: Recorder | None = st.session_state.get(_RECORDER)
    if recorder is not None and recorder.ended:
        with st.spinner("Finishing the clip…"):
            recording = recorder.finished()
        if recording.mp4:
            st.session_state[_RECORDING] = recording
            note_kept("recording", recording)
        else:
            st.toast("Nothing could be recorded. Try it again.", icon=":material/videocam_off:")
        # Last, since Streamlit may end this run before, and the next one then finishes the recording.
        del st.session_state[_RECORDER]


def _show_recording_progress(recorder: Recorder) -> None:
    if recorder.ended:
        st.rerun()
    share = recorder.seconds / MAX_RECORDING_SECONDS
    st.progress(min(share, 1.0), f"Recording: {recorder.seconds:.0f} of {MAX_RECORDING_SECONDS} seconds…")


def _show_recording(recording: Recording | None) -> None:
    if recording is None:
        return
    st.markdown(f"**Your recording**, {recording.seconds:.0f} seconds")
    st.video(recording.mp4, muted=True)
    if recording.left_out:
        st.caption(f"{recording.left_out} frames are missing, as the server was busy.")
    offer_download("Clip (MP4)", recording.mp4, "visavis-recording.mp4", "video/mp4")
    offer_landmarks(recording.rows, "visavis-recording")


def _show_snapshot(snapshot: Snapshot | None) -> None:
    if snapshot is None:
        return
    st.markdown("**Your snapshot**")
    for column, title, name, picture in zip(
        st.columns(2),
        ("With mesh", "Without mesh"),
        ("visavis-snapshot-mesh.png", "visavis-snapshot.png"),
        (snapshot.meshed, snapshot.plain),
        strict=True,
    ):
        with column:
            st.image(picture, width="stretch", alt=f"Your snapshot, {title.lower()}")
            offer_download(f"{title} (PNG)", picture, name, "image/png")
