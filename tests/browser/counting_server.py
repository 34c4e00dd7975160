"""The app's server, which also notes what goes on in it.

Browser tests read these notes to check that the slider runs no network, that detection ends when a visitor
leaves, that a stream leaves nothing behind, and that no upload reaches the disk.

Usage: `counting_server PORT TASKS_FILE THREADS_FILE WRITES_FILE`.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.web import cli

from components.ui import kept as shared_kept
from components.ui import shared_workers
from components.workers.machine import MEGABYTE, Machine
from components.workers.worker import Worker
from tests.browser.watched_worker import OWN_FILES, WRITES_FILE, note_written_files, warm_up_watched

# The environment variable with the megabytes that the server believes to have.
MEMORY = "TEST_MEGABYTES"


def note_tasks(tasks_file: Path) -> None:
    """Let each task of a worker add a line to a file, and another if it was abandoned."""
    run = Worker.run

    def note(line: str) -> None:
        with tasks_file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def noted(self: Worker, task: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        note(task.__name__)
        try:
            return run(self, task, *arguments, **named)
        except BaseException:
            note(f"abandoned {task.__name__}")
            raise

    Worker.run = noted  # type: ignore[method-assign]


def keep_listing_threads(threads_file: Path) -> None:
    """Keep a file with the names of all of Python's threads, one in a line."""
    while True:
        names = sorted(thread.name for thread in threading.enumerate())
        # Renamed, so that nobody reads half a list.
        written = threads_file.with_suffix(".new")
        written.write_text("\n".join(names), encoding="utf-8")
        written.replace(threads_file)
        time.sleep(0.2)


def pretend_memory(megabytes: int) -> None:
    """Let the server believe that it is in a container with little memory."""
    shared_kept.this_machine = lambda: Machine(2.0, megabytes * MEGABYTE)


if __name__ == "__main__":
    port, *own_files = sys.argv[1:]
    tasks_file, threads_file, writes_file = own_files
    os.environ[WRITES_FILE] = writes_file
    os.environ[OWN_FILES] = ":".join([*own_files, f"{threads_file}.new"])
    note_written_files()
    shared_workers.loaded_detector = warm_up_watched
    note_tasks(Path(tasks_file))
    if MEMORY in os.environ:
        pretend_memory(int(os.environ[MEMORY]))
    threading.Thread(target=keep_listing_threads, args=(Path(threads_file),), daemon=True).start()
    # With an address set, Streamlit does not ask the internet for its public one.
    address = ["--server.address", "127.0.0.1", "--server.port", port, "--server.headless", "true"]
    cli.main(["run", "streamlit_app.py", *address])
