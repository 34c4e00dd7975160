import io
import random
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from components.photo.image import MAX_PIXELS, PhotoError, fit_within, read_photo
from tests import pictures

# Left half red, right half blue, so that every turn and mirroring shows; wider than high.
RED, BLUE = (255, 0, 0), (0, 0, 255)
HALVES = np.full((20, 40, 3), RED, np.uint8)
HALVES[:, 20:] = BLUE


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_reads_the_formats_as_rgb(file_format: str) -> None:
    image = read_photo(saved(Image.fromarray(HALVES), file_format, quality=95))
    assert image.shape == (20, 40, 3)
    assert image.dtype == np.uint8
    np.testing.assert_allclose(image[10, 5], RED, atol=8)
    np.testing.assert_allclose(image[10, 35], BLUE, atol=8)


@pytest.mark.parametrize(
    ("orientation", "stored_as"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_turns_the_picture_upright(orientation: int, stored_as: Image.Transpose | None) -> None:
    upright = Image.fromarray(pictures.GRACE).resize((40, 60))
    stored = upright if stored_as is None else upright.transpose(stored_as)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    np.testing.assert_array_equal(read_photo(saved(stored, "PNG", exif=exif)), np.asarray(upright))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("exif", [b"Exif\x00\x00broken", b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff\x01"])
def test_damaged_exif_does_not_lose_the_picture(exif: bytes) -> None:
    assert read_photo(saved(Image.fromarray(HALVES), "JPEG", exif=exif)).shape == (20, 40, 3)


def test_other_exif_tags_do_not_stop_the_turn() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    data = saved(Image.fromarray(HALVES), "JPEG", exif=exif.tobytes() + b"\x00\x01 broken tail")
    assert read_photo(data).shape == (40, 20, 3)


def test_transparency_is_laid_on_white() -> None:
    pixels = np.dstack([HALVES, np.zeros((20, 40), np.uint8)])
    pixels[:, 20:, 3] = 255
    image = read_photo(saved(Image.fromarray(pixels), "PNG"))
    assert image[10, 5].tolist() == [255, 255, 255]
    assert image[10, 35].tolist() == list(BLUE)


def test_transparent_palette_is_laid_on_white() -> None:
    palette = Image.fromarray(HALVES).quantize(2)
    red = palette.getpixel((0, 0))
    assert read_photo(saved(palette, "PNG", transparency=red))[10, 5].tolist() == [255, 255, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_other_modes_become_rgb(mode: str) -> None:
    grey = Image.new("RGB", (8, 8), "white").convert(mode)
    assert (read_photo(saved(grey, "PNG")) == 255).all()


def test_cmyk_becomes_rgb() -> None:
    image = read_photo(saved(Image.fromarray(HALVES).convert("CMYK"), "JPEG", quality=95))
    np.testing.assert_allclose(image[10, 5], RED, atol=8)


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.array([[0, 257, 128 * 257, 65535]], np.uint16)
    assert read_photo(saved(Image.fromarray(ramp), "PNG"))[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_an_animated_file_gives_its_first_picture(file_format: str) -> None:
    first, second = Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), BLUE)
    data = saved(first, file_format, save_all=True, append_images=[second])
    np.testing.assert_allclose(read_photo(data)[4, 4], RED, atol=8)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"just some text, by the name of photo.jpg", "cannot be read as a picture"),
        (saved(Image.fromarray(HALVES), "GIF"), "cannot be read as a picture"),
        (pictures.encoded(pictures.GRACE, "JPEG")[:-9000], "damaged or incomplete"),
        (pictures.encoded(pictures.GRACE, "PNG")[:-9000], "damaged or incomplete"),
        (pictures.encoded(pictures.GRACE, "WEBP")[:-9000], "damaged or incomplete"),
        (pictures.png_declaring(16384, 16384), "more than 50 megapixels"),
        (pictures.png_declaring(10_000, MAX_PIXELS // 10_000 + 1), "more than 50 megapixels"),
    ],
    ids=["empty", "text", "gif", "cut jpeg", "cut png", "cut webp", "bomb", "one row too many"],
)
def test_what_cannot_be_read_gets_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(PhotoError, match=sentence) as refusal:
        read_photo(data)
    text = str(refusal.value)
    assert text.endswith(".")
    assert "\n" not in text


def with_sound_checksums(data: bytes) -> bytes:
    """A PNG whose chunks have the checksums of their content, so that damage reaches the decoder."""
    mended, position = bytearray(data), 8
    while position + 12 <= len(mended):
        length = int.from_bytes(mended[position : position + 4], "big")
        end = position + 8 + length
        if end + 4 > len(mended):
            break
        mended[end : end + 4] = zlib.crc32(mended[position + 4 : end]).to_bytes(4, "big")
        position = end + 4
    return bytes(mended)


def with_chunk(data: bytes, name: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk before its pixels."""
    chunk = len(content).to_bytes(4, "big") + name + content + b"\0\0\0\0"
    at = data.index(b"IDAT") - 4
    return with_sound_checksums(data[:at] + chunk + data[at:])


def without_chunk(data: bytes, name: bytes) -> bytes:
    at = data.index(name) - 4
    return data[:at] + data[at + 12 + int.from_bytes(data[at : at + 4], "big") :]


EXIF = Image.Exif()
EXIF[ExifTags.Base.Orientation] = 6
EXIF[ExifTags.Base.ImageDescription] = "a description"
HALVES_BY_KIND = {
    "jpeg": saved(Image.fromarray(HALVES), "JPEG", exif=EXIF),
    "progressive jpeg": saved(Image.fromarray(HALVES), "JPEG", progressive=True),
    "cmyk jpeg": saved(Image.fromarray(HALVES).convert("CMYK"), "JPEG"),
    "png": saved(Image.fromarray(HALVES), "PNG", exif=EXIF),
    "palette png": saved(Image.fromarray(HALVES).quantize(16), "PNG", transparency=b"\0\x80\xff"),
    "16-bit png": saved(Image.fromarray(np.full((9, 9), 999, np.uint16)), "PNG"),
    "webp": saved(Image.fromarray(HALVES), "WEBP", exif=EXIF),
    "lossless webp": saved(Image.fromarray(HALVES).convert("RGBA"), "WEBP", lossless=True),
}


@pytest.mark.parametrize(
    "data",
    [
        without_chunk(without_chunk(HALVES_BY_KIND["palette png"], b"PLTE"), b"tRNS"),
        with_chunk(without_chunk(HALVES_BY_KIND["palette png"], b"tRNS"), b"tRNS", bytes(300)),
    ],
    ids=["no palette", "more transparent colours than colours"],
)
def test_damage_that_shows_only_in_the_conversion_gets_its_sentence(data: bytes) -> None:
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(data)


def test_an_orientation_that_is_no_number_is_ignored() -> None:
    infinity = b"\x7f\x80\x00\x00"
    # TIFF, big endian: one entry, the orientation, as one value of type FLOAT.
    exif = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x0b\x00\x00\x00\x01" + infinity + bytes(4)
    assert read_photo(saved(Image.fromarray(HALVES), "PNG", exif=exif)).shape == (20, 40, 3)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL", "ignore::PIL.Image.DecompressionBombWarning")
@settings(max_examples=400)
@given(
    kind=st.sampled_from(sorted(HALVES_BY_KIND)),
    seed=st.integers(0, 2**32),
    changes=st.integers(1, 20),
    kept=st.just(1.0) | st.floats(0, 1),
)
def test_damage_gives_a_picture_or_a_sentence(kind: str, seed: int, changes: int, kept: float) -> None:
    random_numbers = random.Random(seed)  # noqa: S311 - reproducible damage, not a secret
    data = bytearray(HALVES_BY_KIND[kind])
    for _ in range(changes):
        data[random_numbers.randrange(len(data))] = random_numbers.randrange(256)
    data = data[: round(kept * len(data))]
    try:
        image = read_photo(with_sound_checksums(data) if kind.endswith("png") else bytes(data))
    except PhotoError:
        return
    assert image.ndim == 3
    assert image.shape[2] == 3
    assert image.dtype == np.uint8


@given(width=st.integers(1, 300), height=st.integers(1, 300), side=st.integers(1, 300))
def test_fit_within_reduces_but_never_enlarges(width: int, height: int, side: int) -> None:
    image = np.zeros((height, width, 3), np.uint8)
    reduced = fit_within(image, side)
    if max(width, height) <= side:
        assert reduced is image
    else:
        assert max(reduced.shape[:2]) == side
        assert min(reduced.shape[:2]) == max(1, round(min(width, height) * side / max(width, height)))


def test_fit_within_averages_what_it_reduces() -> None:
    checkers = np.indices((100, 100)).sum(axis=0) % 2 * 255
    reduced = fit_within(np.dstack([checkers] * 3).astype(np.uint8), 50)
    assert ((reduced >= 127) & (reduced <= 128)).all()
