"""Bytes to an upright RGB array: the only place that decodes pictures."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from components.photo.limits import MAX_PIXELS, MAX_SCANS, MAX_SIDE
from components.photo.photo_file import PhotoFile

# Pillow's names. Other formats that Pillow reads hold no photos, or have no signature and can be mistaken for
# other files.
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "GIF", "PSD", "ICO", "JPEG2000", "PPM")
# The usual endings of their files' names.
ENDINGS = (
    *("jpg", "jpeg", "jfif", "png", "apng", "webp", "heic", "heif", "avif", "tif", "tiff", "bmp", "gif"),
    *("psd", "ico", "jp2", "ppm", "pgm"),
)
FORMAT_NAMES = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP, GIF, PSD or ICO"

# In some formats, such as ICO, a picture is embedded in another file, and only Pillow sees its declared size.
# Pillow refuses a picture of more than twice this limit.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2

# A JPEG file's marker before each scan; inside a scan the two bytes never follow each other.
_START_OF_SCAN = b"\xff\xda"

_END_OF_IMAGE = b"\xff\xd9"

# The EXIF orientation that each one becomes by a quarter turn clockwise.
_QUARTER_TURN = {1: 6, 6: 3, 3: 8, 8: 1, 2: 7, 7: 4, 4: 5, 5: 2}

# Rows of a picture that are copied at once.
_BAND = 256

_WHITE_12_BITS, _WHITE_16_BITS = 4095, 65535

pillow_heif.register_heif_opener()


class PhotoError(Exception):
    """A picture cannot be used; the text is one plain sentence for the visitor."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPhoto:
    """A picture, and what is special about its file.

    Attributes:
        image: uint8 array of shape (height, width, 3), RGB, upright, read-only.
        first_of_several: Whether the file holds more pictures, as an animation does, of which this is
            the first.
        cut_short: Whether the file ends early, so that a part of the picture is missing and grey.
    """

    image: NDArray[np.uint8]
    first_of_several: bool
    cut_short: bool


def read_photo(data: bytes, quarter_turns: int = 0) -> NDArray[np.uint8]:
    """Decode a picture file of any usual format; see `decode_photo`.

    Args:
        data: The whole content of the file.
        quarter_turns: As for `decode_photo`.

    Returns:
        uint8 array of shape (height, width, 3), RGB, upright, read-only.

    Raises:
        PhotoError: As for `decode_photo`.
        MemoryError: As for `decode_photo`.
    """
    return decode_photo(data, quarter_turns).image


def decode_photo(data: bytes, quarter_turns: int = 0) -> DecodedPhoto:
    """Decode a picture file of any usual format, whatever its name ends in.

    EXIF orientation is applied, colours are brought to sRGB by the file's own profile, transparency is
    laid on white, and grey, palette, CMYK and 16-bit pictures become 8-bit RGB. Of an animation, or of
    several pages, the first picture is taken. A JPEG file that ends early gives what it has of its picture.

    Args:
        data: The whole content of the file.
        quarter_turns: How often the upright picture is turned clockwise by a right angle.

    Raises:
        PhotoError: The data is empty, damaged, of another format, or has more than `MAX_PIXELS`, a side
            longer than `MAX_SIDE`, or more than `MAX_SCANS` layers.
        MemoryError: The picture does not fit into the memory that this process may take.
    """
    with _plain_refusals():
        return _decode(data, quarter_turns)


def read_file(file: PhotoFile) -> NDArray[np.uint8]:
    """Decode a photo's file, and turn the picture as its visitor wants it; see `read_photo`."""
    return read_photo(file.data, file.quarter_turns)


def photo_size(data: bytes) -> tuple[int, int]:
    """Width and height of a picture as its file's header declares them, before it is turned upright.

    Only the header is read, which takes a millisecond. Arguments and errors as for `decode_photo`.
    """
    with _plain_refusals(), _opened(data) as image:
        return image.size


@contextmanager
def _plain_refusals() -> Iterator[None]:
    """Make one sentence for the visitor of whatever goes wrong with a file."""
    try:
        yield
    # No memory is no fault of the picture's: elsewhere, or at another time, there may be enough.
    except (PhotoError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise PhotoError(f"This cannot be read as a picture; use an undamaged {FORMAT_NAMES} file.") from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    # On damaged data the decoders raise nearly every kind of exception, as tests with 200,000 damaged
    # pictures showed. The visitor can do the same about all of them.
    except Exception:
        raise PhotoError("The picture is damaged or incomplete; try another copy of it.") from None


def _opened(data: bytes) -> Image.Image:
    """A picture of which only the header was read, so refusing a huge one costs nothing."""
    if not data:
        raise PhotoError("The file is empty; choose one that opens on your device.")
    image: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    if max(image.size) > MAX_SIDE:
        raise PhotoError(f"The picture is longer than {MAX_SIDE:,} pixels; cut it into parts and try again.")
    if image.format in ("JPEG", "MPO") and data.count(_START_OF_SCAN) > MAX_SCANS:
        raise PhotoError("This JPEG file has too many layers; save it again as an ordinary JPEG.")
    return image


def _decode(data: bytes, quarter_turns: int) -> DecodedPhoto:
    image = _opened(data)
    several = _is_first_of_several(image)
    cut_short = False
    try:
        image.load()
    except OSError:
        if image.format not in ("JPEG", "MPO"):
            raise
        # With a proper end, the decoder fills what is missing with grey.
        image = _opened(data + _END_OF_IMAGE)
        image.load()
        cut_short = True
    orientation = _turned(_orientation(image), quarter_turns)
    pixels = _upright_pixels(_converted_to_rgb(image), orientation)
    if not pixels.size:
        raise ValueError("a picture without pixels")
    return DecodedPhoto(pixels, several, cut_short)


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


def encode_jpeg(image: NDArray[np.uint8], quality: int = 95) -> bytes:
    """Write pixels as a JPEG file, with nothing else in it: no EXIF data, place or thumbnail.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
        quality: 1 to 100, as JPEG counts it.
    """
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return file.getvalue()


def _too_many_pixels() -> PhotoError:
    return PhotoError(
        f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels; make it smaller and try again."
    )


def _is_first_of_several(image: Image.Image) -> bool:
    # The other pictures in a Photoshop file are its layers, which the picture combines. In a phone's JPEG
    # (MPO) they are additions to the same picture, such as its depth.
    if image.format in ("PSD", "MPO"):
        return False
    return bool(getattr(image, "is_animated", False)) and image.tell() == 0


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 (upright) to 8; 1 where the EXIF data is missing or damaged."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    # Damaged data raises nearly every kind of exception, and the picture is usable without it.
    except Exception:
        return 1
    # Damaged data may hold any value here, infinity among them.
    return int(orientation) if orientation in range(1, 9) else 1


def _turned(orientation: int, quarter_turns: int) -> int:
    for _ in range(quarter_turns % 4):
        orientation = _QUARTER_TURN[orientation]
    return orientation


def _converted_to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):  # Pillow's own conversion clips instead of scaling
        image = Image.fromarray(_scaled_to_8_bits(np.asarray(image)))
    if image.mode == "P" or image.has_transparency_data:
        # To RGB first, since the conversion to sRGB handles no palettes and not every kind of transparency.
        profile = image.info.get("icc_profile")
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image.info["icc_profile"] = profile
    in_srgb = _converted_to_srgb(image)
    if image.mode == "RGBA":
        on_white = Image.new("RGB", image.size, "white")
        on_white.paste(in_srgb, mask=image.getchannel("A"))
        return on_white
    return in_srgb


def _scaled_to_8_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Grey values of 16 bits and more as 8 bits; where white is unknown, the largest value is white."""
    numbers = np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)
    low, high = float(numbers.min(initial=0)), float(numbers.max(initial=0))
    if values.dtype.kind in "iu" and low >= 0 and high <= _WHITE_16_BITS:
        # Cameras with 12 bits leave the upper bits empty; read as 16 bits, their pictures would be black.
        white = _WHITE_12_BITS if high <= _WHITE_12_BITS else _WHITE_16_BITS
        return np.asarray(np.floor(numbers * 255 / white), np.uint8)
    return np.asarray((numbers - low) * (255 / max(high - low, 1e-30)), np.uint8)


def _converted_to_srgb(image: Image.Image) -> Image.Image:
    """RGB by the file's colour profile; by Pillow's own rules where no profile fits."""
    profile = image.info.get("icc_profile")
    try:
        if image.mode == "LAB":
            source = ImageCms.createProfile("LAB")
        elif profile:
            source = ImageCms.getOpenProfile(io.BytesIO(profile)).profile
            # The most common profile; converting by it would change nothing.
            if "sRGB" in (source.profile_description or ""):
                return _as_rgb(image)
        else:
            return _as_rgb(image)
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(source), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    # The profile is damaged, or made for another kind of picture.
    except (ImageCms.PyCMSError, OSError, ValueError):
        return _as_rgb(image)
    # Pillow returns None only where it converts in place.
    return _as_rgb(image) if converted is None else converted


def _as_rgb(image: Image.Image) -> Image.Image:
    """The picture itself where it is RGB already; Pillow would copy it."""
    return image if image.mode == "RGB" else image.convert("RGB")


def _upright_pixels(image: Image.Image, orientation: int) -> NDArray[np.uint8]:
    """The pixels of an RGB picture, turned as its EXIF orientation says; read-only.

    In bands: at once, Pillow would make two more copies of the whole picture.
    """
    width, height = image.size
    upright = np.empty((width, height, 3) if orientation >= 5 else (height, width, 3), np.uint8)
    stored = _as_stored(upright, orientation)
    for top in range(0, height, _BAND):
        stored[top : top + _BAND] = np.asarray(image.crop((0, top, width, min(top + _BAND, height))))
    upright.flags.writeable = False
    return upright


def _as_stored(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """A view of an upright picture that shows it as the file stores it, by EXIF orientation 1 to 8."""
    match orientation:
        case 2:
            return upright[:, ::-1]
        case 3:
            return upright[::-1, ::-1]
        case 4:
            return upright[::-1]
        case 5:
            return upright.transpose(1, 0, 2)
        case 6:
            return np.rot90(upright)
        case 7:
            return upright[::-1, ::-1].transpose(1, 0, 2)
        case 8:
            return np.rot90(upright, -1)
        case _:
            return upright
