"""Make the pictures of the Home page's cards from the samples: `python -m tests.home_pictures`."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from components.lesson.feature_maps import run_network
from components.live.clip import FRAME_RATE, clip_pictures
from components.mesh.landmarker import FaceMesh
from components.mesh.overlay import MeshStyle, draw
from components.photo.annotate import FaceStyle, draw_faces
from components.photo.detector import FaceDetector
from components.photo.faces import filter_by_confidence, scale_face
from components.photo.image import fit_within, read_file
from components.photo.sample_photo import Sample, sample_photo
from pages.learn.figures import picture_of_map
from tests.pictures import GRACE, Picture

FOLDER = Path(__file__).parent.parent / "pages" / "home"

# Of each picture, in pixels: somewhat more than its size on the page.
WIDTH, HEIGHT = 480, 315

# Milliseconds for which each picture of a loop is shown.
MESH_PACE, CUT_OFF_PACE = 100, 1200

# The cut-offs of the crowd: with false alarms, with all faces, with fewer and fewer.
CUT_OFFS = (0.5, 0.9, 0.99, 0.999)

# Of the conference's photo: the people, without sky and steps.
TOP, BOTTOM = 440, 1000

# The feature map of P-Net's first layer in which a face is clearest.
MAP = 2


def save(name: str, pictures: Sequence[Picture], pace: int) -> None:
    """Save a loop, and its last picture for visitors who want no motion."""
    images = [Image.fromarray(picture) for picture in pictures]
    loop = FOLDER / f"{name}.webp"
    images[0].save(loop, save_all=True, append_images=images[1:], duration=pace, loop=0, quality=50, method=6)
    images[-1].save(FOLDER / f"{name}_still.webp", quality=70, method=6)


def cropped(picture: Picture) -> Picture:
    """The middle of a picture in the size of a card's picture."""
    height, width = picture.shape[:2]
    factor = max(WIDTH / width, HEIGHT / height)
    resized = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    top, left = (resized.shape[0] - HEIGHT) // 2, (resized.shape[1] - WIDTH) // 2
    return np.ascontiguousarray(resized[top : top + HEIGHT, left : left + WIDTH], np.uint8)


def mesh_loop() -> list[Picture]:
    """The mesh on a face that sways; the clip's first half and its way back make a loop."""
    step = round(FRAME_RATE * MESH_PACE / 1000)
    pictures = list(clip_pictures(GRACE, slice(0, 75, step)))
    with FaceMesh() as mesh:
        drawn = [
            draw(picture, mesh.track(picture, index * MESH_PACE), MeshStyle())
            for index, picture in enumerate(pictures)
        ]
    return [cropped(picture) for picture in [*drawn, *drawn[-2:0:-1]]]


def crowd_loop() -> list[Picture]:
    """The conference with the boxes of one cut-off after the other."""
    photo = read_file(sample_photo(Sample.SOLVAY))
    people = fit_within(np.ascontiguousarray(photo[TOP:BOTTOM]), 2 * WIDTH)
    factor = people.shape[1] / photo.shape[1]
    found = FaceDetector().detect(np.ascontiguousarray(photo[TOP:BOTTOM]), 20, CUT_OFFS[0])
    style = FaceStyle(keypoints=False, numbers=False, confidences=False)
    return [
        cropped(
            draw_faces(
                people, [scale_face(face, factor) for face in filter_by_confidence(found, cut_off)], style
            )
        )
        for cut_off in (*CUT_OFFS, CUT_OFFS[1])
    ]


def feature_map() -> list[Picture]:
    """A face, and what one filter of the first network sees in it."""
    reduced = fit_within(GRACE, 360)
    layer = run_network("P-Net", reduced)[1]
    seen = picture_of_map(layer.maps[..., MAP])
    seen = np.asarray(cv2.resize(seen, reduced.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.uint8)
    half = reduced.shape[1]
    side_by_side = np.concatenate([reduced[:, : half // 2], seen[:, half // 2 :]], axis=1)
    return [cropped(side_by_side)]


if __name__ == "__main__":
    save("mesh", mesh_loop(), MESH_PACE)
    save("crowd", crowd_loop(), CUT_OFF_PACE)
    save("features", feature_map(), 0)
