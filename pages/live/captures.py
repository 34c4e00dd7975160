"""Snapshots and recordings of the stream, as downloads. Their buttons stand under the picture."""

import streamlit as st

from components.live.limits import MAX_RECORDING_SECONDS
from components.live.processor import LiveProcessor
from components.live.recorder import Recorder, Recording
from components.live.snapshot import Snapshot, take_snapshot
from components.ui.downloads import offer_download
from components.ui.kept import note_kept
from components.ui.text import counted
from pages.live.landmark_files import offer_landmarks

_SNAPSHOT, _RECORDER, _RECORDING = "live_snapshot", "live_recorder", "live_recording"

_LOOK_SECONDS = 0.5


def capture(processor: LiveProcessor | None, what: str) -> None:
    """Do what the visitor asks for under the picture.

    Args:
        processor: The stream's; None where it has ended.
        what: "snapshot", "record", or "stop" for the end of a recording.
    """
    recorder: Recorder | None = st.session_state.get(_RECORDER)
    if what == "stop" and recorder is not None:
        recorder.end()
    if processor is None:
        return
    if what == "snapshot":
        _take_snapshot(processor)
    elif what == "record" and recorder is None:
        _start_recording(processor)


def finish_recording(processor: LiveProcessor | None) -> None:
    """Take over a recording that has ended, before the page shows what there is."""
    recorder: Recorder | None = st.session_state.get(_RECORDER)
    if recorder is None or not recorder.ended:
        return
    with st.spinner("Finishing the clip…"):
        recording = recorder.finished()
    if recording.mp4:
        st.session_state[_RECORDING] = recording
        note_kept("recording", recording)
        st.toast("Your recording is below the picture.", icon=":material/movie:")
    else:
        st.toast("Nothing could be recorded. Try it again.", icon=":material/videocam_off:")
    if processor is not None:
        processor.recorder = None
    # Last, since Streamlit may end this run before, and the next one then finishes the recording.
    del st.session_state[_RECORDER]


def show_captures() -> None:
    """Show what has been captured."""
    recorder: Recorder | None = st.session_state.get(_RECORDER)
    if recorder is not None:
        st.fragment(_show_recording_progress, run_every=_LOOK_SECONDS)(recorder)
    _show_recording(st.session_state.get(_RECORDING))
    _show_snapshot(st.session_state.get(_SNAPSHOT))


def _take_snapshot(processor: LiveProcessor) -> None:
    # Read once, since the stream may end at any moment.
    latest = processor.latest
    if latest is not None:
        st.session_state[_SNAPSHOT] = take_snapshot(latest, processor.settings)
        st.toast("Your snapshot is below the picture.", icon=":material/photo_camera:")


def _start_recording(processor: LiveProcessor) -> None:
    processor.recorder = st.session_state[_RECORDER] = Recorder()
    if processor.closed:
        processor.recorder.end()


def _show_recording_progress(recorder: Recorder) -> None:
    if recorder.ended:
        st.rerun()
    share = recorder.seconds / MAX_RECORDING_SECONDS
    st.progress(min(share, 1.0), f"Recording: {recorder.seconds:.0f} of {MAX_RECORDING_SECONDS} seconds…")


def _show_recording(recording: Recording | None) -> None:
    if recording is None:
        return
    st.markdown(f"**Your recording**, {counted(round(recording.seconds), 'second')}")
    st.video(recording.mp4, muted=True)
    if recording.left_out:
        st.caption(f"Missing, as the server was busy: {counted(recording.left_out, 'frame')}.")
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
