from dataclasses import replace

import cv2
import numpy as np
import pytest

from components.live.processor import LiveSettings, MeshSettings
from components.live.shown_picture import meshed_picture
from components.mesh.landmarker import find_meshes
from components.mesh.overlay import MeshStyle
from tests.pictures import group

PICTURE = group(2, 1)
BARE = LiveSettings(style=MeshStyle(False, False, False), mirrored=False)


def written(monkeypatch: pytest.MonkeyPatch, settings: LiveSettings) -> list[tuple[str, int]]:
    """What is written on a picture of two faces, with the middle of each text's place."""
    texts: list[tuple[str, int]] = []

    def note(_image: object, text: str, corner: tuple[int, int], *_: object) -> None:
        texts.append((text, corner[0]))

    monkeypatch.setattr(cv2, "putText", note)
    meshed_picture(PICTURE, find_meshes(PICTURE, max_faces=2), settings)
    return texts


def test_a_single_face_has_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(monkeypatch, BARE) == []


@pytest.mark.parametrize("mirrored", [False, True])
def test_faces_are_numbered_from_one_above_each(monkeypatch: pytest.MonkeyPatch, mirrored: bool) -> None:
    texts = written(monkeypatch, replace(BARE, mesh=MeshSettings(max_faces=2), mirrored=mirrored))
    # The outline, and the number on it.
    assert [text for text, _ in texts] == ["1", "1", "2", "2"]
    centres = [float(np.mean(mesh.points[:, 0])) for mesh in find_meshes(PICTURE, max_faces=2)]
    width = PICTURE.shape[1]
    for centre, (_, place) in zip(centres, texts[::2], strict=True):
        assert abs((width - centre if mirrored else centre) - place) < 60


def test_the_picture_is_mirrored_if_the_settings_say_so() -> None:
    mirrored = meshed_picture(PICTURE, [], replace(BARE, mirrored=True))
    assert (mirrored == PICTURE[:, ::-1]).all()
    assert (meshed_picture(PICTURE, [], BARE) == PICTURE).all()
