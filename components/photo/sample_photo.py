"""The photos that the pages show before the visitor brings one, with what is true of them."""

import json
from enum import StrEnum
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from components.geometry import Box
from components.photo.photo_file import PhotoFile

_FOLDER = Path(__file__).parent / "samples"


class Sample(StrEnum):
    """A sample photo.

    SOLVAY: the Solvay Conference of 1927 in Brussels, photographed by Benjamin Couprie; 29 faces, 2126 pixels
    wide and 1463 high. In the public domain in the United States, and distributed in Debian's package
    `visp-images-data`.

    GRACE: Rear Admiral Grace Hopper, photographed by James S. Davis for the United States Navy; one face, 512
    pixels wide and 600 high. In the public domain, and part of matplotlib's example data.
    """

    SOLVAY = "solvay"
    GRACE = "grace"


_NAMES = {Sample.SOLVAY: "Sample: Solvay Conference, 1927", Sample.GRACE: "Sample: Grace Hopper"}

# The face of Grace Hopper, from hat to chin: the detector's box in whole pixels, checked by eye.
GRACE_FACE: Box = (178, 110, 173, 220)


@cache
def sample_photo(sample: Sample) -> PhotoFile:
    """A sample as a JPEG file."""
    return PhotoFile.of(_NAMES[sample], _path(sample).read_bytes())


@cache
def true_boxes(sample: Sample) -> tuple[Box, ...]:
    """The boxes (x, y, width, height) of all faces in a sample, in its pixels.

    Those of Solvay are the detector's, each checked by eye: it finds all 29 faces.
    """
    if sample is Sample.GRACE:
        return (GRACE_FACE,)
    boxes = json.loads((_FOLDER / "solvay_1927.json").read_text(encoding="ascii"))
    return tuple((float(x), float(y), float(width), float(height)) for x, y, width, height in boxes)


def known_boxes(file: PhotoFile) -> tuple[Box, ...] | None:
    """The true boxes of a photo that is a sample, as it stands; None where nothing is known."""
    for sample in Sample:
        if file.id == sample_photo(sample).id and not file.quarter_turns:
            return true_boxes(sample)
    return None


def _path(sample: Sample) -> Path:
    if sample is Sample.SOLVAY:
        return _FOLDER / "solvay_1927.jpg"
    # Located without importing matplotlib, which takes half a second.
    found = distribution("matplotlib").locate_file("matplotlib/mpl-data/sample_data/grace_hopper.jpg")
    return Path(str(found))
