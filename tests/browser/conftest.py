import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Page, Request, expect

from components.live.clip import clip_frames
from tests.browser.chromium import camera_arguments, chromium_arguments, find_chromium
from tests.browser.watched_worker import PROBE
from tests.clips import write_video
from tests.pictures import GRACE

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60

# Milliseconds, where a test names no other time; a machine may be busy.
expect.set_options(timeout=15_000)

# Chromium finds this machine by this name too, but does not treat it as a secure address.
OTHER_NAME = "visavis.test"

OWN_ADDRESSES = ("http://127.0.0.1:", "http://localhost:", f"http://{OTHER_NAME}:")

# On a page's own address, Streamlit first asks for these below the page's path, and then finds them above it.
STREAMLITS_OWN_MISSES = ("/_stcore/health", "/_stcore/host-config")

# A picture that was replaced before the browser fetched it; both the browser and Streamlit say so.
REPLACED_PICTURE = re.compile(r"/media/\w+\.jpg$")

# Where a picture was missing for a moment, all that the page shows in the end have to be there.
ALL_PICTURES_ARE_THERE = """() => [...document.querySelectorAll("img[src]")].every(
    (picture) => picture.loading === "lazy" || (picture.complete && picture.naturalWidth > 0)
)"""


@dataclass(frozen=True)
class Server:
    url: str
    tasks_file: Path
    threads_file: Path
    writes_file: Path
    pid: int

    def tasks(self) -> list[str]:
        """The tasks of all workers so far, in the order in which they began."""
        return self.tasks_file.read_text(encoding="utf-8").splitlines()

    def detections(self) -> int:
        """How often the faces of a photo were looked for."""
        return self.tasks().count("find_faces")

    def abandoned_detections(self) -> int:
        return self.tasks().count("abandoned find_faces")

    def processes(self) -> list[Path]:
        """The server's process, its workers, and all others that it started, as folders of /proc."""
        found = [Path("/proc", str(self.pid))]
        for process in found:
            for children in process.glob("task/*/children"):
                # A thread or a process that has ended since it was listed.
                with suppress(FileNotFoundError, ProcessLookupError):
                    pids = children.read_text(encoding="ascii").split()
                    found += [Path("/proc", pid) for pid in pids]
        return found

    def workers(self) -> list[int]:
        found = []
        for process in self.processes():
            with suppress(FileNotFoundError, ProcessLookupError):
                if b"pebble_pool_worker" in process.joinpath("cmdline").read_bytes():
                    found.append(int(process.name))
        return found

    def files_written(self) -> list[str]:
        """Files that Python code in the server and its workers has opened for writing so far."""
        return [line for line in self._writes() if not line.endswith(PROBE)]

    def watched_processes(self) -> int:
        """How many processes have begun to note the files that they write."""
        return len(self._writes()) - len(self.files_written())

    def _writes(self) -> list[str]:
        return self.writes_file.read_text(encoding="utf-8").splitlines()

    def thread_names(self) -> list[str]:
        """Python's threads, as of a moment ago."""
        return self.threads_file.read_text(encoding="utf-8").splitlines()

    def landmarker_threads(self) -> int:
        """Threads that MediaPipe keeps for open landmarkers, of which Python knows nothing."""
        count = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            # A thread that has ended since it was listed has no name any more.
            with suppress(FileNotFoundError, ProcessLookupError):
                count += task.joinpath("comm").read_text(encoding="utf-8").startswith("drishti")
        return count

    def count_in_memory(self, content: bytes) -> int:
        """How often something is in the memory of the server and of all processes that it started."""
        count = 0
        for process in self.processes():
            # A process that ends while it is read, and memory that it gives back meanwhile.
            with suppress(FileNotFoundError, ProcessLookupError):
                lines = process.joinpath("maps").read_text(encoding="utf-8").splitlines()
                with process.joinpath("mem").open("rb", buffering=0) as memory:
                    for start, end in (line.split()[0].split("-") for line in lines if " rw" in line):
                        memory.seek(int(start, 16))
                        with suppress(OSError):
                            count += (memory.read(int(end, 16) - int(start, 16)) or b"").count(content)
        return count

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(line.split()[1]) / 1024

    def libraries(self) -> set[str]:
        """The files that the server and its workers have mapped into their memory."""
        lines: list[str] = []
        for process in self.processes():
            # A worker may have been replaced since it was listed.
            with suppress(FileNotFoundError, ProcessLookupError):
                lines += process.joinpath("maps").read_text(encoding="utf-8").splitlines()
        return {line.split(maxsplit=5)[5] for line in lines if line.count(" /")}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_server(folder: Path, port: int | None = None, **settings: str) -> Iterator[Server]:
    """The app; it is stopped in the end.

    Args:
        folder: Where it keeps its log.
        port: Where it listens; None for a free port.
        settings: Environment variables to add.
    """
    port = port or free_port()
    tasks_file, threads_file, writes_file = (folder / name for name in ("tasks", "threads", "writes"))
    tasks_file.touch()
    command = [sys.executable, "-m", "tests.browser.counting_server", str(port)]
    command += [str(file) for file in (tasks_file, threads_file, writes_file)]
    with (folder / "log").open("wb") as log:
        environment = (
            os.environ
            | {
                # Everything is on one machine, so no STUN server is needed.
                "STUN_URLS": "",
                # Nobody changes code during a test, and at its end Streamlit waits for each file that it
                # watches.
                "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
            }
            | settings
        )
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            server = Server(f"http://127.0.0.1:{port}", tasks_file, threads_file, writes_file, process.pid)
            wait_until_healthy(server.url, process, folder / "log")
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"The server did not start:\n{log.read_text(encoding='utf-8')[-4000:]}")


def expect_no_wider_than(page: Page, width: int, selector: str) -> None:
    """Expect the page not to scroll sideways at this width, and what a selector finds to be inside it."""
    # The layout follows a new width within a moment.
    page.wait_for_function(
        """(width) => {
            const main = document.querySelector('[data-testid=stMain]');
            return main.clientWidth > width - 40 && main.scrollWidth <= main.clientWidth;
        }""",
        arg=width,
    )
    for shown in page.locator(selector).all():
        box = shown.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face that sways and tilts, without leaving, for Chromium's camera."""
    frames = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip_frames(GRACE)]
    path = tmp_path_factory.mktemp("camera") / "face.mjpeg"
    with path.open("wb") as file:
        write_video(file, frames[:100], "mjpeg", "mjpeg")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = find_chromium()
    if path is None:
        pytest.fail("There is no Chromium: run the tests with `make test`, which installs it.")
    # Compiling a page's scripts again, so that they run faster, does not pay within the seconds of a test:
    # without that, a page takes a tenth less of the processor.
    arguments = [*chromium_arguments(), "--js-flags=--no-opt --no-maglev"]
    return browser_type_launch_args | {"executable_path": path, "args": arguments}


@pytest.fixture(scope="session")
def camera_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], clip: Path
) -> Iterator[Browser]:
    """A browser with a face for its camera, which also finds this machine by its other name."""
    arguments = [
        *browser_type_launch_args["args"],
        *camera_arguments(clip),
        f"--host-resolver-rules=MAP {OTHER_NAME} 127.0.0.1",
    ]
    browser = browser_type.launch(**browser_type_launch_args | {"args": arguments})
    yield browser
    browser.close()


@pytest.fixture
def allowed_errors() -> list[str]:
    """Parts of errors in the console that a test provokes."""
    return []


@pytest.fixture(autouse=True)
def _nothing_goes_wrong_in_the_browser(page: Page, allowed_errors: list[str]) -> Iterator[None]:
    """Fail on errors in the console, and on any request to another host than the app's own."""
    problems: list[str] = []
    replaced: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        provoked = any(part in message.text for part in allowed_errors)
        if message.type != "error" or provoked or url.endswith(STREAMLITS_OWN_MISSES):
            return
        is_replaced = REPLACED_PICTURE.search(url) or REPLACED_PICTURE.search(message.text)
        (replaced if is_replaced else problems).append(f"console: {message.text} ({url})")

    def note_request(request: Request) -> None:
        if not request.url.startswith((*OWN_ADDRESSES, "data:", "blob:")):
            problems.append(f"request to another host: {request.url}")

    # The visitor's other pages too.
    page.context.on("console", note_console)
    page.context.on("weberror", lambda error: problems.append(f"page error: {error.error}"))
    page.context.on("request", note_request)
    yield
    assert not problems
    if replaced and not page.is_closed():
        page.wait_for_function(ALL_PICTURES_ARE_THERE)
