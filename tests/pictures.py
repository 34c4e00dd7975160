"""Pictures for the tests, all made from the one face inside a dependency's wheel."""

import io
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.photo.image import fit_within, read_photo
from components.photo.sample_photo import Sample, sample_photo

Picture = NDArray[np.uint8]

# A face 173 pixels wide and 220 high, around the middle of 512 x 600 pixels.
GRACE: Picture = read_photo(sample_photo(Sample.GRACE).data)


def blurred() -> Picture:
    """The face, and a fold of the flag that the networks take for another one, scoring about 0.86."""
    return np.asarray(cv2.GaussianBlur(GRACE, (15, 15), 0), np.uint8)


def group(columns: int, rows: int) -> Picture:
    """The face in rows and columns, each picture 240 pixels high."""
    return np.tile(fit_within(GRACE, 240), (rows, columns, 1))


def crowd(height: int, width: int, face_side: int) -> Picture:
    """A picture of this size that is full of the face, each about `face_side` pixels wide."""
    person = fit_within(GRACE, round(600 * face_side / 173))
    across, down = -(-width // person.shape[1]), -(-height // person.shape[0])
    return np.tile(person, (down, across, 1))[:height, :width]


def noise(height: int = 200, width: int = 300) -> Picture:
    """A picture without a face."""
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image: Picture, file_format: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, file_format)
    return file.getvalue()


def png_declaring(width: int, height: int) -> bytes:
    """A few hundred bytes that claim to unpack to a picture of this size."""
    file = io.BytesIO()
    Image.new("1", (8, 8)).save(file, "PNG")
    data = bytearray(file.getvalue())
    # The header chunk: 8 bytes of signature, 4 of length, then the type and data its checksum covers.
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)
