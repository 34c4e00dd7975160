"""The app's server, which also notes what goes on in it.

Browser tests read these notes to check that the slider runs no network, that detection ends when a visitor
leaves, that a stream leaves nothing behind, and that no upload reaches the disk.

Usage: `counting_server PORT CALLS_FILE THREADS_FILE WRITES_FILE`.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Collection
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


def keep_listing_threads(threads_file: Path) -> None:
    """Keep a file with the names of all of Python's threads, one in a line."""
    while True:
        names = sorted(thread.name for thread in threading.enumerate())
        # Renamed, so that nobody reads half a list.
        written = threads_file.with_suffix(".new")
        written.write_text("\n".join(names), encoding="utf-8")
        written.replace(threads_file)
        time.sleep(0.2)


def list_written_files(writes_file: Path, own_files: Collection[str]) -> None:
    """Add a line to a file for each file that Python code opens for writing, temporary ones included."""
    lines = writes_file.open("a", encoding="utf-8", buffering=1)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open":
            return
        path, _, flags = arguments
        if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
        # Python caches the code of modules, and this server keeps its own notes.
        if ".pyc" not in str(path) and str(path) not in own_files:
            lines.write(f"{path}\n")

    sys.addaudithook(note)


if __name__ == "__main__":
    port, *own_files = sys.argv[1:]
    calls_file, threads_file, writes_file = own_files
    list_written_files(Path(writes_file), {*own_files, f"{threads_file}.new"})
    # Shows that temporary files are noted: the test expects this one.
    with tempfile.TemporaryFile():
        pass
    count_calls(Path(calls_file))
    threading.Thread(target=keep_listing_threads, args=(Path(threads_file),), daemon=True).start()
    # With an address set, Streamlit does not ask the internet for its public one.
    address = ["--server.address", "127.0.0.1", "--server.port", port, "--server.headless", "true"]
    cli.main(["run", "streamlit_app.py", *address])
