"""Each task in a real worker process gives what its function gives in this one."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from components.geometry import centre, iou
from components.live.processor import LiveSettings
from components.live.video import VideoError
from components.mesh.blazeface import BlazeFace
from components.photo.analysis import analyse_photo, cut_thumbnails
from components.photo.annotate import FaceStyle
from components.photo.crops import CropSettings
from components.photo.detector import FaceDetector
from components.photo.export import hidden_jpeg
from components.photo.face_hiding import Cover, CoverShape, Hiding
from components.photo.image import PhotoError, read_file, read_photo
from components.photo.selection import AnalysedPhoto, SelectedFaces
from components.photo.take_home import SmallFaces, cut_out_faces, drawn_photo
from components.tasks import clips, meshes, package, photos, rivals
from components.tasks.detector import loaded_detector
from components.workers.machine import MEGABYTE
from components.workers.worker import Limits, TaskError, Worker
from tests import pictures, worker_tasks
from tests.photo_files import photo_file

GROUP = photo_file(pictures.encoded(pictures.group(columns=2, rows=1), "JPEG"), "two.jpg")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker(Limits(700 * MEGABYTE), loaded_detector)
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def photo(detector: FaceDetector) -> AnalysedPhoto:
    return AnalysedPhoto(GROUP, analyse_photo(GROUP, detector))


def ignore(_share: float) -> None:
    """For tests that look at no progress."""


def test_faces_are_found(worker: Worker, photo: AnalysedPhoto) -> None:
    shares: list[float] = []
    found = worker.run(photos.find_faces, shares.append, GROUP, 20)
    assert found.faces == photo.analysis.faces
    assert len(found.faces) == 2
    assert found.preview == photo.analysis.preview
    np.testing.assert_array_equal(found.scores, photo.analysis.scores)


def test_a_refusal_comes_back_as_it_is(worker: Worker) -> None:
    for task, *arguments in ((photos.find_faces, 20), (photos.open_reduced, 800)):
        with pytest.raises(PhotoError, match="cannot be read as a picture"):
            worker.run(task, ignore, photo_file(b"just some text"), *arguments)
    with pytest.raises(VideoError, match="cannot be read as a video"):
        worker.run(clips.analyse_video_file, ignore, b"just some text", LiveSettings())


def test_faces_are_cut_out_hidden_and_drawn(worker: Worker, photo: AnalysedPhoto) -> None:
    settings, selected = CropSettings(), SelectedFaces(photo, (0, 1))
    faces = photo.analysis.faces
    assert worker.run(photos.cut_for_gallery, ignore, photo, settings) == cut_thumbnails(
        GROUP, faces, settings
    )
    assert worker.run(photos.draw_photo, ignore, selected, FaceStyle()) == drawn_photo(selected, FaceStyle())
    for indices in (None, [1]):
        assert worker.run(photos.cut_out, ignore, selected, settings, SmallFaces.KEEP, indices) == list(
            cut_out_faces(selected, settings, SmallFaces.KEEP, indices)
        )
    covers = [Cover((5.0, 5.0, 30.0, 20.0), CoverShape.OVAL)]
    hidden = worker.run(photos.hide_in_photo, ignore, GROUP, faces, Hiding.COVER, covers)
    assert hidden == hidden_jpeg(GROUP, faces, Hiding.COVER, covers)
    assert not loaded_detector().detect(read_photo(hidden))


def test_a_preview_is_hidden_at_its_own_size(worker: Worker) -> None:
    large = pictures.encoded(np.repeat(np.repeat(pictures.group(2, 1), 6, axis=0), 6, axis=1), "JPEG")
    analysis = worker.run(photos.find_faces, ignore, photo_file(large), 20)
    cover = Cover((0.0, 0.0, 90.0, 60.0), CoverShape.BOX)
    preview = worker.run(photos.hide_in_preview, ignore, analysis, analysis.faces, Hiding.COVER, [cover])
    image = read_photo(preview)
    assert image.shape[1] == 2048 < analysis.width
    factor = 2048 / analysis.width
    corner = image[4 : round(60 * factor) - 4, 4 : round(90 * factor) - 4].reshape(-1, 3)
    assert np.ptp(corner, axis=0).max() < 10, "the cover is there, too"
    for face in analysis.faces:
        x, y = (round(value * 2048 / analysis.width) for value in centre(face.box))
        covered = image[y - 20 : y + 20, x - 20 : x + 20].reshape(-1, 3)
        assert np.ptp(covered, axis=0).max() < 10, "one colour is left"


def test_the_lesson_gets_small_pictures_and_the_cascades_steps(
    worker: Worker, detector: FaceDetector
) -> None:
    image, full_size = worker.run(photos.open_reduced, ignore, GROUP, 100)
    whole = read_file(GROUP)
    assert full_size == (whole.shape[1], whole.shape[0])
    assert max(image.shape) == 100
    stages = worker.run(photos.run_cascade, ignore, whole, 20)
    theirs = detector.explain(whole, 20, 0)
    np.testing.assert_array_equal(stages.output.boxes, theirs.output.boxes)
    assert worker.run(photos.find_faces_in_pixels, ignore, whole, 20, 0.5) == detector.detect(whole, 20, 0.5)


def test_meshes_are_laid_on_faces(worker: Worker, photo: AnalysedPhoto) -> None:
    away = replace(photo.analysis.faces[0], box=(0.0, 0.0, 20.0, 20.0))
    *meshed, without = worker.run(meshes.lay_meshes, ignore, GROUP, [*photo.analysis.faces, away])
    for face in meshed:
        assert face.pose is not None
        assert face.pose.startswith("Turned")
        assert max(read_photo(face.picture).shape) == 400
    assert (without.pose, without.expressions) == (None, "")


def test_three_detectors_are_compared(worker: Worker) -> None:
    haar, blazeface, mtcnn = worker.run(rivals.compare_detectors, ignore, GROUP)
    assert mtcnn.count == 2
    for found in (haar, blazeface, mtcnn):
        assert found.seconds > 0
        assert max(read_photo(found.picture).shape) <= 800


def test_a_face_is_followed_through_a_clip(worker: Worker) -> None:
    followed = worker.run(clips.follow_face, ignore, pictures.GRACE, 6)
    assert len(followed) == 30
    frame, box = followed[0]
    assert frame.detector_ran
    assert frame.face is not None
    assert box is not None
    assert all(box is None for frame, box in followed if not frame.detector_ran)


def test_clips_are_analysed(worker: Worker) -> None:
    grace = pictures.encoded(pictures.GRACE, "JPEG")
    shares: list[float] = []
    analysed = worker.run(clips.analyse_photo_clip, shares.append, grace, LiveSettings())
    assert analysed.report.frames == 180
    assert analysed.frames_with_face > 100
    assert max(shares) > 0.3
    poster = read_photo(worker.run(clips.picture_with_mesh, ignore, grace))
    assert poster.shape == (480, 640, 3)
    with closing(BlazeFace()) as detector:
        assert detector.find(poster)


@pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow has no release for this Python")
def test_the_package_itself_can_be_run_and_finds_the_same() -> None:
    alone = Worker(Limits(4000 * MEGABYTE), worker_tasks.prepare_nothing, tries=1)
    theirs = alone.run(package.measure_package, ignore, GROUP)
    ours = alone.run(package.measure_ours, ignore, GROUP)
    alone.close()
    assert len(ours.boxes) == len(theirs.boxes) == 2
    for box in theirs.boxes:
        assert max(iou(box, other) for other in ours.boxes) > 0.9
    assert theirs.seconds > 0
    assert theirs.memory is None or theirs.memory > 300 * MEGABYTE


def test_both_detectors_boxes_are_drawn(photo: AnalysedPhoto) -> None:
    box = photo.analysis.faces[0].box
    preview, width = photo.analysis.preview, photo.analysis.width
    plain, ours, both = (
        read_photo(package.draw_both(Mock(), preview, width, boxes, below)).astype(int)
        for boxes, below in (([], []), ([box], []), ([box], [box]))
    )
    x, y = round(box[0]), round(box[1] + box[3] / 2)
    assert np.abs(ours - plain)[y, x].max() > 40
    # The package's line is wider, and so visible beside ours.
    assert np.abs(both - ours)[y, x - 4 : x + 5].max() > 40


def progressive_with_scans(scans: int) -> bytes:
    """A small JPEG file whose last scan is there again and again, so that it takes long to decode."""
    file = io.BytesIO()
    Image.fromarray(pictures.noise(64, 64)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last = data.rindex(b"\xff\xda")
    end = data.rindex(b"\xff\xd9")
    return data[:last] + data[last:end] * scans + data[end:]


def test_a_file_with_too_many_scans_is_refused_at_once() -> None:
    assert read_photo(progressive_with_scans(20)).shape == (64, 64, 3)
    with pytest.raises(PhotoError, match="layers"):
        read_photo(progressive_with_scans(200))


def test_a_larger_photo_is_allowed_more_time() -> None:
    def allowed(width: int, height: int) -> float:
        seconds: list[float] = []
        report: Any = type("Report", (), {"allow": staticmethod(seconds.append)})
        photos.allow_for_size(report, pictures.png_declaring(width, height))
        return seconds[0]

    assert 5 < allowed(100, 100) < allowed(4000, 3000) < allowed(8000, 6000) < 60


@pytest.mark.parametrize("bring_down", [worker_tasks.die, worker_tasks.abort])
def test_after_its_process_died_a_worker_finds_faces_again(
    worker: Worker, bring_down: Callable[..., None]
) -> None:
    with pytest.raises(TaskError):
        worker.run(bring_down, ignore)
    assert len(worker.run(photos.find_faces, ignore, GROUP, 20).faces) == 2
