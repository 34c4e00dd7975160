import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from components.live.jpeg_frames import FrameError, opened_jpeg, pixels_of
from components.live.limits import MAX_JPEG_BYTES
from tests.pictures import GRACE, Picture, noise


def jpeg(picture: Picture, **how: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", **how)
    return file.getvalue()


FRAME = jpeg(GRACE[:480])


def test_a_frame_is_read_as_it_was_sent() -> None:
    pixels = pixels_of(opened_jpeg(FRAME))
    assert pixels.shape == GRACE[:480].shape
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - GRACE[:480]).mean() < 3


def test_a_grey_frame_is_read_in_colour() -> None:
    assert pixels_of(opened_jpeg(jpeg(GRACE[:480, :, 0]))).shape == GRACE[:480].shape


def with_size(data: bytes, width: int, height: int) -> bytes:
    """The file with another size in its frame header."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (FRAME + bytes(MAX_JPEG_BYTES), "more than 200000 bytes"),
        (with_size(FRAME, 4096, 4096), "more than 307200 pixels"),
        # Pillow itself refuses that size.
        (with_size(FRAME, 65_000, 65_000), "no JPEG"),
        (with_size(FRAME, 640, 481), "more than 307200 pixels"),
        (jpeg(GRACE[:480], progressive=True), "progressive"),
        (b"", "no JPEG"),
        (b"just some text", "no JPEG"),
        (FRAME[:20], "no JPEG"),
    ],
    ids=["bytes", "size", "bomb", "a row", "progressive", "empty", "text", "cut"],
)
def test_what_is_no_frame_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch, data: bytes, reason: str
) -> None:
    def decode(*_: object) -> None:
        pytest.fail("it was decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    with pytest.raises(FrameError, match=reason):
        opened_jpeg(data)


def test_another_kind_of_picture_is_refused() -> None:
    file = io.BytesIO()
    Image.fromarray(noise(8, 8)).save(file, "PNG")
    with pytest.raises(FrameError, match="no JPEG"):
        opened_jpeg(file.getvalue())


@given(st.lists(st.tuples(st.integers(0, len(FRAME) - 1), st.integers(0, 255)), max_size=30), st.integers(0))
def test_any_damage_is_refused_or_read(changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(FRAME)
    for at, value in changes:
        damaged[at] = value
    try:
        pixels = pixels_of(opened_jpeg(bytes(damaged[: len(FRAME) - cut % len(FRAME)])))
    except (FrameError, OSError):
        return
    assert pixels.size <= 3 * 640 * 480
