"""A class at once, and an hour of single visitors: `python -m tests.benchmarks.load`.

1. Twenty visitors bring photos and move the slider, one of them in Chromium, while five others stream over
   the WebSocket. Times of uploads and slider moves at 50 and 95 percent, frames a second of the slowest
   stream, errors, and the memory of all processes before, at most, and three minutes after all have left.
2. With `--hour`: one visitor a minute, who brings a photo, moves the slider, streams for ten seconds and
   leaves. The memory after each visit tells whether anything grows.

Server and visitors share this machine's cores. Visitors without a browser speak Streamlit's protocol.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean, median, quantiles

import cv2
from playwright.sync_api import expect, sync_playwright

from components.live.clip import clip_pictures
from components.photo.scores import CUT_OFFS
from tests import pictures
from tests.benchmarks.live_visitor import LiveVisitor
from tests.benchmarks.photo_visitor import PhotoVisitor
from tests.browser.chromium import chromium_arguments, find_chromium
from tests.browser.conftest import ROOT, Server, running_server

VISITORS, STREAMS, MINUTES = 20, 5, 10

# The quality at which browsers begin to send frames as JPEG files; see `pace.js`.
JPEG_QUALITY = 50

# Seconds that people look at what they see: between moves of the slider, and between photos.
LOOKS, CHANGES = (1.0, 5.0), (30.0, 90.0)

# Seconds after which a visitor who has left must be forgotten.
FORGOTTEN = 180


@dataclass
class Times:
    """What visitors met: seconds of uploads and moves, frames a second, and errors in words."""

    uploads: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Times") -> None:
        self.uploads += other.uploads
        self.moves += other.moves
        self.rates += other.rates
        self.errors += other.errors


def photo_of(number: int) -> bytes:
    """A class photo, each of its own: 3 to 12 megapixels."""
    side = (1500, 2000, 3000)[number % 3]
    picture = pictures.crowd(side, side * 4 // 3, face_side=side // 12)
    return pictures.encoded(picture, "JPEG") + number.to_bytes(8, "little")


def visit_photo_page(url: str, seconds: float, number: int) -> Times:
    """Bring photos and move the slider for a while, as a person does."""
    times, chance = Times(), random.Random(number)  # noqa: S311 - no secret
    end = time.monotonic() + seconds
    # People do not come in the same second.
    time.sleep(chance.uniform(0, min(30.0, seconds / 4)))
    try:
        with PhotoVisitor(url) as visitor:
            photos = 0
            while time.monotonic() < end:
                photos += 1
                if photos <= 8:
                    times.uploads.append(visitor.upload(f"{photos}.jpg", photo_of(100 * number + photos)))
                change = time.monotonic() + chance.uniform(*CHANGES)
                while time.monotonic() < min(change, end):
                    times.moves.append(visitor.move_slider(chance.randrange(len(CUT_OFFS))))
                    time.sleep(chance.uniform(*LOOKS))
    # Whatever a visitor meets is what this looks for.
    except Exception as error:
        times.errors.append(f"{type(error).__name__}: {error}")
    return times


def camera_frames() -> list[bytes]:
    """Three seconds of a face, as a browser sends them."""
    return [
        cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
        for picture in clip_pictures(pictures.GRACE, slice(0, 90))
    ]


def visit_live_page(url: str, seconds: float) -> Times:
    """Stream for a while."""
    times = Times()
    frames = camera_frames()
    try:
        with LiveVisitor(url, "websocket") as visitor:
            times.rates.append(visitor.stream(frames, seconds) / seconds)
    except Exception as error:
        times.errors.append(f"stream: {type(error).__name__}: {error}")
    return times


def visit_in_chromium(url: str, seconds: float) -> Times:
    """Move the slider in a real browser; the times are from the key to the new number of faces."""
    times = Times()
    end = time.monotonic() + seconds
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_arguments())
        page = browser.new_page()
        page.on("pageerror", lambda error: times.errors.append(f"in the browser: {error}"))
        page.goto(f"{url}/photo")
        heading, slider = page.get_by_role("heading", level=3), page.get_by_role("slider", name="Confidence")
        expect(heading).to_have_text("29 faces", timeout=120_000)
        shown = "29 faces"
        while time.monotonic() < end:
            for key in ("Home", "End"):
                slider.focus()
                start = time.perf_counter()
                page.keyboard.press(key)
                expect(heading).not_to_have_text(shown, timeout=60_000)
                times.moves.append(time.perf_counter() - start)
                shown = heading.inner_text()
                page.wait_for_timeout(3000)
        browser.close()
    return times


def memory_of(server: Server) -> float:
    """Megabytes of the server and all of its processes, each page that they share counted once (PSS)."""
    kilobytes = 0
    for process in server.processes():
        # A process that ends while it is looked at.
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = process.joinpath("smaps_rollup").read_text(encoding="ascii").splitlines()
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def start_visitors(kind: str, url: str, seconds: float, numbers: Sequence[int]) -> subprocess.Popen[bytes]:
    """Visitors in a process of their own, which prints what they met."""
    command = [sys.executable, "-m", "tests.benchmarks.load", "--visit", kind, url, str(seconds)]
    return subprocess.Popen([*command, *map(str, numbers)], cwd=ROOT, stdout=subprocess.PIPE)


def visit(kind: str, url: str, seconds: float, numbers: Sequence[int]) -> Times:
    """Some visitors at the same time."""
    times = Times()
    with ThreadPoolExecutor(len(numbers)) as threads:
        match kind:
            case "photo":
                met = threads.map(lambda number: visit_photo_page(url, seconds, number), numbers)
            case "live":
                met = threads.map(lambda _: visit_live_page(url, seconds), numbers)
            case _:
                met = threads.map(lambda _: visit_in_chromium(url, seconds), numbers)
        for one in met:
            times.add(one)
    return times


def met_by(visitors: Sequence[subprocess.Popen[bytes]], server: Server) -> tuple[Times, float]:
    """What visitors met, and the most memory meanwhile."""
    most = 0.0
    while any(process.poll() is None for process in visitors):
        most = max(most, memory_of(server))
        time.sleep(1)
    times = Times()
    for process in visitors:
        assert process.stdout is not None
        times.add(Times(**json.loads(process.stdout.read())))
    return times, most


def at(share: int, seconds: Sequence[float]) -> float:
    """The time that this many percent stay under."""
    return quantiles(seconds, n=100)[share - 1]


def report(name: str, seconds: Sequence[float]) -> None:
    print(
        f"{name}: {len(seconds)}, 50 % in {median(seconds):.2f} s, 95 % in {at(95, seconds):.2f} s, "
        f"all in {max(seconds):.2f} s"
    )


def load_all_at_once(server: Server, minutes: float) -> None:
    """Twenty visitors and five streams at once."""
    # Caches fill and every worker starts with the first visitors.
    first = [start_visitors("photo", server.url, 40, [0, 1, 2, 3])]
    met_by([*first, start_visitors("live", server.url, 20, [0])], server)
    time.sleep(FORGOTTEN)
    before = memory_of(server)
    seconds = minutes * 60
    groups = [list(range(1, VISITORS))[start::4] for start in range(4)]
    visitors = [start_visitors("photo", server.url, seconds, group) for group in groups]
    visitors.append(start_visitors("chromium", server.url, seconds, [VISITORS]))
    visitors += [start_visitors("live", server.url, seconds - 40, [number]) for number in range(STREAMS)]
    times, most = met_by(visitors, server)
    time.sleep(FORGOTTEN)
    report("uploads", times.uploads)
    report("slider moves", times.moves)
    print(f"streams: {len(times.rates)}, the slowest with {min(times.rates, default=0):.1f} frames a second")
    print(f"memory: {before:.0f} MB before, {most:.0f} MB at most, {memory_of(server):.0f} MB afterwards")
    print(f"errors: {len(times.errors)}")
    for error in sorted(set(times.errors)):
        print(f"  {times.errors.count(error)} × {error}", flush=True)


def load_for_an_hour(server: Server, minutes: float) -> None:
    """One visitor a minute."""
    times, memory = Times(), []
    for number in range(round(minutes)):
        begun = time.monotonic()
        visitors = [start_visitors("photo", server.url, 30, [number])]
        visitors.append(start_visitors("live", server.url, 10, [number]))
        times.add(met_by(visitors, server)[0])
        time.sleep(max(begun + 60 - time.monotonic(), 0))
        memory.append(memory_of(server))
        print(f"{memory[-1]:.0f}", end=" ", flush=True)
    print("MB")
    report("uploads", times.uploads)
    report("slider moves", times.moves)
    sixths = [memory[start : start + len(memory) // 6] for start in range(0, len(memory), len(memory) // 6)]
    print(f"memory by sixths of the time: {', '.join(f'{mean(sixth):.0f}' for sixth in sixths)} MB")
    print(f"errors: {len(times.errors)}")
    for error in sorted(set(times.errors)):
        print(f"  {times.errors.count(error)} × {error}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long all are there at once")
    parser.add_argument("--hour", action="store_true", help="one visitor a minute for an hour instead")
    parser.add_argument("--visit", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.visit:
        kind, url, seconds, *numbers = options.visit
        print(json.dumps(asdict(visit(kind, url, float(seconds), [int(number) for number in numbers]))))
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), VISAVIS_MAX_STREAMS=str(STREAMS)) as server,
    ):
        if options.hour:
            load_for_an_hour(server, 60)
        else:
            load_all_at_once(server, options.minutes)


if __name__ == "__main__":
    main()
