"""What the app relies on in streamlit-webrtc and aiortc; `test_loopback.py` runs it over a connection."""

import asyncio
import inspect
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from threading import Event
from typing import Any, TypeVar

import av
import numpy as np
import pytest
from aiortc import (
    MediaStreamTrack,
    RTCRtpCodecParameters,
    RTCSessionDescription,
    rtcdtlstransport,
    rtcicetransport,
    rtcrtpreceiver,
)
from aiortc.codecs import vpx
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtcpByePacket
from hypothesis import given
from hypothesis import strategies as st
from streamlit_webrtc import WebRtcWorker, webrtc

from components.live.processor import LiveProcessor, LiveSettings
from components.live.seats import Seats
from pages.live.webcam import webrtc_adapter
from pages.live.webcam.webrtc_adapter import (
    BoundedDecoder,
    BoundedRouter,
    Connection,
    ProcessedTrack,
    reduced,
    scheme_of,
    vp8_size,
)
from tests.stub_mesh import StubMesh

NO_FACES = LiveSettings(hud=False)


def processor(mesh: StubMesh | None = None, seats: Seats | None = None) -> LiveProcessor:
    return LiveProcessor(NO_FACES, seats.take() if seats else None, open_mesh=mesh or StubMesh())


class StubWorker:
    """Stands for streamlit-webrtc's worker."""

    def __init__(self, **arguments: object) -> None:
        self.arguments = arguments
        self.stops = 0

    def process_offer(self, sdp: str, kind: str, timeout: float) -> RTCSessionDescription:
        assert (kind, timeout) == ("offer", 5)
        return RTCSessionDescription(f"the answer to {sdp}", "answer")

    def stop(self) -> None:
        self.stops += 1


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[StubWorker]:
    made: list[StubWorker] = []

    def make(**arguments: object) -> StubWorker:
        made.append(StubWorker(**arguments))
        return made[-1]

    monkeypatch.setattr(webrtc_adapter, "_Worker", make)
    return made


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_worker_takes_the_arguments_that_the_adapter_gives(workers: list[StubWorker]) -> None:
    Connection([], processor())
    taken = set(inspect.signature(WebRtcWorker.__init__).parameters) - {"self"}
    assert set(workers[0].arguments) == taken, (
        "streamlit-webrtc's WebRtcWorker takes other arguments now: change `Connection` in webrtc_adapter.py"
    )


def test_the_worker_answers_and_stops() -> None:
    for method in ("process_offer", "stop"):
        assert hasattr(WebRtcWorker, method), (
            f"streamlit-webrtc's WebRtcWorker has no `{method}` any more: change `Connection`"
        )


def test_the_worker_still_asks_the_relay_for_what_goes_back() -> None:
    assert "pc.addTrack(relay.subscribe(output_track))" in inspect.getsource(webrtc), (
        "streamlit-webrtc sends something else back now: change `_Relay` in webrtc_adapter.py"
    )


def test_stopping_a_connection_closes_its_processor(workers: list[StubWorker]) -> None:
    stream = processor()
    Connection([], stream).stop()
    assert workers[0].stops == 1
    assert stream.closed


def test_a_worker_does_not_hold_up_the_event_loop_when_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = Event()

    def stop(_worker: object, _timeout: float | None) -> None:
        time.sleep(0.5)
        stopped.set()

    monkeypatch.setattr(WebRtcWorker, "stop", stop)
    worker = webrtc_adapter._Worker.__new__(webrtc_adapter._Worker)

    async def seconds_of_stopping() -> float:
        begun = time.monotonic()
        worker.stop()
        return time.monotonic() - begun

    # Half of what it takes: not a measure of speed.
    assert run(seconds_of_stopping()) < 0.25
    assert stopped.wait(30)
    stopped.clear()
    # After browser tests, this thread has an event loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(worker.stop).result(30)
        assert stopped.is_set(), "outside the event loop, who stops it may rely on its end"


Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, in a thread: after browser tests, the main thread has an event loop of Playwright's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result(30)


class FramesAtHand(MediaStreamTrack):
    """Gives numbered frames, `wait` seconds apart; after the last one it waits for ever."""

    kind = "video"

    def __init__(self, count: int, wait: float = 0.0) -> None:
        super().__init__()
        self._count = count
        self._wait = wait
        self.taken = 0

    async def recv(self) -> av.VideoFrame:
        # Lets others go on between two frames.
        await asyncio.sleep(self._wait)
        if self.readyState != "live":
            raise MediaStreamError
        if self.taken == self._count:
            await asyncio.Event().wait()
        frame = av.VideoFrame(16, 16)
        frame.pts, frame.time_base = self.taken, Fraction(1, 30)
        self.taken += 1
        return frame


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def test_a_server_slower_than_the_camera_processes_the_newest_frame() -> None:
    async def numbers() -> list[int | None]:
        camera, stream = FramesAtHand(50), processor(StubMesh(seconds=0.2))
        track = ProcessedTrack(camera, stream)
        frames = [await track.recv()]
        await until(lambda: camera.taken == 50)
        frames.append(await track.recv())
        assert stream.report().frames == 2
        track.stop()
        return [frame.pts for frame in frames]

    assert run(numbers()) == [0, 49]


def test_a_consumer_slower_than_the_server_gets_the_newest_frame_once() -> None:
    async def numbers() -> list[int | None]:
        camera, stream = FramesAtHand(5, wait=0.05), processor()
        track = ProcessedTrack(camera, stream)
        frames = [await track.recv()]
        await until(lambda: stream.report().frames == 5)
        await asyncio.sleep(0.05)
        frames.append(await track.recv())
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(track.recv(), 0.2)
        track.stop()
        return [frame.pts for frame in frames]

    assert run(numbers()) == [0, 4]


def test_the_event_loop_goes_on_while_a_frame_is_processed() -> None:
    async def turns() -> int:
        track = ProcessedTrack(FramesAtHand(1), processor(StubMesh(seconds=0.5)))
        first = asyncio.ensure_future(track.recv())
        count = 0
        while not first.done():
            count += 1
            await asyncio.sleep(0.01)
        track.stop()
        return count

    assert run(turns()) > 5


async def to_the_end(track: MediaStreamTrack) -> None:
    try:
        while True:
            await track.recv()
    except MediaStreamError:
        return


@pytest.mark.parametrize("ended_by", ["camera", "processor", "connection"])
def test_the_end_reaches_everybody(ended_by: str) -> None:
    mesh = StubMesh()
    stream = processor(mesh)

    async def ended() -> None:
        camera = FramesAtHand(1000, wait=0.01)
        track = ProcessedTrack(camera, stream)
        await track.recv()
        consumer = asyncio.ensure_future(to_the_end(track))
        await asyncio.sleep(0.1)
        {"camera": camera.stop, "processor": stream.close, "connection": track.stop}[ended_by]()
        await asyncio.wait_for(consumer, 5)
        with pytest.raises(MediaStreamError):
            await track.recv()

    run(ended())
    wait_until(lambda: stream.closed and mesh.closed)


def frame_of(width: int, height: int) -> bytes:
    """A key frame of VP8 that declares a size, with nothing in it."""
    size = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return b"\x10\x00\x00\x9d\x01\x2a" + size + bytes(20)


def encoded(width: int, height: int, count: int = 1) -> list[JitterFrame]:
    """Frames as a browser encodes them."""
    encoder = vpx.Vp8Encoder()
    frames = []
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.zeros((height, width, 3), np.uint8), format="rgb24")
        frame.pts, frame.time_base = 3000 * number, Fraction(1, 90_000)
        payloads, timestamp = encoder.encode(frame)
        frames.append(JitterFrame(b"".join(map(vpx.vp8_depayload, payloads)), timestamp))
    return frames


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1280, 720), (16, 16), (8192, 8192), (16383, 1)])
def test_the_size_is_read_from_the_bitstream(width: int, height: int) -> None:
    assert vp8_size(frame_of(width, height)) == (width, height)
    # With the bits that ask the player to enlarge it.
    assert vp8_size(frame_of(width | 0x4000, height | 0xC000)) == (width, height)


def test_the_encoders_own_frames_declare_their_size() -> None:
    key, following = encoded(64, 48, 2)
    assert vp8_size(key.data) == (64, 48)
    assert vp8_size(following.data) is None


@given(st.binary(max_size=64))
def test_the_size_of_anything(data: bytes) -> None:
    size = vp8_size(data)
    assert size is None or max(size) < 1 << 14


def test_a_picture_that_is_too_large_is_not_decoded() -> None:
    decoder = BoundedDecoder()
    small, large, small_again = encoded(64, 48, 2), encoded(1296, 16, 2), encoded(64, 48)
    assert [len(decoder.decode(frame)) for frame in small] == [1, 1]
    # What follows a large picture belongs to it.
    assert [decoder.decode(frame) for frame in large] == [[], []]
    assert decoder.decode(JitterFrame(frame_of(8192, 8192), 0)) == []
    assert len(decoder.decode(small_again[0])) == 1
    assert len(BoundedDecoder().decode(encoded(1280, 16)[0])) == 1


def test_a_flood_of_frames_is_not_decoded() -> None:
    now = [0.0]
    decoder = BoundedDecoder(clock=lambda: now[0])
    (frame,) = encoded(16, 16)
    assert sum(len(decoder.decode(frame)) for _ in range(1000)) == 30
    now[0] = 1.0
    assert sum(len(decoder.decode(frame)) for _ in range(1000)) == 30
    # A camera's thirty a second always come through.
    for _ in range(300):
        now[0] += 1 / 30
        assert len(decoder.decode(frame)) == 1


@pytest.mark.parametrize(
    ("size", "smaller"),
    [
        ((640, 480), (640, 480)),
        ((480, 640), (480, 640)),
        ((1, 1), (1, 1)),
        ((1280, 720), (738, 414)),
        ((1280, 1280), (554, 554)),
        ((1280, 300), (1144, 268)),
    ],
)
def test_large_frames_are_reduced(size: tuple[int, int], smaller: tuple[int, int]) -> None:
    frame = av.VideoFrame(*size, "yuv420p")
    frame.pts, frame.time_base = 7, Fraction(1, 30)
    result = reduced(frame)
    assert (result.width, result.height) == smaller
    assert (result.pts, result.time_base) == (7, Fraction(1, 30))
    assert result.width * result.height <= 640 * 480


def test_no_more_frames_are_processed_than_a_camera_sends() -> None:
    async def processed() -> tuple[int, int]:
        camera, stream = FramesAtHand(10_000, wait=0.001), processor()
        track = ProcessedTrack(camera, stream)
        consumer = asyncio.ensure_future(to_the_end(track))
        await until(lambda: camera.taken > 500)
        begun, before, taken = time.monotonic(), stream.report().frames, camera.taken
        await until(lambda: stream.report().frames > before + 30)
        seconds = time.monotonic() - begun
        taken = camera.taken - taken
        track.stop()
        await consumer
        return round(31 / seconds), taken

    rate, taken = run(processed())
    assert rate <= 37
    assert taken > 100


def test_after_a_frame_was_passed_over_a_key_frame_is_asked_for() -> None:
    now = [0.0]
    decoder = BoundedDecoder(clock=lambda: now[0])
    key, *following = encoded(64, 48, 50)
    decoder.decode(key)
    decoded = [frame for encoded_frame in following for frame in decoder.decode(encoded_frame)]
    assert len(decoded) == 29
    now[0] += 1
    with pytest.raises(av.FFmpegError):
        decoder.decode(following[-1])
    assert len(decoder.decode(encoded(64, 48)[0])) == 1


def test_a_frame_that_takes_long_counts_for_several(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def decode_slowly(_decoder: object, _frame: JitterFrame) -> list[str]:
        now[0] += 0.25
        return ["a frame"]

    monkeypatch.setattr(vpx.Vp8Decoder, "decode", decode_slowly)
    decoder = BoundedDecoder(clock=lambda: now[0])
    (frame,) = encoded(16, 16)
    decoded = [decoder.decode(frame) for _ in range(100)]
    # What the time brings, each of them takes.
    assert sum(map(len, decoded)) == 100
    assert now[0] == 25


class Packet:
    """Stands for a packet of video."""

    payload_type = 96

    def __init__(self, ssrc: int) -> None:
        self.ssrc = ssrc


def test_a_flood_of_packets_ends_the_connection() -> None:
    now = [0.0]
    router = BoundedRouter(clock=lambda: now[0])
    # A minute of twice a camera's packets is none, nor is what comes after some seconds' break.
    for _ in range(60 * 600):
        now[0] += 1 / 599
        router.route_rtp(Packet(1))
    now[0] += 4
    for _ in range(5 * 300):
        router.route_rtp(Packet(1))
    with pytest.raises(ConnectionError):
        router.route_rtp(Packet(1))
    with pytest.raises(ConnectionError):
        router.route_rtcp(RtcpByePacket(sources=[1]))


def test_packets_of_few_sources_only_are_taken() -> None:
    router = BoundedRouter()
    receiver: Any = object()
    router.register_receiver(receiver, ssrcs=[1, 2], payload_types=[96])
    routed = [router.route_rtp(Packet(ssrc)) for ssrc in range(1, 100)]
    assert [found is receiver for found in routed] == [True] * 8 + [False] * 91
    assert router.route_rtp(Packet(1)) is receiver
    named = BoundedRouter()
    named.register_receiver(receiver, ssrcs=list(range(500)), payload_types=[96])
    assert len(named.ssrc_table) == 8
    assert rtcdtlstransport.RtpRouter is BoundedRouter


def test_a_frame_that_cannot_be_reduced_ends_the_stream(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_frame: av.VideoFrame) -> av.VideoFrame:
        raise MemoryError

    monkeypatch.setattr(webrtc_adapter, "reduced", fail)
    stream = processor()

    async def ended() -> None:
        await asyncio.wait_for(to_the_end(ProcessedTrack(FramesAtHand(5), stream)), 5)

    run(ended())
    wait_until(lambda: stream.closed)
    assert "A stream has ended" in caplog.text


def test_frames_are_taken_even_where_nobody_asks_for_them() -> None:
    async def taken() -> int:
        camera, stream = FramesAtHand(50), processor()
        track = ProcessedTrack(camera, stream)
        await until(lambda: camera.taken == 50)
        track.stop()
        return camera.taken

    assert run(taken()) == 50


def test_aiortc_decodes_within_bounds_and_sends_a_better_picture() -> None:
    codec = RTCRtpCodecParameters("video/VP8", 90_000, payloadType=96)
    source = inspect.getsource(rtcrtpreceiver)
    assert "decoder = get_decoder(codec)" in source, (
        "aiortc decodes in another way now: its frames are not bounded; change `bound_aiortc`"
    )
    assert isinstance(rtcrtpreceiver.get_decoder(codec), BoundedDecoder)
    encoder = vpx.Vp8Encoder()
    assert encoder.target_bitrate == 1_500_000
    encoder.target_bitrate = 10_000_000
    assert encoder.target_bitrate == 2_500_000
    # What a slow network asks for is kept.
    encoder.target_bitrate = 300_000
    assert encoder.target_bitrate == 300_000


def test_aiortc_still_parses_addresses() -> None:
    assert hasattr(rtcicetransport, "parse_stun_turn_uri"), (
        "aiortc's `parse_stun_turn_uri` is gone: `scheme_of` in webrtc_adapter.py checks only the scheme now"
    )


@pytest.mark.parametrize("parser", ["aiortc's", "ours"])
@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("stun:a.example", "stun"),
        ("stuns:a.example", "stuns"),
        ("turn:a.example:3478?transport=udp", "turn"),
        ("turns:a.example:5349", "turns"),
    ],
)
def test_the_scheme_of_an_address(
    monkeypatch: pytest.MonkeyPatch, parser: str, url: str, scheme: str
) -> None:
    if parser == "ours":
        monkeypatch.delattr(rtcicetransport, "parse_stun_turn_uri")
    assert scheme_of(url) == scheme


@pytest.mark.parametrize("parser", ["aiortc's", "ours"])
@pytest.mark.parametrize("url", ["", "a.example", "http://a.example", "turn:"])
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, parser: str, url: str) -> None:
    if parser == "ours":
        monkeypatch.delattr(rtcicetransport, "parse_stun_turn_uri")
    with pytest.raises(ValueError, match=r"."):
        scheme_of(url)
