"""Clips processed like a live stream: the sample, or a visitor's video file."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import streamlit as st

from components.live.landmark_table import LandmarkRow
from components.live.limits import MAX_VIDEO_MEGABYTES, MAX_VIDEO_SECONDS
from components.live.processor import LiveSettings
from components.live.video import AnalysedVideo, FoundInFrame, VideoError
from components.mesh.measures import eye_opening, mouth_opening
from components.palette import CHART, CHART_SECOND, CHART_THIRD, css_colour
from components.photo.sample_photo import Sample, sample_photo
from components.tasks.clips import (
    analyse_photo_clip,
    analyse_video_file,
    draw_photo_clip,
    draw_video_file,
)
from components.ui.downloads import offer_download
from components.ui.frontend import show_style
from components.ui.kept import NoRoomError, note_kept
from components.ui.progress import Progress
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker
from components.ui.streamlit_adapter import keep_uploads_in_memory, upload_limit
from components.ui.text import counted, escape_markdown
from components.ui.upload_gate import content_of
from components.workers.inside import Report
from components.workers.worker import TaskError
from pages.live.landmark_files import offer_landmarks
from pages.live.numbers import detector_sentence
from pages.live.settings import choose_live_settings

_STYLE = Path(__file__).with_suffix(".css")

Made = TypeVar("Made")

Analyse = Callable[[Report, bytes, LiveSettings], AnalysedVideo]
Draw = Callable[[Report, bytes, Sequence[FoundInFrame | None], LiveSettings], bytes]

# Milliseconds without the face from which a chart's line breaks: several frames of a slow camera.
_GAP_MS = 250

# Results kept for one visitor: the sample and a video, each up to about 30 megabytes.
_KEPT = 2

# The uploader; what it gives now, and what it gave before the visitor looked at something else.
_UPLOADER, _CURRENT, _EARLIER = "video_upload", "video_current", "video_earlier"


@dataclass(frozen=True, slots=True)
class _Video:
    """A visitor's file."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Clip:
    """A clip to analyse.

    Attributes:
        name: For the visitor.
        file_stem: How the names of its files begin.
        data: The content of the file that it is made from.
        analyse: Finds and draws the meshes.
        draw: Draws what was found before.
    """

    name: str
    file_stem: str
    data: bytes
    analyse: Analyse
    draw: Draw


def show_sample_clip() -> None:
    """Show a clip of the sample photo with its mesh, for visitors without a camera."""
    st.caption("A moving photo instead of your camera, processed in the same way.")
    sample = sample_photo(Sample.GRACE).data
    _show_clip(_Clip("the sample clip", "sample", sample, analyse_photo_clip, draw_photo_clip))


def show_video_file() -> None:
    """Let the visitor choose a video file, and show it with its meshes."""
    video = _choose_video()
    if video is None:
        st.info("Choose a video with a face in it. A few seconds from a phone are enough.")
        return
    stem = video.name.rsplit(".", 1)[0]
    _show_clip(_Clip(video.name, stem, video.data, analyse_video_file, draw_video_file))


def _choose_video() -> _Video | None:
    """Let the visitor choose a video file; an earlier one stays until there is another."""
    keep_uploads_in_memory()
    if _UPLOADER not in st.session_state:
        # The uploader forgets its file as soon as the visitor looks at something else.
        _keep_earlier(st.session_state.pop(_CURRENT, None) or st.session_state.get(_EARLIER))
    upload = st.file_uploader(
        "Your video",
        type=["mp4", "mov", "m4v", "webm", "mkv", "avi", "3gp"],
        max_upload_size=_limit(),
        key=_UPLOADER,
        help=f"The first {MAX_VIDEO_SECONDS} seconds are analysed, without sound. The file stays in this "
        "server's memory while you are here; nothing is stored or sent on.",
    )
    content = content_of(upload, _limit()) if upload else None
    if isinstance(content, NoRoomError):
        st.error(str(content), icon=":material/inventory_2:")
    current = _Video(upload.name, content) if upload and isinstance(content, bytes) else None
    st.session_state[_CURRENT] = current
    if current is not None:
        _keep_earlier(None)
    earlier: _Video | None = st.session_state[_EARLIER]
    if earlier is not None:
        name = escape_markdown(earlier.name)
        st.button(f"Remove {name}", icon=":material/delete:", on_click=_keep_earlier, args=(None,))
    return current or earlier


def _limit() -> int:
    """Megabytes of a file."""
    return upload_limit(MAX_VIDEO_MEGABYTES)


def _keep_earlier(video: _Video | None) -> None:
    st.session_state[_EARLIER] = video
    # Streamlit no longer holds it, so it counts as the session's own.
    note_kept("earlier video", video)


def _show_clip(clip: _Clip) -> None:
    picture, findings = st.columns([3, 2], gap="large")
    with picture:
        place = st.container()
        settings = choose_live_settings(mirror_offered=False)
    show_style(_STYLE)
    with place:
        outcome = _analysed(clip, settings)
        if isinstance(outcome, VideoError | TaskError):
            st.error(f"**{escape_markdown(clip.name)}**: {outcome}", icon=":material/broken_image:")
            return
        with st.container(key="live_clip"):
            st.video(outcome.mp4, format="video/mp4", loop=True, autoplay=True, muted=True)
    with findings:
        _show_findings(clip.file_stem, outcome)


def _analysed(clip: _Clip, settings: LiveSettings) -> AnalysedVideo | VideoError | TaskError:
    """The clip's analysis, drawn as the settings say; each is made once for a visitor, with progress."""
    digest = hashlib.sha256(clip.data).digest()
    place, name = st.empty(), escape_markdown(clip.name)

    def analyse(progress: Progress) -> AnalysedVideo | VideoError | TaskError:
        return _or_refusal(lambda: in_worker(progress, clip.analyse, clip.data, settings))

    text = f"Looking for faces in {name}…"
    analysed = run_once("videos", (digest, settings.mesh), _KEPT, analyse, place, text)
    if isinstance(analysed, VideoError | TaskError) or analysed.settings == settings:
        return analysed

    def draw(progress: Progress) -> bytes | VideoError | TaskError:
        return _or_refusal(lambda: in_worker(progress, clip.draw, clip.data, analysed.found, settings))

    text = f"Drawing the faces in {name}…"
    mp4 = run_once("drawn videos", (digest, settings), _KEPT, draw, place, text)
    return replace(analysed, mp4=mp4) if isinstance(mp4, bytes) else mp4


def _or_refusal(work: Callable[[], Made]) -> Made | VideoError | TaskError:
    try:
        return work()
    except (VideoError, TaskError) as refusal:
        # A new error, since the raised one's traceback would keep the file in memory.
        return type(refusal)(str(refusal))


def _show_findings(file_stem: str, analysed: AnalysedVideo) -> None:
    report = analysed.report
    found = f"A face in **{analysed.frames_with_face} of {report.frames} frames**."
    if analysed.frames_with_face:
        st.markdown(f"{found} {detector_sentence(report)}")
    else:
        st.markdown(f"{found} Try a video in which a face is nearer, brighter or seen from the front.")
    if analysed.shortened:
        st.caption(f"Only the first {MAX_VIDEO_SECONDS} seconds were analysed.")
    if analysed.damaged:
        st.warning(
            "The video could be read only up to here; the file may be damaged.", icon=":material/warning:"
        )
    if report.errors:
        st.warning(
            f"Without a mesh, as the program failed there: {counted(report.errors, 'frame')}.",
            icon=":material/warning:",
        )
    st.metric("Time per frame", f"{report.median_ms:.0f} ms")
    first_faces = [row for row in analysed.rows if row.face == 1]
    if first_faces:
        st.line_chart(
            openings_over_time(first_faces),
            x="seconds",
            y=["left eye", "right eye", "mouth"],
            y_label="open: height ÷ width",
            height=280,
            color=[css_colour(colour) for colour in (CHART, CHART_SECOND, CHART_THIRD)],
        )
    offer_download("Clip with mesh (MP4)", analysed.mp4, f"{file_stem}-mesh.mp4", "video/mp4")
    offer_landmarks(analysed.rows, file_stem)


def openings_over_time(rows: Sequence[LandmarkRow]) -> dict[str, list[float | None]]:
    """The openings of one face's eyes and mouth; None where it was gone, so that a chart's line breaks there.

    Args:
        rows: The face's, in the order of their times.
    """
    columns: dict[str, list[float | None]] = {"seconds": [], "left eye": [], "right eye": [], "mouth": []}
    last_ms: int | None = None
    for row in rows:
        if last_ms is not None and row.time_ms - last_ms > _GAP_MS:
            _add(columns, last_ms + 1, None, None, None)
        opening = eye_opening(row.points)
        _add(columns, row.time_ms, opening.left, opening.right, mouth_opening(row.points))
        last_ms = row.time_ms
    return columns


def _add(columns: dict[str, list[float | None]], time_ms: int, *openings: float | None) -> None:
    for column, value in zip(columns.values(), (time_ms / 1000, *openings), strict=True):
        column.append(value)
