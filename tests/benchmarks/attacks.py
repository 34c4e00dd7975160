"""Attacks on a server behind a proxy, with honest visitors: `python -m tests.benchmarks.attacks`.

Two visitors move the slider and two stream over the WebSocket, while somebody else sends what they should
not: files that take memory or time, four of each at once, offers of connections that are none, addresses in
the server's network, and floods of frames. For each attack: the times of the slider at 50 and 95 percent, the
frames a second of the slower stream, the memory of all processes at most and half a minute later, and what
the attacker was told. `--only WORDS` runs those whose names contain one of them.

Server, attackers and visitors share this machine's cores.
"""

import argparse
import asyncio
import fractions
import io
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from components.photo.scores import CUT_OFFS
from tests import pictures
from tests.benchmarks.live_visitor import LiveVisitor, connected, frame_message
from tests.benchmarks.load import at, camera_frames, memory_of
from tests.benchmarks.photo_visitor import PhotoVisitor
from tests.browser.chromium import chromium_arguments, find_chromium
from tests.browser.conftest import Server, running_server
from tests.clips import vp8_key_frame
from tests.offers import OFFER
from tests.rehearsal.proxy import running_proxy

# Sides of a picture of 50 megapixels.
WIDTH, HEIGHT = 8600, 5800

# Seconds for which a flood lasts, and after which memory is looked at again.
FLOOD, AFTERWARDS = 20.0, 30.0


@dataclass
class Honest:
    """What honest visitors meet while somebody attacks: seconds of moves, frames a second, and errors."""

    moves: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def flat_photo() -> bytes:
    """A photo of 50 megapixels that takes little to send."""
    return pictures.encoded(np.full((HEIGHT, WIDTH, 3), 128, np.uint8), "JPEG")


def crowd() -> bytes:
    """A photo of 50 megapixels that is full of faces."""
    return pictures.encoded(pictures.crowd(HEIGHT, WIDTH, face_side=400), "JPEG")


def endless_jpeg() -> bytes:
    """A progressive JPEG whose last layer comes three hundred times."""
    file = io.BytesIO()
    Image.new("L", (WIDTH, HEIGHT), 128).save(file, "JPEG", progressive=True)
    content = file.getvalue()
    scan = content[content.rindex(b"\xff\xda") : content.rindex(b"\xff\xd9")]
    return content[:-2] + scan * 300 + content[-2:]


def lying_avif() -> bytes:
    """An AVIF of a few pixels that says it has 50 megapixels."""
    content = bytearray(pictures.encoded(np.zeros((64, 64, 3), np.uint8), "AVIF"))
    place = content.index(b"ispe") + 8
    content[place : place + 8] = WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big")
    return bytes(content)


def gigapixels() -> bytes:
    return pictures.png_declaring(100_000, 100_000)


def bring(url: str, content: bytes) -> str:
    """Upload a file; what the page says."""
    with PhotoVisitor(url) as visitor:
        seconds = visitor.upload("attack.jpg", content + os.urandom(8))
        return visitor.told[-1] if visitor.told else f"looked at in {seconds:.1f} s"


def bring_four(url: str, content: bytes) -> str:
    """Four visitors upload the same kind of file at once."""
    with ThreadPoolExecutor(4) as threads:
        return " / ".join(sorted(set(threads.map(bring, [url] * 4, [content] * 4))))


def kill_workers(server: Server, url: str) -> str:
    """Kill every worker while it looks at a photo, three times."""
    content = pictures.encoded(pictures.crowd(4000, 5000, face_side=100), "JPEG")
    with ThreadPoolExecutor(1) as threads:
        told = threads.submit(bring, url, content)
        killed = 0
        while not told.done() and killed < 3:
            time.sleep(0.4)
            for process in server.processes():
                if b"popen_loky" in process.joinpath("cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
            killed += 1
        return told.result()


def refused_offer(url: str, sdp: str) -> str:
    """Offer a connection; the server should give no half of its own."""
    with LiveVisitor(url, "webrtc", sdp) as visitor:
        return "refused" if "sdp" not in visitor.half else "ACCEPTED"


def many_media() -> str:
    media = OFFER[OFFER.index("m=video") :]
    return OFFER + media * 1500


def data_channel_only() -> str:
    head = OFFER[: OFFER.index("m=video")]
    return (
        head + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=sctp-port:5000\r\n"
    )


def own_address() -> str:
    """An address of this machine in its own network."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        # A datagram's socket sends nothing by that.
        probe.connect(("198.51.100.1", 9))
        return str(probe.getsockname()[0])


def inward_addresses(server: Server, url: str) -> str:
    """Offer connections to places in the server's network; how many datagrams came there.

    Without the proxy, the visitor is on the server's own machine, and may name it.
    """
    told = []
    for name, address in (("behind the proxy", url), ("without it", server.url)):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as listener:
            listener.bind(("0.0.0.0", 0))  # noqa: S104 - whatever the server tries
            listener.setblocking(False)
            port = listener.getsockname()[1]
            hosts = ("127.0.0.1", "::ffff:127.0.0.1", own_address(), "169.254.169.254", "localhost")
            candidates = "".join(
                f"a=candidate:{number} 1 udp 2113937151 {host} {port} typ host\r\n"
                for number, host in enumerate(hosts, start=1)
            )
            with LiveVisitor(address, "webrtc", OFFER + candidates) as visitor:
                answered = "answered" if "sdp" in visitor.half else "refused"
                time.sleep(FLOOD / 2)
            came = 0
            while True:
                try:
                    listener.recv(2000)
                except BlockingIOError:
                    break
                came += 1
        told.append(f"{name} {answered}, {came} datagrams")
    return "; ".join(told)


def playlist_as_video(url: str) -> str:
    """Bring a playlist as a video; whether the server opened what it names, and what the page says."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener, sync_playwright() as playwright:
        listener.setblocking(False)
        named = f"http://127.0.0.1:{listener.getsockname()[1]}/part.ts"
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{named}\n#EXT-X-ENDLIST\n".encode()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_arguments())
        page = browser.new_page()
        page.goto(f"{url}/live")
        page.get_by_role("radio", name="Video file").click(timeout=60_000)
        page.locator("input[type=file]").set_input_files(
            {"name": "attack.mp4", "mimeType": "video/mp4", "buffer": playlist}
        )
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("attack.mp4", timeout=60_000)
        said = alert.inner_text()
        browser.close()
        try:
            listener.accept()
        except BlockingIOError:
            return f"nothing opened: {said}"
        return f"OPENED: {said}"


def key_frame_declaring(width: int, height: int) -> bytes:
    """A small key frame of VP8 that says it is larger (RFC 6386, 9.1)."""
    frame = bytearray(vp8_key_frame(pictures.noise(48, 64)))
    frame[6:10] = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return bytes(frame)


class HostileTrack(MediaStreamTrack):
    """Sends the same frame at a rate of its own."""

    kind = "video"

    def __init__(self, content: bytes, rate: float) -> None:
        super().__init__()
        self._content, self._rate, self._sent = content, rate, 0

    async def recv(self) -> "av.Packet[Any]":
        await asyncio.sleep(1 / self._rate)
        packet: av.Packet[Any] = av.Packet(self._content)
        packet.pts, packet.time_base = 3000 * self._sent, fractions.Fraction(1, 90_000)
        self._sent += 1
        return packet


def hostile_connection(url: str, content: bytes, rate: float) -> str:
    """Stream the same frame over WebRTC; how it ended."""

    async def stream() -> str:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.addTrack(HostileTrack(content, rate))
        await peer.setLocalDescription(await peer.createOffer())
        visitor = await asyncio.to_thread(LiveVisitor, url, "webrtc", peer.localDescription.sdp)
        await peer.setRemoteDescription(RTCSessionDescription(visitor.half["sdp"], "answer"))
        states = [peer.connectionState]
        end = time.monotonic() + FLOOD
        while time.monotonic() < end and states[-1] not in ("closed", "failed"):
            await asyncio.sleep(0.5)
            states.append(peer.connectionState)
        await peer.close()
        await asyncio.to_thread(visitor.close)
        return f"was {states[-1]} in the end"

    return asyncio.run(stream())


def flood_of_frames(url: str, content: bytes) -> str:
    """Send frames over the WebSocket without waiting for answers; how it ended."""
    visitor = LiveVisitor(url, "websocket")
    end, sent = time.monotonic() + FLOOD, 0
    try:
        while time.monotonic() < end:
            sent += 1
            visitor.send_frame(frame_message(sent, content))
        ending = "kept"
    except (ConnectionClosed, TimeoutError) as ended:
        ending = type(ended).__name__
    visitor.close()
    return f"{sent} frames sent, {ending}"


def tickets_that_are_none(url: str) -> str:
    """Come with a guessed ticket, with a used one, and from another site."""
    told = []
    with LiveVisitor(url, "websocket") as visitor:
        path, token = visitor.half["path"], visitor.half["token"]
        for name, origin, ticket in (
            ("guessed", url, "x" * 43),
            ("used", url, token),
            ("foreign", "https://foreign.example", "x" * 43),
        ):
            try:
                address = f"{url.replace('http', 'ws', 1)}/{path}"
                protocols = [Subprotocol("visavis-frames"), Subprotocol(ticket)]
                connect(address, origin=Origin(origin), subprotocols=protocols).recv(timeout=5)
                told.append(f"{name} ACCEPTED")
            except (InvalidStatus, ConnectionClosed):
                told.append(f"{name} refused")
    return ", ".join(told)


def large_message(url: str) -> str:
    """Send 60 MB on Streamlit's own connection."""
    page = connected(url, "_stcore/stream", "streamlit")
    try:
        page.send(bytes(60_000_000))
        while True:
            page.recv(timeout=10)
    except (ConnectionClosed, TimeoutError, OSError) as ended:
        return type(ended).__name__


def move_sliders(url: str, honest: Honest, is_over: Callable[[], bool]) -> None:
    try:
        with PhotoVisitor(url) as visitor:
            while not is_over():
                honest.moves.append(visitor.move_slider(len(honest.moves) % len(CUT_OFFS)))
                time.sleep(0.5)
    # Whatever they meet is what this looks for.
    except Exception as error:
        honest.errors.append(f"slider: {type(error).__name__}: {error}")


def stream(url: str, honest: Honest, is_over: Callable[[], bool]) -> None:
    frames = camera_frames()
    try:
        with LiveVisitor(url, "websocket") as visitor:
            while not is_over():
                honest.rates.append(visitor.stream(frames, 4) / 4)
    except Exception as error:
        honest.errors.append(f"stream: {type(error).__name__}: {error}")


@contextmanager
def honest_visitors(url: str) -> Iterator[Honest]:
    """Two visitors who move the slider and two who stream, until the end of the block."""
    honest, ending = Honest(), Future[None]()
    with ThreadPoolExecutor(4) as threads:
        visits = [threads.submit(visit, url, honest, ending.done) for visit in (move_sliders, stream) * 2]
        # Their pages open first.
        while len(honest.moves) < 4 and not honest.errors:
            time.sleep(0.2)
        honest.moves.clear()
        honest.rates.clear()
        yield honest
        ending.set_result(None)
        for visit in visits:
            visit.result()


def attacks(server: Server, url: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """The attacks by name."""
    yield "nobody", lambda: str(time.sleep(FLOOD) or "")
    for name, make in (
        ("flat, 50 megapixels", flat_photo),
        ("crowd, 50 megapixels", crowd),
        ("JPEG of 300 layers", endless_jpeg),
        ("AVIF with a false size", lying_avif),
        ("PNG of 10 gigapixels", gigapixels),
    ):
        content = make()
        yield f"{name}, four at once", lambda content=content: bring_four(url, content)
    yield "workers killed", lambda: kill_workers(server, url)
    yield "1,500 media in an offer", lambda: refused_offer(url, many_media())
    yield "a data channel only", lambda: refused_offer(url, data_channel_only())
    yield "addresses in the server's network", lambda: inward_addresses(server, url)
    yield "a playlist as a video", lambda: playlist_as_video(url)
    large = key_frame_declaring(8192, 8192)
    yield "VP8 of 8192×8192, 30 a second", lambda: hostile_connection(url, large, 30)
    flood = vp8_key_frame(pictures.noise(1280, 1280))
    yield "VP8 of 1280×1280, 500 a second", lambda: hostile_connection(url, flood, 500)
    frame = pictures.encoded(pictures.GRACE[:480], "JPEG")
    yield "WebSocket, as fast as it goes", lambda: flood_of_frames(url, frame)
    declared = flat_photo()
    yield "WebSocket, frames of 50 megapixels", lambda: flood_of_frames(url, declared)
    yield "tickets that are none", lambda: tickets_that_are_none(url)
    yield "60 MB in a message", lambda: large_message(url)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], help="words in the names of those to run")
    words = parser.parse_args().only
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_server(folder, VISAVIS_MAX_STREAMS="4"))
        url = stack.enter_context(running_proxy([int(server.url.rpartition(":")[2])]))
        print(
            "| attack | slider 50 %, 95 % | slower stream | memory at most, later | the attacker | errors |"
        )
        print("|---|---|---|---|---|---|", flush=True)
        for name, attack in attacks(server, url):
            if words and not any(word in name for word in words):
                continue
            most = 0.0
            with honest_visitors(url) as honest, ThreadPoolExecutor(1) as threads:
                told = threads.submit(attack)
                begun = time.monotonic()
                while not told.done() or time.monotonic() < begun + 8:
                    most = max(most, memory_of(server))
                    time.sleep(0.3)
            time.sleep(AFTERWARDS)
            moves = f"{median(honest.moves):.3f} s, {at(95, honest.moves):.3f} s"
            rates = f"{min(honest.rates):.1f}"
            memory = f"{most:.0f} MB, {memory_of(server):.0f} MB"
            told_briefly = told.result().replace("\n", " ")[:160]
            print(
                f"| {name} | {moves} | {rates} | {memory} | {told_briefly} | {honest.errors or ''} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
