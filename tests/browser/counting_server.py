"""The app's server, which also notes every run of the detector: `counting_server PORT CALLS_FILE`.

Only this way can a test in a browser tell that moving the slider runs no network, and that nobody
looks for the faces of a visitor who has left.
"""

import sys
from pathlib import Path
from typing import Any

from streamlit.web import cli

from components.photo.detector import FaceDetector
from components.photo.faces import Face


def count_calls(calls_file: Path) -> None:
    """Let each call of `FaceDetector.detect` add a line to a file, and another if it was abandoned."""
    detect = FaceDetector.detect

    def note(line: str) -> None:
        with calls_file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def counted(self: FaceDetector, *arguments: Any, **settings: Any) -> list[Face]:  # noqa: ANN401
        note("detect")
        try:
            return detect(self, *arguments, **settings)
        except BaseException:
            note("abandoned")
            raise

    FaceDetector.detect = counted  # type: ignore[method-assign]


if __name__ == "__main__":
    port, calls_file = sys.argv[1:]
    count_calls(Path(calls_file))
    # Bound to an address, Streamlit does not ask the internet for the one it is seen by.
    address = ["--server.address", "127.0.0.1", "--server.port", port, "--server.headless", "true"]
    cli.main(["run", "streamlit_app.py", *address])
