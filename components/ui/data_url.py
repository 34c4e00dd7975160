"""Pictures as addresses that hold the picture itself, so that the browser needs no second request."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def jpeg_url(jpeg: bytes) -> str:
    """The address of a JPEG file."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def webp_url(webp: bytes) -> str:
    """The address of a WebP file."""
    return f"data:image/webp;base64,{base64.b64encode(webp).decode()}"


def png_url(image: NDArray[np.uint8]) -> str:
    """The address of a picture with each pixel as it is: uint8 (height, width, 3), RGB."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
