from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.live.processor import LiveProcessor, LiveSettings
from components.live.recorder import Recorder
from components.live.seats import SeatEnd, Seats
from components.mesh import model_file
from components.mesh.landmarker import find_meshes
from components.mesh.overlay import MeshStyle
from pages.live import stream
from pages.live.webcam import webcam
from pages.live.webcam.ice import IceServer, IceServers
from pages.live.webcam.offer import Nearness, checked_offer
from pages.live.webcam.webcam import Webcam, no_way_sentence, refusal_sentence
from tests import pictures
from tests.clips import encoded_video
from tests.offers import OFFER
from tests.tracked import tracked

NO_RELAY = IceServers((), None)
WITH_RELAY = IceServers(({"urls": "turn:relay.example", "username": "u", "credential": "c"},), "Somebody")


@pytest.fixture(autouse=True)
def _no_servers_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUN_URLS", "")


class StubConnection:
    """Stands for the server's end of a connection."""

    refusal: Exception | None = None

    def __init__(self, processor: LiveProcessor) -> None:
        self.processor: LiveProcessor | None = processor
        self.stopped = False

    def answer(self, sdp: str, timeout: float) -> str:
        assert sdp == checked_offer(OFFER, Nearness.ANYWHERE)
        assert timeout > 0
        if self.refusal:
            raise self.refusal
        return "the answer"

    def stop(self) -> None:
        self.stopped = True
        self.processor = None


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[StubConnection]]:
    """Connections opened, without any network."""
    opened: list[StubConnection] = []

    def open_connection(_: Sequence[IceServer], processor: LiveProcessor) -> StubConnection:
        opened.append(StubConnection(processor))
        return opened[-1]

    monkeypatch.setattr(webcam, "Connection", open_connection)
    yield opened
    for connection in opened:
        if connection.processor:
            connection.processor.close()


def opened(app: AppTest) -> AppTest:
    app.run()
    app.switch_page("live/page.py").run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def follow(visitor: Webcam, ice: IceServers = NO_RELAY, seats: Seats | None = None, **stream: str) -> None:
    visitor._follow(stream, ice, lambda: LiveProcessor(LiveSettings(), seats.take() if seats else None))


@pytest.mark.usefixtures("stub_detector")
def test_the_page_says_what_it_does_and_where_the_video_goes(app: AppTest) -> None:
    opened(app)
    assert app.title[0].value == "Your face mesh, live"
    assert "nothing is stored. No relay (TURN server) is set up here" in words(app)
    assert "sees your internet address" not in words(app)
    assert [button.label for button in app.button] == ["Snapshot", "Record"]
    assert all(button.disabled for button in app.button)
    assert not app.error


@pytest.mark.usefixtures("stub_detector")
def test_who_sees_the_visitors_address_is_named_before_the_start(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUN_URLS")
    assert "your browser asks stun.l.google.com, which so sees your internet address." in words(opened(app))


@pytest.mark.usefixtures("stub_detector")
def test_a_relay_is_named_before_the_start(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"URLS": "turn:relay.example", "USERNAME": "guest", "CREDENTIAL": "pass"}.items():
        monkeypatch.setenv(f"TURN_{name}", value)
    assert "a relay is used (this server's own)" in words(opened(app))


@pytest.mark.usefixtures("stub_detector")
def test_wrong_relay_settings_are_told_and_break_nothing(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TURN_URLS", "turn:relay.example")
    assert "The relay is not set up correctly, so only a direct connection is tried." in words(opened(app))
    # The details are for the server's owner.
    assert "TURN_URLS needs TURN_SECRET" in caplog.text


@pytest.mark.usefixtures("stub_detector")
def test_without_a_model_the_page_says_what_to_do(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model_file.load_model.cache_clear()
    monkeypatch.setenv(model_file.SETTING, str(tmp_path / "absent.task"))
    opened(app)
    (error,) = app.error
    assert "cannot be read from" in error.value
    assert not app.button


@pytest.mark.usefixtures("stub_detector")
def test_a_full_server_lets_wait(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_MAX_STREAMS", "1")
    opened(app)
    seat = stream._seats().take()
    app.run()
    assert app.info[0].value.startswith("The only place on this server is taken just now. This page waits")
    seat.give_back()
    app.run()
    assert not app.info


@pytest.mark.usefixtures("stub_detector")
def test_a_server_without_seats_says_so(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_MAX_STREAMS", "0")
    assert opened(app).info[0].value.startswith("This server takes no webcams. ")


@pytest.mark.usefixtures("stub_detector")
def test_settings_reach_the_running_stream(app: AppTest, connections: list[StubConnection]) -> None:
    visitor = Webcam()
    follow(visitor, id="1", phase="offered", sdp=OFFER)
    app.session_state["webcam_stream"] = visitor
    opened(app)
    processor = connections[0].processor
    assert processor is not None
    assert processor.settings == LiveSettings()
    source, shown = app.button_group
    assert source.value == "Webcam"
    shown.set_value(["Net"])
    app.slider[0].set_value(3)
    app.slider[1].set_value(0.7).run()
    style = MeshStyle(tesselation=True, contours=False, irises=False)
    assert processor.settings.style == style
    assert (processor.settings.mirrored, processor.settings.hud) == (False, False)
    assert processor.settings.mesh.max_faces == 3
    assert processor.settings.mesh.min_detection_confidence == 0.7


@pytest.mark.usefixtures("stub_detector")
def test_the_sample_clip_goes_through_the_processor(app: AppTest) -> None:
    opened(app)
    app.button_group[0].set_value("Sample clip").run()
    assert not app.exception
    assert "of 180 frames" in app.markdown[1].value
    assert [button.label for button in app.get("download_button")] == [
        "Clip with mesh (MP4)",
        "Landmarks (CSV)",
        "Landmarks (JSON lines)",
    ]


@pytest.mark.usefixtures("stub_detector")
def test_a_video_file_is_analysed_or_refused(app: AppTest) -> None:
    opened(app)
    app.button_group[0].set_value("Video file").run()
    assert app.info
    video = encoded_video([pictures.GRACE] * 9)
    app.file_uploader[0].set_value(("me_1.mp4", video, "video/mp4")).run()
    assert "A face in **9 of 9 frames**" in app.markdown[1].value
    app.file_uploader[0].set_value(("me_1.mp4", b"text", "video/mp4")).run()
    assert app.error[0].value.startswith(r"**me\_1\.mp4**: This cannot be read as a video")


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (SeatEnd.NO_FRAMES, "No picture came from your camera for a while"),
        (SeatEnd.OTHERS_WAIT, "Others were waiting, and your stream had lasted 5 minutes"),
    ],
)
def test_a_stream_that_lost_its_seat_is_ended_and_the_visitor_told(
    app: AppTest,
    connections: list[StubConnection],
    monkeypatch: pytest.MonkeyPatch,
    end: SeatEnd,
    sentence: str,
) -> None:
    visitor = Webcam()
    follow(visitor, id="1", phase="offered", sdp=OFFER)
    monkeypatch.setattr(LiveProcessor, "seat_end", end)
    app.session_state["webcam_stream"] = visitor
    opened(app)
    assert connections[0].stopped
    assert app.error[0].value.startswith(sentence)


@pytest.mark.usefixtures("stub_detector")
def test_looking_at_a_clip_ends_the_stream(app: AppTest, connections: list[StubConnection]) -> None:
    visitor = Webcam()
    follow(visitor, id="1", phase="offered", sdp=OFFER)
    app.session_state["webcam_stream"] = visitor
    opened(app)
    app.button_group[0].set_value("Video file").run()
    assert connections[0].stopped


@pytest.mark.usefixtures("stub_detector")
def test_a_recording_outlives_its_stream(app: AppTest) -> None:
    recorder = Recorder()
    meshes = find_meshes(pictures.GRACE)
    for index in range(3):
        recorder.add(tracked(*meshes, time_ms=33 * index))
    recorder.end()
    app.session_state["live_recorder"] = recorder
    opened(app)
    assert "**Your recording**, 0 seconds" in [markdown.value for markdown in app.markdown]
    assert "Landmarks (CSV)" in [button.label for button in app.get("download_button")]


@pytest.mark.usefixtures("stub_detector")
def test_source_and_video_stay_while_the_visitor_looks_at_another_page(app: AppTest) -> None:
    opened(app).button_group[0].set_value("Video file").run()
    video = encoded_video([pictures.GRACE] * 9)
    app.file_uploader[0].set_value(("me.mp4", video, "video/mp4")).run()
    found = "A face in **9 of 9 frames**"
    assert any(found in markdown.value for markdown in app.markdown)
    app.switch_page("home/page.py").run()
    opened(app)
    assert app.button_group[0].value == "Video file"
    assert any(found in markdown.value for markdown in app.markdown)
    (remove,) = [button for button in app.button if button.label.startswith("Remove me")]
    remove.click().run()
    assert not any(found in markdown.value for markdown in app.markdown)
    assert app.info[0].value.startswith("Choose a video")


def test_an_offer_is_answered(connections: list[StubConnection]) -> None:
    visitor = Webcam()
    follow(visitor, id="7", phase="offered", sdp=OFFER)
    assert visitor._answer == {"id": "7", "sdp": "the answer"}
    assert visitor.processor is connections[0].processor
    follow(visitor, id="7", phase="connected")
    assert visitor.problem is None


def test_a_new_offer_ends_the_stream_before(connections: list[StubConnection]) -> None:
    visitor = Webcam()
    follow(visitor, id="1", phase="offered", sdp=OFFER)
    first = visitor.processor
    follow(visitor, id="2", phase="offered", sdp=OFFER)
    assert first is not None
    assert first.closed
    assert connections[0].stopped
    assert not connections[1].stopped


def test_an_offer_that_cannot_be_answered_frees_its_seat(
    connections: list[StubConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StubConnection, "refusal", ValueError("no such thing"))
    visitor, seats = Webcam(), Seats(1)
    follow(visitor, seats=seats, id="7", phase="offered", sdp=OFFER)
    # Without an answer's text the browser gives up at once.
    assert visitor._answer == {"id": "7"}
    assert visitor.problem == no_way_sentence(NO_RELAY)
    assert connections[0].stopped
    assert visitor.processor is None
    assert seats.free == 1


def test_an_offer_to_a_full_server_opens_nothing(connections: list[StubConnection]) -> None:
    visitor, seats = Webcam(), Seats(0)
    follow(visitor, seats=seats, id="7", phase="offered", sdp=OFFER)
    assert visitor._answer == {"id": "7"}
    # The page shows a sentence in place of the button, and waits.
    assert visitor.problem is None
    assert not connections


def test_an_offer_of_another_kind_opens_nothing(connections: list[StubConnection]) -> None:
    visitor, seats = Webcam(), Seats(1)
    follow(visitor, seats=seats, id="7", phase="offered", sdp=1500 * "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n")
    assert visitor._answer == {"id": "7"}
    assert visitor.problem == no_way_sentence(NO_RELAY)
    assert not connections
    assert seats.free == 1


@pytest.mark.parametrize(
    ("reason", "ice", "sentence"),
    [
        ("stopped", NO_RELAY, None),
        ("lost", NO_RELAY, "The connection was lost."),
        ("failed", NO_RELAY, "none is set up here"),
        ("failed", WITH_RELAY, "Not even the relay helped"),
    ],
)
def test_an_end_is_explained(
    connections: list[StubConnection], reason: str, ice: IceServers, sentence: str | None
) -> None:
    visitor = Webcam()
    follow(visitor, id="1", phase="offered", sdp=OFFER)
    follow(visitor, ice, id="1", phase="ended", reason=reason)
    assert connections[0].stopped
    assert visitor.processor is None
    if sentence is None:
        assert visitor.problem is None
    else:
        assert visitor.problem is not None
        assert sentence in visitor.problem


@pytest.mark.usefixtures("connections")
@pytest.mark.parametrize("noticed_first_by", ["page", "browser"])
def test_the_browsers_report_of_an_end_does_not_hide_why_the_server_ended_it(
    monkeypatch: pytest.MonkeyPatch, noticed_first_by: str
) -> None:
    visitor = Webcam()
    follow(visitor, id="1", phase="offered", sdp=OFFER)
    monkeypatch.setattr(LiveProcessor, "seat_end", SeatEnd.OTHERS_WAIT)
    if noticed_first_by == "page":
        visitor.notice_loss()
    follow(visitor, id="1", phase="ended", reason="lost")
    assert visitor.problem is not None
    assert visitor.problem.startswith("Others were waiting")


def test_each_refusal_of_the_browser_has_a_sentence_and_a_way_on() -> None:
    names = [
        "NotAllowedError",
        "SecurityError",
        "NotFoundError",
        "OverconstrainedError",
        "NotReadableError",
        "AbortError",
        "CameraLost",
        "InsecureContext",
        "Unsupported",
        "SomethingNew",
    ]
    sentences = {name: refusal_sentence(name) for name in names}
    assert len(set(sentences.values())) == 7
    assert "SomethingNew" in sentences["SomethingNew"]
    for sentence in [*sentences.values(), no_way_sentence(NO_RELAY)]:
        assert sentence.endswith("the sample clip shows what you would see.")


def test_nothing_of_one_visitor_is_kept_for_all() -> None:
    # Streams belong to a visitor's session; only seats and servers are shared.
    assert not [value for value in vars(stream).values() if isinstance(value, Webcam)]
    assert "webcam_stream" not in st.session_state
