"""What the app relies on in streamlit-webrtc and aiortc; `test_loopback.py` runs it over a connection."""

import inspect

import pytest
from aiortc import rtcicetransport
from streamlit_webrtc import VideoProcessorBase, WebRtcWorker

from components.live.processor import LiveProcessor, LiveSettings
from pages.live.webcam.webrtc_adapter import Connection, _Frames, scheme_of


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
    for method in ("recv", "recv_queued", "on_ended"):
        assert hasattr(VideoProcessorBase, method), (
            f"streamlit-webrtc's VideoProcessorBase has no `{method}` any more: change `_Frames`"
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
