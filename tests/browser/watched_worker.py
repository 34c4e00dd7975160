"""What notes the files that the server and its worker processes open for writing."""

import os
import sys
from pathlib import Path
from typing import Any

from components.photo.detector import FaceDetector
from components.tasks.detector import loaded_detector

# Environment variables, which worker processes inherit: where the notes go, and the tests' own files.
WRITES_FILE, OWN_FILES = "TEST_WRITES_FILE", "TEST_OWN_FILES"

# The ending of the file that each process writes when it begins to be watched.
PROBE = ".probe"


def note_written_files() -> None:
    """Add a line to a file for each file that Python code in this process opens for writing."""
    own_files, writes_file = set(os.environ[OWN_FILES].split(":")), Path(os.environ[WRITES_FILE])

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open":
            return
        path, _, flags = arguments
        if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
        # Pipes have numbers, Python caches the code of modules, and the server keeps the tests' notes.
        if isinstance(path, int) or str(path) == os.devnull or ".pyc" in str(path):
            return
        if str(path) not in own_files:
            with writes_file.open("a", encoding="utf-8") as lines:
                lines.write(f"{path}\n")

    sys.addaudithook(note)
    # Shows that this process is watched.
    writes_file.with_suffix(PROBE).write_text("", encoding="utf-8")


def warm_up_watched() -> FaceDetector:
    """Watch a worker process, and load what it needs."""
    note_written_files()
    return loaded_detector()
