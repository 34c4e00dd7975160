"""A stream from an offer to its end, over the loopback interface, in one process and with deadlines."""

import asyncio
import fractions
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from components.live.processor import LiveProcessor, LiveSettings
from components.live.seats import LOST_AFTER, Seats
from components.mesh.landmarker import MeshFace, find_meshes
from components.mesh.overlay import MeshStyle
from pages.live.webcam import webrtc_adapter
from pages.live.webcam.offer import Nearness, checked_offer
from pages.live.webcam.watch import watch
from pages.live.webcam.webrtc_adapter import Connection
from tests.clips import vp8_key_frame
from tests.pictures import GRACE, Picture
from tests.stub_mesh import StubMesh

DEADLINE = 30.0

Result = TypeVar("Result")


class CameraTrack(MediaStreamTrack):
    """Sends one picture, fifteen times a second."""

    kind = "video"

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self._frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        self._sent = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(1 / 15)
        frame = self._frame.reformat(format="yuv420p")
        frame.pts, frame.time_base = 6000 * self._sent, fractions.Fraction(1, 90_000)
        self._sent += 1
        return frame


class LargePicturesTrack(MediaStreamTrack):
    """Sends twenty frames of one side too long, then small ones, as a browser encodes them."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._large, self._small = black_key_frame(1296, 16), black_key_frame(64, 48)
        self._sent = 0

    async def recv(self) -> "av.Packet[Any]":
        await asyncio.sleep(1 / 30)
        packet: av.Packet[Any] = av.Packet(self._large if self._sent < 20 else self._small)
        packet.pts, packet.time_base = 3000 * self._sent, fractions.Fraction(1, 90_000)
        self._sent += 1
        return packet


class FloodTrack(MediaStreamTrack):
    """Sends as many frames as it can."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._encoded = black_key_frame(64, 48)
        self._sent = 0

    async def recv(self) -> "av.Packet[Any]":
        # Half of the time is left for the server's end, which lives on the same event loop.
        await asyncio.sleep(0.0005)
        packet: av.Packet[Any] = av.Packet(self._encoded)
        packet.pts, packet.time_base = 90 * self._sent, fractions.Fraction(1, 90_000)
        self._sent += 1
        return packet


def black_key_frame(width: int, height: int) -> bytes:
    return vp8_key_frame(np.zeros((height, width, 3), np.uint8))


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own, as Streamlit's server has one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    # Lets connections that are closing come to their end.
    time.sleep(0.5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(DEADLINE)
    loop.close()


def run(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Result]) -> Result:
    async def bounded() -> Result:
        return await asyncio.wait_for(work, DEADLINE)

    return asyncio.run_coroutine_threadsafe(bounded(), loop).result(DEADLINE + 5)


class Visit:
    """A browser's end, and the server's."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        processor: LiveProcessor,
        camera: Callable[[], MediaStreamTrack] = lambda: CameraTrack(GRACE[:480]),
    ) -> None:
        self.loop = loop
        self._open_camera = camera
        self.received: MediaStreamTrack | None = None
        self.browser = run(loop, self._opened())
        self.server = Connection([], processor, loop)

    async def _opened(self) -> RTCPeerConnection:
        browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        browser.addTrack(self._open_camera())

        @browser.on("track")
        def keep(track: MediaStreamTrack) -> None:
            self.received = track

        await browser.setLocalDescription(await browser.createOffer())
        return browser

    def connect(self, nearness: Nearness = Nearness.SAME_MACHINE) -> None:
        offer = self.browser.localDescription
        answer = self.server.answer(checked_offer(offer.sdp, nearness), DEADLINE)
        run(self.loop, self.browser.setRemoteDescription(RTCSessionDescription(answer, "answer")))

    def picture(self, wanted: Callable[[Picture], bool]) -> Picture:
        """The first received picture of this kind."""

        async def look() -> Picture:
            assert self.received is not None
            while True:
                frame = await self.received.recv()
                picture = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                if wanted(picture):
                    return picture

        return run(self.loop, look())

    def leave(self) -> None:
        run(self.loop, self.browser.close())


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def stream_threads() -> set[threading.Thread]:
    """Without those that the event loop keeps for the next encoding."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}


def turquoise(picture: Picture) -> int:
    """Pixels as bright and turquoise as the contours, of which the photo has none."""
    red, green, blue = (picture[:, :, channel].astype(int) for channel in range(3))
    return int(((green - red > 90) & (blue - red > 50) & (green > 150)).sum())


def redness(picture: Picture) -> float:
    return float((picture[:, :, 0].astype(int) - picture[:, :, 2]).mean())


def test_frames_come_back_with_the_mesh_and_follow_the_settings(loop: asyncio.AbstractEventLoop) -> None:
    threads = stream_threads()
    seats = Seats(1)
    meshed = LiveSettings(mirrored=False, hud=False)
    processor = LiveProcessor(meshed, seats.take())
    visit = Visit(loop, processor)
    visit.connect()
    assert turquoise(GRACE) < 50
    picture = visit.picture(lambda picture: turquoise(picture) > 500)
    assert picture.shape == (480, 512, 3)
    assert seats.free == 0

    processor.settings = LiveSettings(style=MeshStyle(False, False, False), mirrored=True, hud=False)
    plain = visit.picture(lambda picture: turquoise(picture) < 50)
    # The flag stands to the left in the photo, and so to the right in its mirror image.
    assert redness(plain[:, :128]) < redness(plain[:, 384:])
    assert len(find_meshes(plain)) == 1
    assert processor.report().errors == 0

    visit.leave()
    wait_until(lambda: processor.closed and seats.free == 1)
    visit.server.stop()
    wait_until(lambda: stream_threads() <= threads)


def test_a_browser_whose_addresses_are_private_finds_the_server(loop: asyncio.AbstractEventLoop) -> None:
    processor = LiveProcessor(LiveSettings())
    visit = Visit(loop, processor)
    visit.connect(Nearness.ANYWHERE)
    wait_until(lambda: processor.report().frames > 3)
    visit.server.stop()
    visit.leave()


def test_the_server_may_end_it(loop: asyncio.AbstractEventLoop) -> None:
    seats = Seats(1)
    processor = LiveProcessor(LiveSettings(), seats.take())
    visit = Visit(loop, processor)
    visit.connect()
    wait_until(lambda: processor.report().frames > 3)
    visit.server.stop()
    wait_until(lambda: processor.closed and seats.free == 1)
    visit.leave()


def test_a_stream_that_has_lost_its_seat_is_not_echoed(loop: asyncio.AbstractEventLoop) -> None:
    now = [0.0]
    seats = Seats(1, clock=lambda: now[0])
    processor = LiveProcessor(LiveSettings(), seats.take())
    visit = Visit(loop, processor)
    visit.connect()
    watch(processor, lambda: True, visit.server.stop)
    wait_until(lambda: processor.report().frames > 3)
    now[0] += LOST_AFTER + 1
    # The browser goes on sending, and the server ends it nevertheless.
    wait_until(lambda: visit.browser.connectionState == "closed")
    wait_until(lambda: processor.closed and seats.free == 1)
    visit.leave()


def test_pictures_that_are_too_large_never_reach_the_processor(loop: asyncio.AbstractEventLoop) -> None:
    sizes: set[tuple[int, ...]] = set()

    class NoteSizes(StubMesh):
        def track(self, image: Picture, timestamp_ms: int) -> list[MeshFace]:
            height, width = image.shape[:2]
            sizes.add((width, height))
            return super().track(image, timestamp_ms)

    processor = LiveProcessor(LiveSettings(), open_mesh=NoteSizes())
    visit = Visit(loop, processor, LargePicturesTrack)
    visit.connect()
    wait_until(lambda: processor.report().frames > 3)
    assert sizes == {(64, 48)}
    visit.server.stop()
    visit.leave()


def test_who_sends_a_flood_is_hung_up_on(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fewer than usual, since both ends share one processor here.
    monkeypatch.setattr(webrtc_adapter, "_MOST_PACKETS_A_SECOND", 100)
    monkeypatch.setattr(webrtc_adapter, "_MOST_PACKETS_AT_ONCE", 300)
    threads = stream_threads()
    processor = LiveProcessor(LiveSettings(), open_mesh=StubMesh())
    visit = Visit(loop, processor, FloodTrack)
    visit.connect()
    watch(processor, lambda: True, visit.server.stop)
    wait_until(lambda: processor.closed)
    visit.leave()
    wait_until(lambda: stream_threads() <= threads)
