"""What is done with each photo of an album, wherever it is done."""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from components.album.limits import SHEET_FACE_SIDE
from components.album.pictures import Picture
from components.photo.crops import CropSettings, cut_face
from components.photo.detector import Detector
from components.photo.export import PhotoFaces
from components.photo.face_hiding import Hiding, hide_faces
from components.photo.image import PhotoError, decode_photo, encode_jpeg, fit_within
from components.photo.limits import DEFAULT_CONFIDENCE, DEFAULT_MIN_FACE_SIZE
from components.photo.measures import sharpness
from components.photo.photo_file import PhotoFile
from components.tasks.detector import detector_on_one_core, loaded_detector
from components.tasks.photos import allow_for_size
from components.workers.inside import Report
from components.workers.pool import Workers
from components.workers.worker import TaskError

_SHEET_CROPS, _SHEET_QUALITY = CropSettings(), 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of each photo.

    Attributes:
        min_face_size: Side of the smallest face that is looked for, in pixels.
        min_confidence: Lowest score of a face, 0 to 1.
        crops: How faces are cut out; None for no cut-out faces.
        hiding: How faces are hidden in a copy of the photo; None for no copy.
        sheet: Whether a small picture of each face is made for a contact sheet.
    """

    min_face_size: float = DEFAULT_MIN_FACE_SIZE
    min_confidence: float = DEFAULT_CONFIDENCE
    crops: CropSettings | None = None
    hiding: Hiding | None = None
    sheet: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a photo, and what was made of it.

    Attributes:
        photo: The photo's size and faces, the most confident first.
        cut_short: Whether the file ends early, so that a part of the picture is missing.
        first_of_several: Whether the file holds more pictures, of which this is the first.
        crops: A JPEG file of each face, at full size; empty where none were wanted.
        hidden: A JPEG file of the photo with its faces hidden, at full size; empty where none was wanted.
        sheet: A small JPEG file of each face; empty where none were wanted.
    """

    photo: PhotoFaces
    cut_short: bool
    first_of_several: bool
    crops: tuple[bytes, ...]
    hidden: bytes
    sheet: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A photo to look at.

    Attributes:
        picture: The photo.
        known_id: The identity of the content that an earlier run looked at for the same; empty if none did.
    """

    picture: Picture
    known_id: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A photo that was looked at.

    Attributes:
        name: The photo's name in the rows.
        id: Identifies the content, as `PhotoFile.id`.
        seconds: How long it took, reading included.
        found: What was found in it.
    """

    name: str
    id: str
    seconds: float
    found: Found


@dataclass(frozen=True, slots=True)
class Failed:
    """A photo that could not be looked at.

    Attributes:
        name: As for `Looked`.
        id: As for `Looked`; empty where not even the file could be read.
        seconds: As for `Looked`.
        reason: One plain sentence.
    """

    name: str
    id: str
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A photo whose content an earlier run has looked at for the same.

    Attributes:
        name: As for `Looked`.
    """

    name: str


Outcome = Looked | Failed | Unchanged

# Finds the faces in a photo's file in a worker process; raises as `find_in`.
Find = Callable[[PhotoFile], Found]


def load_for_one_core() -> None:
    """Prepare a worker process that runs beside others, one for each core."""
    # Otherwise OpenCV starts a thread for each core in each process.
    cv2.setNumThreads(1)
    # Pillow's about odd metadata would stand in the middle of the progress bar, without the photo's name.
    warnings.simplefilter("ignore")
    detector_on_one_core()


def find_on_one_core(report: Report, file: PhotoFile, wanted: Wanted) -> Found:
    """The task of a worker process that runs beside others; see `find_faces`."""
    allow_for_size(report, file.data)
    return find_faces(file, wanted, detector_on_one_core())


def find_on_all_cores(report: Report, file: PhotoFile, wanted: Wanted) -> Found:
    """The task of a worker process that has the machine for itself; see `find_faces`."""
    allow_for_size(report, file.data)
    return find_faces(file, wanted, loaded_detector())


class EndedError(Exception):
    """The run ended while a photo was looked at, so nothing is known of it."""


def find_in(workers: Workers, check: Callable[[], None], file: PhotoFile, wanted: Wanted) -> Found:
    """Find a photo's faces in one of some worker processes, each on one core.

    Args:
        workers: The processes.
        check: Called while it takes; raises `EndedError` to end it.
        file: The photo's file.
        wanted: What is wanted of it.

    Raises:
        PhotoError: As `find_faces`.
        TaskError: As `Workers.run`; or the program failed on the photo, which must not end a run.
        EndedError: As `check`.
    """

    def on_progress(_number: float) -> None:
        check()

    try:
        # Each photo stands in the queue for itself.
        return workers.run(object(), find_on_one_core, on_progress, on_progress, file, wanted)
    except (PhotoError, TaskError, EndedError):
        raise
    except Exception as error:
        raise TaskError(program_failed(error)) from error


def program_failed(error: Exception) -> str:
    """What is said of a photo on which the program failed."""
    return f"The program failed on this photo ({' '.join(repr(error).split())}); please report it."


def find_faces(file: PhotoFile, wanted: Wanted, detector: Detector) -> Found:
    """Find a photo's faces, and make what is wanted of it; the photo is decoded once.

    Raises:
        PhotoError: As `image.decode_photo`.
    """
    decoded = decode_photo(file.data, file.quarter_turns)
    image = decoded.image
    faces = detector.detect(image, wanted.min_face_size, wanted.min_confidence)
    height, width = image.shape[:2]
    return Found(
        photo=PhotoFaces(
            name=file.name,
            width=width,
            height=height,
            faces=tuple(faces),
            sharpness=tuple(sharpness(image, face) for face in faces),
        ),
        cut_short=decoded.cut_short,
        first_of_several=decoded.first_of_several,
        crops=tuple(encode_jpeg(cut_face(image, face, wanted.crops)) for face in faces)
        if wanted.crops
        else (),
        hidden=encode_jpeg(hide_faces(image, faces, wanted.hiding)) if wanted.hiding else b"",
        sheet=tuple(_small(cut_face(image, face, _SHEET_CROPS)) for face in faces) if wanted.sheet else (),
    )


def _small(crop: NDArray[np.uint8]) -> bytes:
    return encode_jpeg(fit_within(crop, SHEET_FACE_SIDE), _SHEET_QUALITY)


def look_at(job: Job, find: Find) -> Outcome:
    """Read a photo and look at it, unless its content is the one that is known.

    Args:
        job: The photo.
        find: Finds its faces.
    """
    begun, name, content_id = time.perf_counter(), job.picture.name, ""
    try:
        file = PhotoFile.of(name, job.picture.read())
        content_id = file.id
        if content_id == job.known_id:
            return Unchanged(name)
        found = find(file)
    except (PhotoError, TaskError) as refusal:
        return Failed(name, content_id, time.perf_counter() - begun, str(refusal))
    return Looked(name, content_id, time.perf_counter() - begun, found)
