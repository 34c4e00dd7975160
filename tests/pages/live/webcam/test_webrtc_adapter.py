"""What the app relies on in streamlit-webrtc and aiortc; `test_loopback.py` runs it over a connection."""

import asyncio
import inspect
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from fractions import Fraction
from typing import Any, TypeVar

import av
import pytest
from aiortc import MediaStreamTrack, rtcicetransport
from aiortc.mediastreams import MediaStreamError
from streamlit_webrtc import VideoProcessorBase, WebRtcWorker

from components.live.processor import LiveProcessor, LiveSettings
from pages.live.webcam.webrtc_adapter import Connection, NewestFrame, _Frames, scheme_of


def test_the_worker_takes_the_arguments_that_the_adapter_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr(
        "pages.live.webcam.webrtc_adapter.WebRtcWorker", lambda **arguments: given.update(arguments)
    )
    Connection([], lambda: LiveProcessor(LiveSettings()))
    taken = set(inspect.signature(WebRtcWorker.__init__).parameters) - {"self"}
    assert set(given) == taken, (
        "streamlit-webrtc's WebRtcWorker takes other arguments now: change `Connection` in webrtc_adapter.py"
    )


def test_the_worker_answers_and_stops() -> None:
    for method in ("process_offer", "stop"):
        assert hasattr(WebRtcWorker, method), (
            f"streamlit-webrtc's WebRtcWorker has no `{method}` any more: change `Connection`"
        )


def test_the_worker_still_calls_these_methods() -> None:
    for method in ("recv_queued", "on_ended"):
        assert hasattr(VideoProcessorBase, method), (
            f"streamlit-webrtc's VideoProcessorBase has no `{method}` any more: change `_Frames`"
        )


Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, in a thread: after browser tests, the main thread has an event loop of Playwright's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result(30)


class FramesAtHand(MediaStreamTrack):
    """Gives numbered frames as fast as they are taken; after the last one it waits for ever."""

    kind = "video"

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self.taken = 0

    async def recv(self) -> av.VideoFrame:
        # Lets others go on between two frames.
        await asyncio.sleep(0)
        if self.taken == self._count:
            await asyncio.Event().wait()
        frame = av.VideoFrame(16, 16)
        frame.pts = self.taken
        self.taken += 1
        return frame


def test_a_consumer_slower_than_the_camera_gets_the_newest_frame() -> None:
    async def numbers() -> list[int | None]:
        camera = FramesAtHand(50)
        slow = NewestFrame().subscribe(camera)
        first = await slow.recv()
        while camera.taken < 50:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        second = await slow.recv()
        return [first.pts, second.pts]

    first, second = run(numbers())
    assert first == 0
    assert second == 49


class SameFrame(MediaStreamTrack):
    """Gives the newest processed frame again and again with new times, as the worker does."""

    kind = "video"

    def __init__(self, frames: _Frames) -> None:
        super().__init__()
        self._frames = frames
        self.given = 0
        self._processed: Any = None

    async def recv(self) -> Any:  # noqa: ANN401
        await asyncio.sleep(0)
        if self.given % 5 == 0:
            (self._processed,) = await self._frames.recv_queued([av.VideoFrame(16, 16)])
        self._processed.pts = self.given
        self._processed.time_base = Fraction(1, 30)
        self.given += 1
        return self._processed


def test_a_processed_frame_is_sent_once_and_keeps_its_times() -> None:
    async def times() -> list[tuple[int | None, Fraction | None]]:
        with closing(LiveProcessor(LiveSettings())) as processor:
            return await times_of(SameFrame(_Frames(processor)))

    async def times_of(worker: SameFrame) -> list[tuple[int | None, Fraction | None]]:
        sent = NewestFrame().subscribe(worker)
        frames = [await sent.recv()]
        # What the encoder has must not change while the worker repeats it.
        before = frames[0].pts
        while worker.given < 4:
            await asyncio.sleep(0)
        assert frames[0].pts == before
        frames += [await sent.recv() for _ in range(2)]
        assert len({id(frame) for frame in frames}) == 3
        return [(frame.pts, frame.time_base) for frame in frames]

    assert run(times()) == [(0, Fraction(1, 30)), (5, Fraction(1, 30)), (10, Fraction(1, 30))]


def test_what_is_subscribed_can_be_stopped() -> None:
    async def subscribed() -> MediaStreamTrack:
        camera = FramesAtHand(1)
        sent = NewestFrame().subscribe(camera)
        await sent.recv()
        sent.stop()
        with pytest.raises(MediaStreamError):
            await sent.recv()
        return sent

    assert run(subscribed()).readyState == "ended"


def test_streamlit_webrtc_leaves_it_to_the_relay_whether_frames_are_queued(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr(
        "pages.live.webcam.webrtc_adapter.WebRtcWorker", lambda **arguments: given.update(arguments)
    )
    Connection([], lambda: LiveProcessor(LiveSettings()))
    assert isinstance(given["relay"], NewestFrame)
    assert "buffered" not in inspect.getsource(inspect.getmodule(WebRtcWorker) or WebRtcWorker), (
        "streamlit-webrtc says itself now whether frames are queued: see `NewestFrame` in webrtc_adapter.py"
    )


def test_the_end_of_the_stream_closes_its_processor() -> None:
    processor = LiveProcessor(LiveSettings())
    _Frames(processor).on_ended()
    assert processor.closed


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
