"""Detector and tracker: a clip, frame by frame."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.clip_tracking import FollowedFrame, Points, follow_clip, measure_saving
from components.live.clip import FRAME_RATE, clip_pictures
from components.mesh.blazeface import find_with_blazeface
from components.mesh.model_file import ModelFileError
from components.mesh.overlay import MeshStyle, draw
from components.palette import CHOSEN, OUTLINE, REJECTED, Colour
from components.photo.crops import CropSettings, cut_face
from components.ui.progress import Progress
from components.ui.run_once import run_once
from pages.learn.cascade_run import clearest_face
from pages.learn.choose_picture import SAMPLE_ID, LessonPicture, sample_picture
from pages.learn.layout import show_in_short, show_question
from pages.learn.marked_picture import show_picture

# Every so many-th frame of the clip: enough to follow, and half the time to wait.
_EVERY = 2

# The one shown at first: the face moves, and the region is to be seen.
_FIRST = 12

# Milliseconds; less is lost in what a median varies by.
_LEAST_SAVED = 0.1

# Clips that are kept, the current picture's and the sample's: two megabytes each, pixels included.
_KEPT = 2

# As much around a face as a webcam shows.
_CROP = CropSettings(margin=1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Clip:
    """A photo that moves, and what happened in each of its frames.

    Attributes:
        photo: uint8 (height, width, 3), RGB, of which the clip is made.
        frames: What happened.
    """

    photo: NDArray[np.uint8]
    frames: list[FollowedFrame]

    @property
    def has_face(self) -> bool:
        """Whether there was ever a face."""
        return any(frame.face is not None for frame in self.frames)


def show_tracker(picture: LessonPicture) -> None:
    """Show when the detector runs, how the region is carried on, and what that saves."""
    show_question("How is a face followed through a video?")
    st.markdown(
        "MediaPipe, behind the Live page, works in two steps. A **detector** looks at the whole frame and "
        "finds the region of a face. Then a **tracker** lays 478 points in that region, and these say where "
        "to look in the next frame. The detector is called only when there is no face to follow. At thirty "
        "frames a second, there are 33 milliseconds for each."
    )
    try:
        clip = _clip_with_face(picture)
    except ModelFileError as error:
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
            help="The clip is your picture, or what is around its largest face, swaying; it leaves to "
            "the right and comes back.",
        )
        - 1
    )
    shown, timeline = st.columns([3, 2], gap="large")
    with shown:
        _show_frame(clip.photo, frames[index], index)
    with timeline:
        _show_state(frames[index])
        _show_timeline(frames, index)
        _show_saving(frames)
    show_in_short(
        "The detector finds, the tracker follows. From one frame to the next a face moves little, so where "
        "it was says where to look."
    )


def _show_frame(photo: NDArray[np.uint8], frame: FollowedFrame, index: int) -> None:
    # Made anew: a clip's pictures would be a hundred megabytes.
    image = clip_pictures(photo, slice(index * _EVERY, index * _EVERY + 1))
    show_picture("tracker_frame", _drawn(next(image), frame), f"Frame {index + 1} of the clip")
    st.html(
        "<p class='learn-key'><span><i class='region'></i>where the tracker looks: carried on from the frame "
        "before</span><span><i class='detected'></i>what the detector finds in this frame</span></p>"
    )


def _drawn(image: NDArray[np.uint8], frame: FollowedFrame) -> NDArray[np.uint8]:
    found = find_with_blazeface(image) if frame.detector_ran else []
    if frame.face is not None:
        image = draw(image, [frame.face], MeshStyle())
    for x, y, width, height in found[:1]:
        corners = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float32)
        _draw_outline(image, corners, REJECTED)
    if frame.region is not None:
        _draw_outline(image, frame.region, CHOSEN)
    return image


def _draw_outline(image: NDArray[np.uint8], corners: Points, colour: Colour) -> None:
    outline = [np.rint(corners).astype(np.int32)]
    for tone, width in ((OUTLINE, 5), (colour, 3)):
        cv2.polylines(image, outline, True, tone, width, cv2.LINE_AA)


def _show_state(frame: FollowedFrame) -> None:
    match _kind(frame):
        case _Kind.FOLLOWED:
            st.success("**Tracker only.** It looked in the yellow square, and found the face.")
        case _Kind.LOST:
            st.warning(
                "**Tracker only.** It is not sure of a face in the yellow square any more, so the next frame "
                "is searched as a whole."
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


def _show_timeline(frames: list[FollowedFrame], now: int) -> None:
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
        "frames: at the start, and while the face was away. Where it finds none, no points are laid, so such "
        "a frame takes little time."
    )


class _Kind(StrEnum):
    """What ran on a frame, and what came of it."""

    FOLLOWED = "followed"
    LOST = "lost"
    DETECTED = "detected"
    EMPTY = "empty"


def _kind(frame: FollowedFrame) -> _Kind:
    if frame.detector_ran:
        return _Kind.EMPTY if frame.face is None else _Kind.DETECTED
    return _Kind.LOST if frame.face is None else _Kind.FOLLOWED


def _show_saving(frames: list[FollowedFrame]) -> None:
    saving = measure_saving(frames)
    if saving is None:
        st.caption("What following saves cannot be measured here: too few frames show one face alone.")
        return
    tracker, both = st.columns(2)
    tracker.metric("Tracker only", f"{saving.tracker:.1f} ms")
    both.metric("With the detector", f"{saving.both:.1f} ms")
    saved = saving.both - saving.tracker
    outcome = f"saves **{saved:.1f} ms a frame**" if saved >= _LEAST_SAVED else "saves nothing to speak of"
    st.caption(
        f"Medians of the same {saving.frames} frames, with and without the detector, measured on this server "
        f"just now: following {outcome}. This detector is a small one; the larger it is, the more is saved."
    )


def _clip_with_face(picture: LessonPicture) -> _Clip:
    """The picture's clip; where no face is found in that, says so and takes the sample's."""
    clip = _follow(picture)
    if clip.has_face:
        return clip
    st.info("MediaPipe finds no face in this picture. Choose another one above; here is the sample instead.")
    return _follow(sample_picture())


def _follow(picture: LessonPicture) -> _Clip:
    """The picture's clip, followed once, with progress."""

    def work() -> _Clip:
        photo = _around_face(picture)
        place = st.empty()
        progress = Progress(place, "Following the face through the clip…")
        frames = list(clip_pictures(photo, slice(None, None, _EVERY)))
        followed = follow_clip(frames, round(1000 * _EVERY / FRAME_RATE), progress)
        place.empty()
        return _Clip(photo, followed)

    return run_once("clips", picture.id, work, _KEPT)


def _around_face(picture: LessonPicture) -> NDArray[np.uint8]:
    """What the clip is made of: the sample, or what is around the clearest face of a photo."""
    # Of the sample it is known to be in the middle, so that nobody waits for the networks.
    face = clearest_face(picture) if picture.id != SAMPLE_ID else None
    return cut_face(picture.image, face, _CROP) if face else picture.image
