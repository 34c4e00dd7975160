import io

import numpy as np
import pytest
from PIL import Image

from components.live.hud import draw_hud, hud_of
from components.live.processor import LiveSettings
from components.live.report import Report, StepTimes
from components.live.snapshot import take_snapshot
from components.mesh.landmarker import MeshFace, find_meshes
from tests.pictures import GRACE, Picture
from tests.tracked import tracked


@pytest.fixture(scope="module")
def face() -> MeshFace:
    return find_meshes(GRACE)[0]


def read(png: bytes) -> Picture:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_a_snapshot_has_both_pictures(face: MeshFace) -> None:
    frame = tracked(face)
    snapshot = take_snapshot(frame, LiveSettings(mirrored=False))
    assert (read(snapshot.plain) == GRACE).all()
    assert (read(snapshot.meshed) != GRACE).any(axis=2).mean() > 0.03
    mirrored = take_snapshot(frame, LiveSettings(mirrored=True))
    assert (read(mirrored.plain) == GRACE[:, ::-1]).all()
    assert (read(mirrored.meshed) == read(snapshot.meshed)[:, ::-1]).all()


def report(detector_ran: bool, errors: int = 0) -> Report:
    times = (StepTimes(0.0, 0, 0.5, 8.0, 1.5),)
    return Report(1234, errors, 2, detector_ran, 77, 3, 4, times)


@pytest.mark.parametrize(
    "shape", [(480, 640, 3), (720, 1280, 3), (1280, 720, 3), (240, 320, 3), (90, 60, 3), (8, 6, 3)], ids=str
)
@pytest.mark.parametrize("background", [0, 255])
def test_numbers_are_written_into_the_corner(shape: tuple[int, int, int], background: int) -> None:
    picture = np.full(shape, background, np.uint8)
    draw_hud(picture, hud_of(report(detector_ran=True, errors=2)))
    rows, columns = (picture != background).any(axis=2).nonzero()
    assert rows.size or shape[0] < 90
    if shape[0] >= 240:
        assert rows.max() < shape[0] / 4
    if shape[0] >= 240 and background == 0:
        # The whole line is visible, on portrait pictures too.
        assert columns.max() < shape[1] * 0.98


def test_the_light_tells_the_detector_from_the_tracker() -> None:
    pictures = [np.zeros((480, 640, 3), np.uint8) for _ in range(2)]
    for picture, detector_ran in zip(pictures, (True, False), strict=True):
        draw_hud(picture, hud_of(report(detector_ran)))
    colours = [set(map(tuple, picture.reshape(-1, 3).tolist())) for picture in pictures]
    assert (255, 170, 40) in colours[0] - colours[1]
    assert (64, 236, 140) in colours[1] - colours[0]
