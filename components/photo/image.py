"""Bytes to an upright RGB array: the only place that decodes pictures."""

import io
import struct

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")

# Bounds the memory one upload can claim: decoding 50 megapixels takes 0.5 to 1 GB for a moment, by the
# format. Held against the size the header declares, since a 32 KB file can unpack to 800 MB.
MAX_PIXELS = 50_000_000

# What Pillow raises on damaged data, as seen on 200,000 pictures with flipped and missing bytes.
_DAMAGE = (AssertionError, OSError, SyntaxError, TypeError, ValueError, struct.error)


class PhotoError(Exception):
    """A picture that cannot be used. Its text is one plain sentence for the visitor."""


def read_photo(data: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG, PNG or WebP file.

    EXIF orientation is applied, transparency is laid on white, and grey, palette, CMYK and 16-bit
    pictures become 8-bit RGB. Of an animated file the first picture is taken.

    Args:
        data: The whole content of the file.

    Returns:
        uint8 array of shape (height, width, 3), RGB, upright, read-only.

    Raises:
        PhotoError: The data is empty, damaged, of another format, or has more than `MAX_PIXELS`.
    """
    if not data:
        raise PhotoError("The file is empty; choose one that opens on your device.")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        # Only the header has been read so far, so refusing a huge picture costs nothing.
        if image.width * image.height > MAX_PIXELS:
            raise _too_many_pixels()
        image.load()
        orientation = _orientation(image)
        return np.asarray(_turned_upright(_converted_to_rgb(image), orientation))
    except UnidentifiedImageError:
        raise PhotoError(
            "This cannot be read as a picture; use an undamaged JPEG, PNG or WebP file."
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except _DAMAGE:
        raise PhotoError("The picture is damaged or incomplete; try another copy of it.") from None


def fit_within(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Reduce a picture until neither side is longer than `side` pixels; never enlarge it.

    Args:
        image: uint8 array of shape (height, width, 3).
        side: The longest side allowed, in pixels, at least 1.

    Returns:
        A reduced copy with the same proportions, or `image` itself when it already fits.
    """
    height, width = image.shape[:2]
    factor = side / max(height, width)
    if factor >= 1:
        return image
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    # Area interpolation averages all pixels, so a strong reduction brings no aliasing.
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _too_many_pixels() -> PhotoError:
    return PhotoError(
        f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels; make it smaller and try again."
    )


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 (upright) to 8; 1 where the EXIF data is missing or damaged."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _DAMAGE:
        return 1
    # Damaged data may hold any value here, infinity among them.
    return int(orientation) if orientation in range(1, 9) else 1


def _converted_to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey: Pillow's own conversion clips instead of scaling
        image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        on_white = Image.new("RGB", image.size, "white")
        on_white.paste(image, mask=image)
        return on_white
    return image.convert("RGB")


def _turned_upright(image: Image.Image, orientation: int) -> Image.Image:
    # Only the orientation is kept: exif_transpose writes all tags back, and fails on damaged ones.
    image.info.clear()
    image.getexif()[ExifTags.Base.Orientation] = orientation
    ImageOps.exif_transpose(image, in_place=True)
    return image
