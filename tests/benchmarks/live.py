"""What a live stream costs, and how old its picture is: `python -m tests.benchmarks.live`.

Compares the carriers, and the loop of the tutorials: frame to array, `detect_for_video`, MediaPipe's own
drawing helper, flip, array to frame. In one run:

1. Milliseconds of processor time for a frame of the sample clip, 640x480, in the model and outside of it, in
   turns. For WebRTC and the tutorials' loop without decoding and encoding the video, for the others with all
   that they do.
2. How many streams of 30 frames a second keep at least 20, each with decoding and encoding as the server does
   it; for the WebSocket and the page also with the whole server and all visitors on this machine. In a stream
   that falls behind, only the newest frame is processed.
3. With the whole app in Chromium, on the same machine: frames a second, the age of the picture that the
   visitor sees, the server's processor time for a frame, and its memory.
"""

import argparse
import io
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import av
import cv2
import numpy as np
from aiortc.codecs.vpx import Vp8Decoder, Vp8Encoder, vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from mediapipe.tasks.python.vision import drawing_styles, drawing_utils
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from components.live.clip import clip_frames
from components.live.processor import LiveProcessor, LiveSettings
from components.live.video_frames import process_frame
from components.mesh import mediapipe_adapter as mp
from components.mesh.model_file import load_model
from pages.live.webcam.frame_answers import FrameAnswers
from tests.benchmarks.live_visitor import LiveVisitor, frame_message
from tests.benchmarks.slow_link import slow_link
from tests.browser.chromium import camera_arguments, chromium_arguments, find_chromium
from tests.browser.conftest import Server, running_server
from tests.clips import write_video
from tests.pictures import GRACE

FRAME_RATE = 30
FLUENT = 20
MOST_STREAMS = 14

# The quality at which browsers begin to send frames as JPEG files; see `pace.js`.
JPEG_QUALITY = 50

Process = Callable[[av.VideoFrame], av.VideoFrame]


def plain_loop() -> Process:
    """The tutorials' loop, with the same outputs of the model as in Visavis."""
    landmarker = mp.FaceLandmarker.create_from_options(
        mp.FaceLandmarkerOptions(
            base_options=mp.BaseOptions(model_asset_buffer=load_model()),
            running_mode=mp.RunningMode.VIDEO,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )
    connections = mp.FaceLandmarksConnections
    drawn = (
        (
            connections.FACE_LANDMARKS_TESSELATION,
            drawing_styles.get_default_face_mesh_tesselation_style(),
        ),
        (connections.FACE_LANDMARKS_CONTOURS, drawing_styles.get_default_face_mesh_contours_style()),
        (
            connections.FACE_LANDMARKS_LEFT_IRIS + connections.FACE_LANDMARKS_RIGHT_IRIS,
            drawing_styles.get_default_face_mesh_iris_connections_style(),
        ),
    )
    timestamp = 0

    def process(frame: av.VideoFrame) -> av.VideoFrame:
        nonlocal timestamp
        timestamp += 1
        image = frame.to_ndarray(format="rgb24")
        result = landmarker.detect_for_video(mp.Image(mp.ImageFormat.SRGB, image), timestamp)
        for landmarks in result.face_landmarks:
            for lines, style in drawn:
                drawing_utils.draw_landmarks(image, landmarks, lines, None, style)
        return av.VideoFrame.from_ndarray(cv2.flip(image, 1), format="rgb24")

    return process


def webrtc() -> Process:
    """Visavis' processor with all that it can draw, the numbers on the picture included."""
    processor = LiveProcessor(LiveSettings(hud=True))
    return lambda frame: process_frame(processor, frame)


ENGINES: dict[str, Callable[[], Process]] = {"tutorials' loop": plain_loop, "WebRTC": webrtc}


def jpeg_files(frames: Sequence[av.VideoFrame]) -> list[bytes]:
    """The frames as the WebSocket and the page bring them."""
    files = []
    for frame in frames:
        file = io.BytesIO()
        Image.fromarray(frame.to_ndarray(format="rgb24")).save(file, "JPEG", quality=JPEG_QUALITY)
        files.append(file.getvalue())
    return files


class ModelClock:
    """Adds up the processor time spent inside MediaPipe's library."""

    def __init__(self) -> None:
        self.seconds = 0.0
        create = mp.FaceLandmarker.create_from_options

        def create_with_clock(options: Any) -> Any:  # noqa: ANN401
            landmarker = create(options)
            # MediaPipe's binding is where its Python ends and the model begins.
            detect = landmarker._lib.MpFaceLandmarkerDetectForVideo

            def timed(*arguments: object) -> object:
                begun = time.process_time()
                try:
                    return detect(*arguments)
                finally:
                    self.seconds += time.process_time() - begun

            landmarker._lib.MpFaceLandmarkerDetectForVideo = timed
            return landmarker

        mp.FaceLandmarker.create_from_options = create_with_clock


@dataclass
class Cost:
    """Milliseconds of processor time for a frame, one value for each round."""

    model: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)


def measure_cost(frames: list[av.VideoFrame], rounds: int) -> dict[str, Cost]:
    clock = ModelClock()
    processes = {name: engine() for name, engine in ENGINES.items()}
    answers, files = FrameAnswers(LiveProcessor(LiveSettings(hud=True))), jpeg_files(frames)

    def process_all(process: Process) -> None:
        for frame in frames:
            # In the encoder's colour format, since it would convert others.
            process(frame).reformat(format="yuv420p")

    def answer_all() -> None:
        for number, file in enumerate(files):
            answers.answer(frame_message(number, file))

    turns: dict[str, Callable[[], None]] = {
        name: lambda process=process: process_all(process) for name, process in processes.items()
    } | {"WebSocket, page": answer_all}
    costs = {name: Cost() for name in turns}
    for number in range(rounds + 1):
        for name, turn in turns.items():
            clock.seconds, begun = 0.0, time.process_time()
            turn()
            total = time.process_time() - begun
            # The first round warms up.
            if number:
                costs[name].model.append(1000 * clock.seconds / len(frames))
                costs[name].outside.append(1000 * (total - clock.seconds) / len(frames))
    return costs


def encode_clip(frames: list[av.VideoFrame]) -> list[JitterFrame]:
    """The clip as it comes from a browser, put together from its packets."""
    encoder = Vp8Encoder()
    encoder.target_bitrate = 1_500_000
    encoded = []
    for index, frame in enumerate(frames):
        payloads, timestamp = encoder.encode(frame, force_keyframe=index == 0)
        encoded.append(JitterFrame(b"".join(vp8_depayload(payload) for payload in payloads), timestamp))
    return encoded


def run_stream(stream: Callable[[int], bool], seconds: float, counts: list[int]) -> None:
    """One stream; appends how many frames it got through.

    Args:
        stream: Gets how many frames have come so far, and tells whether it has processed one.
        seconds: How long.
        counts: Where the number goes.
    """
    processed = come = 0
    begun = time.perf_counter()
    while (elapsed := time.perf_counter() - begun) < seconds:
        due = int(elapsed * FRAME_RATE)
        if due == come or not stream(due):
            time.sleep(0.002)
            continue
        come = due
        processed += 1
    counts.append(processed)


def video_stream(process: Process, clip: list[JitterFrame]) -> Callable[[int], bool]:
    """A stream as WebRTC has it."""
    decoder, encoder = Vp8Decoder(), Vp8Encoder()
    newest: list[av.VideoFrame] = []
    decoded = 0

    def process_newest(due: int) -> bool:
        nonlocal newest, decoded
        # A frame needs the one before, so all are decoded.
        for index in range(decoded, due):
            newest = decoder.decode(clip[index % len(clip)]) or newest
        decoded = due
        if not newest:
            return False
        encoder.encode(process(newest[-1]))
        return True

    return process_newest


def jpeg_stream(files: list[bytes]) -> Callable[[int], bool]:
    """A stream as the WebSocket has it."""
    answers = FrameAnswers(LiveProcessor(LiveSettings()))

    def answer_newest(due: int) -> bool:
        answers.answer(frame_message(due, files[due % len(files)]))
        return True

    return answer_newest


def slowest_stream(open_stream: Callable[[], Callable[[int], bool]], streams: int, seconds: float) -> float:
    """Frames per second in the slowest of several streams at the same time."""
    counts: list[int] = []
    threads = [
        threading.Thread(target=run_stream, args=(open_stream(), seconds, counts)) for _ in range(streams)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return min(counts) / seconds


def slowest_visitor(server: Server, way: str, files: list[bytes], visitors: int, seconds: float) -> float:
    """Frames per second that the slowest of several visitors of a server gets."""
    with ExitStack() as stack:
        pages = [stack.enter_context(LiveVisitor(server.url, way)) for _ in range(visitors)]
        threads = stack.enter_context(ThreadPoolExecutor(visitors))
        return min(threads.map(lambda page: page.stream(files, seconds), pages)) / seconds


# Notes when the camera took each picture that the browser draws, and how old it is when the visitor sees it.
NOTE_AGES = """
window.ages = [];
let captured = 0;
const taken = new WeakMap();
const wait = HTMLVideoElement.prototype.requestVideoFrameCallback;
HTMLVideoElement.prototype.requestVideoFrameCallback = function (take) {
    return wait.call(this, (now, more) => {
        captured = more.captureTime ?? now;
        take(now, more);
    });
};
const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (picture, ...where) {
    if (picture instanceof HTMLVideoElement) taken.set(this.canvas, captured);
    if (this.canvas.className === "drawn") window.ages.push(performance.now() - taken.get(picture));
    return draw.call(this, picture, ...where);
};
"""


@dataclass(frozen=True)
class Visit:
    """What a visitor of the whole app got, and what it took."""

    rate: float
    ages: list[float]
    server_ms: float
    memory_mb: float


def processor_seconds(server: Server) -> float:
    """Processor time of the server's process so far."""
    fields = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def frames_shown(page: Page) -> int:
    played = page.locator(".returned").evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames")
    return int(played) + int(page.evaluate("window.ages.length"))


def visit(page: Page, server: Server, address: str, way: str, seconds: float) -> Visit:
    """Stream for a while; the ages are the browser's own, for WebRTC those that the page tells."""
    page.add_init_script(NOTE_AGES)
    page.goto(f"{address}/live?way={way}")
    page.get_by_role("button", name="Start the camera").click(timeout=60_000)
    page.locator(".stage:not([data-shown=own])").wait_for(timeout=60_000)
    # At first, connections find out how much they carry.
    page.wait_for_timeout(5000)
    page.evaluate("window.ages = []")
    told: list[float] = []
    shown, used, begun = frames_shown(page), processor_seconds(server), time.perf_counter()
    while time.perf_counter() - begun < seconds:
        page.wait_for_timeout(500)
        words = page.locator(".status").inner_text().split()
        if "ms" in words:
            told.append(float(words[words.index("ms") - 1]))
    took = time.perf_counter() - begun
    frames = frames_shown(page) - shown
    server_ms = 1000 * (processor_seconds(server) - used) / max(frames, 1)
    ages = page.evaluate("window.ages") or told
    return Visit(frames / took, [float(age) for age in ages], server_ms, server.memory_mb())


def visits(seconds: float) -> None:
    """The carriers in Chromium, and the WebSocket over a slow link."""
    print("| in Chromium | frames a second | picture's age, median | 95 % | server's time a frame | memory |")
    print("|---|---|---|---|---|---|")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clip = folder / "face.mjpeg"
        with clip.open("wb") as file:
            pictures = [
                np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip_frames(GRACE)
            ]
            write_video(file, pictures[:100], "mjpeg", "mjpeg")
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*chromium_arguments(), *camera_arguments(clip)]
        )
        stack.callback(chromium.close)
        for name, way, link in (
            ("WebRTC", "WebRTC", None),
            ("WebSocket", "WebSocket", None),
            ("page", "Page", None),
            ("WebSocket, 100 ms and 2 Mbit/s up", "WebSocket", (0.1, 2e6)),
        ):
            with ExitStack() as one:
                (folder / way).mkdir(exist_ok=True)
                server = one.enter_context(running_server(folder / way))
                address = server.url
                if link:
                    port = one.enter_context(slow_link(int(address.rpartition(":")[2]), *link))
                    address = f"http://127.0.0.1:{port}"
                page = chromium.new_page()
                outcome = visit(page, server, address, way, seconds)
                page.close()
            *_, late = statistics.quantiles(outcome.ages, n=20)
            print(
                f"| {name} | {outcome.rate:.1f} | {median(outcome.ages):.0f} ms | {late:.0f} ms "
                f"| {outcome.server_ms:.1f} ms | {outcome.memory_mb:.0f} MB |",
                flush=True,
            )


def streams_side_by_side(frames: list[av.VideoFrame], seconds: float) -> None:
    """How many streams are fluent at the same time."""
    clip, files = encode_clip(frames), jpeg_files(frames)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_server(folder, VISAVIS_MAX_STREAMS=str(MOST_STREAMS)))
        measured: dict[str, Callable[[int], float]] = {
            name: lambda streams, engine=engine: slowest_stream(
                lambda: video_stream(engine(), clip), streams, seconds
            )
            for name, engine in ENGINES.items()
        } | {
            "WebSocket": lambda streams: slowest_stream(lambda: jpeg_stream(files), streams, seconds),
            "WebSocket, whole server": lambda streams: slowest_visitor(
                server, "websocket", files, streams, seconds
            ),
            "page, whole server": lambda streams: slowest_visitor(server, "page", files, streams, seconds),
        }
        print_fluent_streams(measured)


def print_fluent_streams(measured: dict[str, Callable[[int], float]]) -> None:
    """Measure with one stream, two, and so on; each carrier as long as it is fluent."""
    print("Frames per second in the slowest of several streams at the same time")
    print("| streams | " + " | ".join(measured) + " |\n|---|" + "---|" * len(measured))
    fluent = dict.fromkeys(measured, 0)
    for streams in range(1, MOST_STREAMS + 1):
        rates = {
            name: measure(streams) if fluent[name] == streams - 1 else None
            for name, measure in measured.items()
        }
        for name, rate in rates.items():
            if rate is not None and rate >= FLUENT:
                fluent[name] = streams
        shown = ["" if rate is None else f"{rate:.1f}" for rate in rates.values()]
        print(f"| {streams} | " + " | ".join(shown) + " |", flush=True)
        if max(fluent.values()) < streams:
            break
    print(f"\nStreams that keep {FLUENT} frames a second: {fluent}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each engine takes its turn")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long streams run side by side")
    parser.add_argument("--visit", type=float, default=30.0, help="how long each carrier runs in Chromium")
    arguments = parser.parse_args()
    # As a decoder gives them.
    frames = [frame.reformat(format="yuv420p") for frame in clip_frames(GRACE)]

    costs = measure_cost(frames, arguments.rounds)
    print(
        f"{os.cpu_count()} cores; processor time for a frame of 640x480, medians of {arguments.rounds} rounds"
    )
    print("| | in the model | outside the model |\n|---|---|---|")
    for name, cost in costs.items():
        print(f"| {name} | {median(cost.model):.2f} ms | {median(cost.outside):.2f} ms |")
    share = median(costs["WebRTC"].outside) / median(costs["tutorials' loop"].outside)
    print(f"\nOutside the model, WebRTC takes {100 * share:.0f} % of the time of the tutorials' loop.\n")

    streams_side_by_side(frames, arguments.seconds)
    visits(arguments.visit)


if __name__ == "__main__":
    np.seterr(all="raise")
    sys.exit(main())
