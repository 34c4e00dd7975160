"""What an album's downloads have in them, beside what the sheet shows."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from components.photo.image import read_photo
from tests import pictures
from tests.pages.album.test_page import brought, components, opened

Downloads = dict[str, Callable[[], bytes]]

# Where the stub detector finds the faces of a photo 400 pixels wide; they score 0.95, 0.85, 0.75 and 0.65.
FACES = [slice(left + 10, left + 40) for left in (0, 100, 200, 300)]


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Downloads:
    """The downloads of the page's last run by their labels: AppTest cannot press their buttons."""
    offered: Downloads = {}

    def note(label: str, data: Callable[[], bytes], *_rest: Any) -> None:  # noqa: ANN401
        offered[label] = data

    monkeypatch.setattr("pages.album.downloads.offer_download", note)
    return offered


def with_sheet(app: AppTest, chosen: dict[str, list[int]]) -> None:
    """Let the sheet show some faces, by their photos' names."""
    (sheet,) = components(app, "album_sheet")
    keys = {photo["name"]: photo["id"] for photo in sheet["photos"]}
    app.session_state["album_sheet"] = {"chosen": {keys[name]: faces for name, faces in chosen.items()}}
    app.run()
    assert not app.exception


def pictures_in(content: bytes) -> dict[str, NDArray[np.uint8]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: read_photo(archive.read(name)) for name in archive.namelist() if name.endswith(".jpg")}


def is_hidden(image: NDArray[np.uint8], face: slice) -> bool:
    # The picture is noise, and whoever is hidden is seen in a few squares.
    return float(image[10:40, face].std()) < 40


@pytest.fixture
def album(app: AppTest) -> AppTest:
    """The page with two photos, four faces in each."""
    photos = {"a.png": pictures.noise(60, 400), "b.png": pictures.noise(61, 400)}
    return brought(
        opened(app), *((name, pictures.encoded(image), "image/png") for name, image in photos.items())
    )


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("download", ["Photos with faces hidden (ZIP)", "Everything (ZIP)"])
def test_faces_that_the_sheet_leaves_out_are_hidden_too(
    album: AppTest, downloads: Downloads, download: str
) -> None:
    with_sheet(album, {"a.png": [0], "b.png": []})
    made = pictures_in(downloads[download]())
    hidden = [image for name, image in made.items() if name.endswith("-hidden.jpg")]
    assert len(hidden) == 2
    for image in hidden:
        assert [is_hidden(image, face) for face in FACES] == [True] * 4
        assert not is_hidden(image, slice(60, 90))


@pytest.mark.usefixtures("stub_detector")
def test_only_faces_that_the_sheet_shows_are_cut_out_and_drawn(album: AppTest, downloads: Downloads) -> None:
    with_sheet(album, {"a.png": [0, 2], "b.png": []})
    assert len(pictures_in(downloads["Faces, cut out (ZIP)"]())) == 2
    assert len(pictures_in(downloads["Photos with faces drawn (ZIP)"]())) == 1
