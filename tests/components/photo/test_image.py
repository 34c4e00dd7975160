import io
import random
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from components.photo.image import (
    PhotoError,
    decode_photo,
    encode_jpeg,
    fit_within,
    photo_size,
    read_photo,
)
from components.photo.limits import MAX_PIXELS, MAX_SIDE
from tests import pictures

# Left half red, right half blue, and wider than high, so that every rotation and mirroring is visible.
RED, BLUE = (255, 0, 0), (0, 0, 255)
HALVES = np.full((20, 40, 3), RED, np.uint8)
HALVES[:, 20:] = BLUE


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def psd(image: pictures.Picture) -> bytes:
    """A Photoshop file without layers: Pillow reads them and writes none."""
    height, width = image.shape[:2]
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, height, width, 8, 3)
    # No palette, no resources, no layers; then the colours one after the other, not compressed.
    return header + bytes(12) + bytes(2) + image.transpose(2, 0, 1).tobytes()


WRITTEN_FORMATS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "GIF", "JPEG2000", "PPM"]
HALVES_BY_FORMAT = {
    **{name: saved(Image.fromarray(HALVES), name, quality=95) for name in WRITTEN_FORMATS},
    "ICO": saved(Image.fromarray(HALVES), "ICO", sizes=[(40, 20)]),
    "PSD": psd(HALVES),
    "JPEG TIFF": saved(Image.fromarray(HALVES), "TIFF", compression="jpeg", quality=95),
    "LZW TIFF": saved(Image.fromarray(HALVES), "TIFF", compression="tiff_lzw"),
}


@pytest.mark.parametrize("file_format", HALVES_BY_FORMAT)
def test_reads_the_formats_as_rgb(file_format: str) -> None:
    image = read_photo(HALVES_BY_FORMAT[file_format])
    assert image.shape == (20, 40, 3)
    assert image.dtype == np.uint8
    # Lossy formats blur the colours, but far less than any mistake.
    np.testing.assert_allclose(image[10, 5], RED, atol=24)
    np.testing.assert_allclose(image[10, 35], BLUE, atol=24)


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


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
def test_is_upright_in_every_format_that_can_be_turned(file_format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    # Stored rotated to the left, so that red is at the top.
    image = read_photo(saved(Image.fromarray(HALVES), file_format, exif=exif.tobytes(), quality=95))
    assert image.shape == (40, 20, 3)
    np.testing.assert_allclose(image[5, 10], RED, atol=24)
    np.testing.assert_allclose(image[35, 10], BLUE, atol=24)


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


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_values_without_a_known_white_are_spread_over_the_range(dtype: type) -> None:
    values = np.array([[-100, 0, 300_000]], dtype)
    assert read_photo(saved(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == [0, 0, 255]


def test_values_that_are_no_numbers_do_not_lose_the_picture() -> None:
    values = np.array([[0, np.nan, np.inf, 1]], np.float32)
    assert read_photo(saved(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == [0, 0, 0, 255]


def with_red_and_blue_exchanged() -> bytes:
    """A colour profile that is sRGB, but for its primaries' order and its name."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = profile.replace(b"rXYZ", b"tmp!").replace(b"bXYZ", b"rXYZ").replace(b"tmp!", b"bXYZ")
    return exchanged.replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_colours_are_brought_to_srgb_by_the_files_profile(file_format: str) -> None:
    image = Image.fromarray(HALVES)
    data = saved(image, file_format, icc_profile=with_red_and_blue_exchanged(), quality=95)
    np.testing.assert_allclose(read_photo(data)[10, 5], BLUE, atol=24)
    np.testing.assert_allclose(read_photo(data)[10, 35], RED, atol=24)


@pytest.mark.parametrize("mode", ["P", "RGBA"])
def test_a_profile_holds_for_palettes_and_transparency_too(mode: str) -> None:
    data = saved(Image.fromarray(HALVES).convert(mode), "PNG", icc_profile=with_red_and_blue_exchanged())
    np.testing.assert_allclose(read_photo(data)[10, 5], BLUE, atol=8)


@pytest.mark.parametrize("profile", [b"no profile at all", with_red_and_blue_exchanged()[:300]])
def test_a_damaged_profile_does_not_lose_the_picture(profile: bytes) -> None:
    image = read_photo(saved(Image.fromarray(HALVES), "PNG", icc_profile=profile))
    np.testing.assert_allclose(image[10, 5], RED, atol=8)


def test_a_profile_for_another_kind_of_picture_is_passed_over() -> None:
    grey = Image.fromarray(np.full((8, 8), 120, np.uint8))
    data = saved(grey, "PNG", icc_profile=with_red_and_blue_exchanged())
    assert (read_photo(data) == 120).all()


def test_lab_becomes_rgb() -> None:
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    lab = ImageCms.applyTransform(Image.fromarray(HALVES), to_lab)
    assert lab is not None
    np.testing.assert_allclose(read_photo(saved(lab, "TIFF"))[10, 5], RED, atol=8)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_of_several_pictures_the_first_is_taken_and_said_so(file_format: str) -> None:
    first, second = Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), BLUE)
    several = decode_photo(saved(first, file_format, save_all=True, append_images=[second]))
    np.testing.assert_allclose(several.image[4, 4], RED, atol=24)
    assert several.first_of_several
    assert not decode_photo(saved(first, file_format)).first_of_several


def test_what_else_a_phone_keeps_in_its_photo_is_no_second_picture() -> None:
    first, depth = Image.new("RGB", (8, 8), RED), Image.new("L", (4, 4))
    decoded = decode_photo(saved(first, "MPO", save_all=True, append_images=[depth]))
    np.testing.assert_allclose(decoded.image[4, 4], RED, atol=8)
    assert not decoded.first_of_several


def test_a_camera_with_12_bits_gives_no_black_picture() -> None:
    ramp = np.array([[0, 2048, 4095]], np.uint16)
    assert read_photo(saved(Image.fromarray(ramp), "TIFF"))[0, :, 0].tolist() == [0, 127, 255]


def test_the_content_decides_and_not_the_name() -> None:
    # For example a WebP file that was saved as .jpg: `read_photo` does not know the name.
    assert read_photo(HALVES_BY_FORMAT["WEBP"]).shape == read_photo(HALVES_BY_FORMAT["JPEG"]).shape


def icon_with(png: bytes) -> bytes:
    """An icon of 16 by 16 pixels, as it says, whose PNG may be of any size."""
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(png), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + png


def test_a_size_that_lies_deeper_in_the_file_is_bounded_too() -> None:
    assert read_photo(icon_with(saved(Image.fromarray(HALVES).convert("RGBA"), "PNG"))).shape == (20, 40, 3)
    with pytest.raises(PhotoError, match="more than 50 megapixels"):
        read_photo(icon_with(pictures.png_declaring(10_000, MAX_PIXELS // 10_000 + 1)))


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 29_000, 29_000, 8, 3) + bytes(14),
        struct.pack("<2sI4xIIiiHHIIiiII", b"BM", 54, 54, 40, 29_000, 29_000, 1, 24, 0, 0, 0, 0, 0, 0),
        struct.pack("<6sHHBBBsHHHHB", b"GIF89a", 29_000, 29_000, 0, 0, 0, b",", 0, 0, 29_000, 29_000, 0)
        + b"\2\0;",
        b"P6 29000 29000 255\n" + bytes(20),
    ],
    ids=["PSD", "BMP", "GIF", "PPM"],
)
def test_absurd_sizes_are_refused_in_any_format(data: bytes) -> None:
    with pytest.raises(PhotoError, match="more than 50 megapixels"):
        read_photo(data)


def test_a_jpeg_holds_nothing_but_the_picture() -> None:
    file = encode_jpeg(read_photo(saved(Image.fromarray(HALVES), "JPEG", exif=EXIF, comment="a comment")))
    with Image.open(io.BytesIO(file)) as image:
        assert not image.getexif()
        assert set(image.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"just some text, by the name of photo.jpg", "cannot be read as a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be read as a picture"),
        (b"%PDF-1.7", "cannot be read as a picture"),
        (pictures.encoded(pictures.GRACE, "PNG")[:-9000], "damaged or incomplete"),
        (pictures.encoded(pictures.GRACE, "WEBP")[:-9000], "damaged or incomplete"),
        (pictures.png_declaring(16384, 16384), "more than 50 megapixels"),
        (pictures.png_declaring(10_000, MAX_PIXELS // 10_000 + 1), "more than 50 megapixels"),
        (pictures.png_declaring(MAX_SIDE + 1, 1), "longer than 30,000 pixels"),
        (pictures.png_declaring(1, MAX_SIDE + 1), "longer than 30,000 pixels"),
    ],
    ids=[
        "empty",
        "text",
        "drawing",
        "document",
        "cut png",
        "cut webp",
        "bomb",
        "one row too many",
        "too wide",
        "too high",
    ],
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
HALVES_BY_KIND = HALVES_BY_FORMAT | {
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
@pytest.mark.parametrize("tenth", range(10))
@pytest.mark.parametrize("kind", HALVES_BY_KIND)
def test_a_file_cut_short_gives_a_picture_or_a_sentence(kind: str, tenth: int) -> None:
    data = HALVES_BY_KIND[kind]
    assert is_picture_or_refused(data[: len(data) * tenth // 10])


@pytest.mark.filterwarnings("ignore::UserWarning:PIL", "ignore::PIL.Image.DecompressionBombWarning")
@settings(max_examples=800)
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
    assert is_picture_or_refused(with_sound_checksums(data) if kind.lower().endswith("png") else bytes(data))


def is_picture_or_refused(data: bytes) -> bool:
    """Whether `read_photo` gives a picture or a sentence; anything else that it raises passes through."""
    try:
        image = read_photo(data)
    except PhotoError as refusal:
        return str(refusal).endswith(".")
    return image.ndim == 3 and image.shape[2] == 3 and image.size > 0 and image.dtype == np.uint8


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


def test_the_size_is_known_before_decoding() -> None:
    assert photo_size(pictures.png_declaring(7000, 5000)) == (7000, 5000)
    with pytest.raises(PhotoError, match="50 megapixels"):
        photo_size(pictures.png_declaring(16384, 16384))
    with pytest.raises(PhotoError, match="empty"):
        photo_size(b"")


def test_no_memory_is_not_the_pictures_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("components.photo.image._upright_pixels", fail)
    with pytest.raises(MemoryError):
        read_photo(pictures.encoded(pictures.GRACE))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_file_that_ends_early_gives_what_it_has(progressive: bool) -> None:
    file = io.BytesIO()
    Image.fromarray(pictures.GRACE).save(file, "JPEG", quality=90, progressive=progressive)
    whole = decode_photo(file.getvalue())
    cut = decode_photo(file.getvalue()[: len(file.getvalue()) * 2 // 3])
    assert not whole.cut_short
    assert cut.cut_short
    assert cut.image.shape == whole.image.shape
    difference = np.abs(cut.image.astype(int) - whole.image).mean(axis=(1, 2))
    # The upper half is there, in a progressive file less sharp.
    assert difference[:250].mean() < (8 if progressive else 0.1)
    if not progressive:
        # What is missing is grey.
        assert np.ptp(cut.image[-20:].astype(int)) < 8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_can_be_turned_whatever_its_orientation(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    Image.fromarray(pictures.GRACE).save(file, "PNG", exif=exif)
    upright = read_photo(file.getvalue())
    for quarter_turns in range(-1, 5):
        turned = read_photo(file.getvalue(), quarter_turns)
        np.testing.assert_array_equal(turned, np.rot90(upright, -quarter_turns))
        assert turned.flags.c_contiguous
