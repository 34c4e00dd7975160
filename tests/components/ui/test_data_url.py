import base64

import numpy as np

from components.photo.image import encode_jpeg, read_photo
from components.ui.data_url import jpeg_url, png_url, webp_url
from tests.pictures import GRACE, noise


def content(url: str, kind: str) -> bytes:
    head, _, data = url.partition(",")
    assert head == f"data:image/{kind};base64"
    return base64.b64decode(data)


def test_a_jpeg_file_is_in_its_address_as_it_is() -> None:
    jpeg = encode_jpeg(GRACE)
    assert content(jpeg_url(jpeg), "jpeg") == jpeg


def test_a_webp_file_is_in_its_address_as_it_is() -> None:
    assert content(webp_url(b"RIFF and so on"), "webp") == b"RIFF and so on"


def test_a_picture_is_in_its_address_pixel_by_pixel() -> None:
    picture = noise()
    assert np.array_equal(read_photo(content(png_url(picture), "png")), picture)
