"""The photo that the pages show before the visitor brings one."""

from importlib.metadata import distribution
from pathlib import Path

NAME = "Sample: Grace Hopper"


def sample_photo() -> bytes:
    """The content of a JPEG file with one face, 512 pixels wide and 600 high.

    Rear Admiral Grace Hopper, photographed by James S. Davis for the United States Navy; in the public
    domain, and part of matplotlib's example data.
    """
    # Located without importing matplotlib, which takes half a second.
    path = distribution("matplotlib").locate_file("matplotlib/mpl-data/sample_data/grace_hopper.jpg")
    return Path(str(path)).read_bytes()
