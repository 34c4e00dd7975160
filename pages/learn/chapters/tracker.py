"""Detector and tracker: a clip, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.geometry import Box
from components.lesson.clip_tracking import ClipFrame, Points, measure_saving
from components.live.clip import clip_pictures
from components.mesh.model_file import MeshUnavailableError
from components.mesh.overlay import MeshStyle, draw
from components.palette import CHOSEN, OUTLINE, REJECTED, Colour
from components.photo.crops import CropSettings, cut_face
from components.tasks.clips import follow_face
from components.ui.progress import Progress
from components.ui.run_once import run_once
from components.ui.shared_workers import in_worker
from components.workers.worker import TaskError
from pages.learn.cascade_run import clearest_face
from pages.learn.choose_picture import SAMPLE_ID, LessonPicture, sample_picture
from pages.learn.layout import show_in_short, show_question
from pages.learn.marked_picture import show_picture

# Every second frame of the clip: enough to follow, and half the time to wait.
_EVERY = 2

# The frame that is shown at first: the face moves, and the region is visible.
_FIRST = 12

# Milliseconds; a smaller difference is within the variation of a median.
_LEAST_SAVED = 0.1

# Clips that are kept, the current picture's and the sample's: two megabytes each, pixels included.
_KEPT = 2

# As much space around a face as a webcam shows.
_CROP = CropSettings(margin=1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Clip:
    """A moving photo, and what happened in each of its frames.

    Attributes:
        photo: uint8 (height, width, 3), RGB; the clip is made from it.
        frames: What happened in each frame.
        detected: For each frame, the box that the detector found; None where it did not run or found none.
    """

    photo: NDArray[np.uint8]
    frames: tuple[ClipFrame, ...]
    detected: tuple[Box | None, ...]

    @property
    def has_face(self) -> bool:
        """Whether any frame has a face."""
        return any(frame.face is not None for frame in self.frames)


def show_tracker(picture: LessonPicture) -> None:
    """Show when the detector runs, how the region is passed on, and what that saves."""
    show_question("How is a face followed through a video?")
    st.markdown(
        "MediaPipe, behind the Live page, works in two steps. A **detector** looks at the whole frame and "
        "finds the region of a face. Then a **tracker** places 478 points in that region, and these say "
        "where to look in the next frame. The detector runs only when there is no face to follow. At thirty "
        "frames a second, there are 33 milliseconds for each frame."
    )
    try:
        clip = _clip_with_face(picture)
    except (MeshUnavailableError, TaskError) as error:
        st.error(str(error))
        return
    frames = clip.frames
    index = (
        st.slider(
            "Frame",
            1,
            len(frames),
            _FIRST,
            key="frame",
            bind="query-params",
            help="The clip is made from your picture, or from the area around its largest face. It sways, "
            "leaves to the right and comes back.",
        )
        - 1
    )
    shown, timeline = st.columns([3, 2], gap="large")
    with shown:
        _show_frame(clip, index)
    with timeline:
        _show_state(frames[index])
        _show_timeline(frames, index)
        _show_saving(frames)
    show_in_short(
        "The detector finds, the tracker follows. From one frame to the next a face moves little, so where "
        "it was says where to look."
    )


def _show_frame(clip: _Clip, index: int) -> None:
    # Made again, since all of a clip's pictures would take a hundred megabytes.
    image = next(clip_pictures(clip.photo, slice(index * _EVERY, index * _EVERY + 1)))
    drawn = _drawn(image, clip.frames[index], clip.detected[index])
    show_picture("tracker_frame", drawn, f"Frame {index + 1} of the clip")
    st.html(
        "<p class='learn-key'><span><i class='region'></i>where the tracker looks: from the frame "
        "before</span><span><i class='detected'></i>what the detector finds in this frame</span></p>"
    )


def _drawn(image: NDArray[np.uint8], frame: ClipFrame, detected: Box | None) -> NDArray[np.uint8]:
    if frame.face is not None:
        image = draw(image, [frame.face], MeshStyle())
    if detected is not None:
        x, y, width, height = detected
        corners = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float32)
        _draw_outline(image, corners, REJECTED)
    if frame.region is not None:
        _draw_outline(image, frame.region, CHOSEN)
    return image


def _draw_outline(image: NDArray[np.uint8], corners: Points, colour: Colour) -> None:
    outline = [np.rint(corners).astype(np.int32)]
    for tone, width in ((OUTLINE, 5), (colour, 3)):
        cv2.polylines(image, outline, True, tone, width, cv2.LINE_AA)


def _show_state(frame: ClipFrame) -> None:
    match _kind(frame):
        case _Kind.TRACKED:
            st.success("**Tracker only.** It looked in the yellow square, and found the face.")
        case _Kind.LOST:
            st.warning(
                "**Tracker only.** It no longer sees a face in the yellow square, so the whole next frame "
                "will be searched."
            )
        case _Kind.DETECTED:
            st.warning(
                "**Detector, then tracker.** There was no face to follow. The whole frame was searched, "
                "and a face was found."
            )
        case _Kind.EMPTY:
            st.warning(
                "**Detector only.** There was no face to follow. The whole frame was searched, and none was "
                "found."
            )


def _show_timeline(frames: Sequence[ClipFrame], now: int) -> None:
    longest = max(frame.milliseconds for frame in frames)
    bars = "".join(
        f"<i class='{_kind(frame)}{' now' if index == now else ''}' "
        f"style='height: {100 * frame.milliseconds / longest:.0f}%'></i>"
        for index, frame in enumerate(frames)
    )
    calls = sum(frame.detector_ran for frame in frames)
    st.html(
        f"<div class='learn-frames' role='img' aria-label='Time of each of {len(frames)} frames, up to "
        f"{longest:.0f} milliseconds; the detector ran on {calls}'>{bars}</div>"
        "<p class='learn-key'><span><i></i>tracker only</span>"
        "<span><i class='lost'></i>tracker only: face lost</span>"
        "<span><i class='detected'></i>detector, then tracker</span>"
        "<span><i class='empty'></i>detector only: no face</span></p>"
    )
    st.caption(
        f"Milliseconds for each frame, up to {longest:.0f}. The detector ran on **{calls} of {len(frames)}** "
        "frames: at the start, and while the face was away. Where it finds none, no points are placed, so "
        "such a frame takes little time."
    )


class _Kind(StrEnum):
    """What ran on a frame, and with which result."""

    TRACKED = "tracked"
    LOST = "lost"
    DETECTED = "detected"
    EMPTY = "empty"


def _kind(frame: ClipFrame) -> _Kind:
    if frame.detector_ran:
        return _Kind.EMPTY if frame.face is None else _Kind.DETECTED
    return _Kind.LOST if frame.face is None else _Kind.TRACKED


def _show_saving(frames: Sequence[ClipFrame]) -> None:
    saving = measure_saving(frames)
    if saving is None:
        st.caption("What tracking saves cannot be measured here: too few frames show exactly one face.")
        return
    tracker, both = st.columns(2)
    tracker.metric("Tracker only", f"{saving.tracker:.1f} ms")
    both.metric("With the detector", f"{saving.both:.1f} ms")
    saved = saving.both - saving.tracker
    outcome = f"saves **{saved:.1f} ms a frame**" if saved >= _LEAST_SAVED else "saves hardly anything"
    st.caption(
        f"Medians of the same {saving.frames} frames, with and without the detector, measured on this server "
        f"just now: tracking {outcome}. This detector is small; with a larger one, tracking saves more."
    )


def _clip_with_face(picture: LessonPicture) -> _Clip:
    """The picture's clip; where no face is found in it, a sentence and the sample's clip."""
    clip = _tracked_clip(picture)
    if clip.has_face:
        return clip
    st.info("MediaPipe finds no face in this picture. Choose another one above; here is the sample instead.")
    return _tracked_clip(sample_picture())


def _tracked_clip(picture: LessonPicture) -> _Clip:
    """The picture's clip with what happened in each frame; made once, with progress."""

    def work(progress: Progress) -> _Clip:
        photo = _around_face(picture)
        frames, detected = zip(*in_worker(progress, follow_face, photo, _EVERY), strict=True)
        return _Clip(photo, frames, detected)

    text = "Following the face through the clip…"
    return run_once("clips", picture.id, _KEPT, work, st.empty(), text)


def _around_face(picture: LessonPicture) -> NDArray[np.uint8]:
    """What the clip is made from: the sample, or the area around the clearest face of a photo."""
    # In the sample the face is in the middle, so nobody waits for the networks.
    face = clearest_face(picture) if picture.id != SAMPLE_ID else None
    return cut_face(picture.image, face, _CROP) if face else picture.image
