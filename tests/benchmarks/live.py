"""What a live stream costs the server: `python -m tests.benchmarks.live`.

Compares Visavis' processor with the loop of the tutorials: frame to array, `detect_for_video`, MediaPipe's
own drawing helper, flip, array to frame. Both get the same frames of the sample clip, 640x480, in turns:

1. Milliseconds of processor time for a frame, in the model and outside of it.
2. How many streams of 30 frames a second keep at least 20, each with decoding and encoding as the server does
   it. In a stream that falls behind, only the newest frame is processed.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import av
import cv2
import numpy as np
from aiortc.codecs.vpx import Vp8Decoder, Vp8Encoder, vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from mediapipe.tasks.python.vision import drawing_styles, drawing_utils

from components.live.clip import clip_frames
from components.live.processor import LiveProcessor, LiveSettings
from components.mesh import mediapipe_adapter as mp
from components.mesh.model_file import load_model
from tests.pictures import GRACE

FRAME_RATE = 30
FLUENT = 20
MOST_STREAMS = 8

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


def visavis() -> Process:
    """Visavis' processor with all that it can draw, the numbers on the picture included."""
    return LiveProcessor(LiveSettings(hud=True)).process


ENGINES: dict[str, Callable[[], Process]] = {"plain loop": plain_loop, "Visavis": visavis}


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
    costs = {name: Cost() for name in ENGINES}
    for number in range(rounds + 1):
        for name, process in processes.items():
            clock.seconds, begun = 0.0, time.process_time()
            for frame in frames:
                # In the encoder's colour format, since it would convert others.
                process(frame).reformat(format="yuv420p")
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


def run_stream(process: Process, clip: list[JitterFrame], seconds: float, counts: list[int]) -> None:
    """One stream as the server has it; appends how many frames it got through."""
    decoder, encoder = Vp8Decoder(), Vp8Encoder()
    newest: list[av.VideoFrame] = []
    decoded_until = processed = 0
    begun = time.perf_counter()
    while (elapsed := time.perf_counter() - begun) < seconds:
        due = int(elapsed * FRAME_RATE)
        # A frame needs the one before, so all are decoded.
        for index in range(decoded_until, due):
            newest = decoder.decode(clip[index % len(clip)]) or newest
        if due == decoded_until or not newest:
            time.sleep(0.002)
            continue
        decoded_until = due
        encoder.encode(process(newest[-1]))
        processed += 1
    counts.append(processed)


def slowest_stream(
    engine: Callable[[], Process], clip: list[JitterFrame], streams: int, seconds: float
) -> float:
    """Frames per second in the slowest of several streams at the same time."""
    counts: list[int] = []
    threads = [
        threading.Thread(target=run_stream, args=(engine(), clip, seconds, counts)) for _ in range(streams)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return min(counts) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each engine takes its turn")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long streams run side by side")
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
    share = median(costs["Visavis"].outside) / median(costs["plain loop"].outside)
    print(f"\nOutside the model, Visavis takes {100 * share:.0f} % of the plain loop's time.\n")

    clip = encode_clip(frames)
    print("Frames per second in the slowest of several streams at the same time")
    print("| streams | " + " | ".join(ENGINES) + " |\n|---|" + "---|" * len(ENGINES))
    fluent = dict.fromkeys(ENGINES, 0)
    for streams in range(1, MOST_STREAMS + 1):
        rates = {
            name: slowest_stream(engine, clip, streams, arguments.seconds) for name, engine in ENGINES.items()
        }
        for name, rate in rates.items():
            if rate >= FLUENT and fluent[name] == streams - 1:
                fluent[name] = streams
        print(f"| {streams} | " + " | ".join(f"{rate:.1f}" for rate in rates.values()) + " |", flush=True)
        if max(fluent.values()) < streams:
            break
    print(f"\nStreams that keep {FLUENT} frames a second: {fluent}")


if __name__ == "__main__":
    np.seterr(all="raise")
    sys.exit(main())
