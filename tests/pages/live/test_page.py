import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.live.processor import LiveProcessor, LiveSettings
from components.live.recorder import Recorder
from components.live.seats import SeatEnd, Seats
from components.mesh import model_file
from components.mesh.landmarker import find_meshes
from components.mesh.overlay import MeshStyle
from components.ui.shared_seats import shared_seats
from pages.live import clips, stream
from pages.live.webcam import webcam
from pages.live.webcam.ice import IceServer, IceServers
from pages.live.webcam.offer import Nearness, checked_offer
from pages.live.webcam.tickets import tickets
from pages.live.webcam.ways import Way
from pages.live.webcam.webcam import Webcam, refusal_sentence
from tests import pictures
from tests.clips import encoded_video
from tests.offers import OFFER
from tests.tracked import tracked

NO_RELAY = IceServers((), None)


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


def follow(visitor: Webcam, **stream: str) -> None:
    """Report as `webcam.js` does."""
    visitor._follow(stream, NO_RELAY, Way.AUTOMATIC, lambda: LiveProcessor(LiveSettings()))


def ask(
    visitor: Webcam,
    way: str = "webrtc",
    again: bool = False,
    seats: Seats | None = None,
    sdp: str = OFFER,
    chosen: Way = Way.AUTOMATIC,
) -> None:
    """Ask the server for its half of a connection, as `webcam.js` does."""
    stream = {"id": "7", "phase": "asked", "way": way, "again": again, "sdp": sdp}
    visitor._follow(
        stream, NO_RELAY, chosen, lambda: LiveProcessor(LiveSettings(), seats.take() if seats else None)
    )


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.usefixtures("stub_detector")
def test_the_page_says_what_it_does_and_where_the_video_goes(app: AppTest) -> None:
    opened(app)
    assert app.title[0].value == "Your face mesh, live"
    assert "nothing is stored. Where a firewall is in the way" in words(app)
    assert "sees your network address" not in words(app)
    assert not app.button
    assert not app.error


@pytest.mark.usefixtures("stub_detector")
def test_who_sees_the_visitors_address_is_named_before_the_start(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUN_URLS")
    assert "your browser asks stun.l.google.com, which then sees your network address." in words(opened(app))


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
def test_a_full_server_offers_the_sample_clip(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_MAX_STREAMS", "1")
    opened(app)
    assert not app.button
    seat = shared_seats().take()
    app.run()
    (sample,) = app.button
    assert sample.label == "Show the sample clip"
    sample.click().run()
    assert app.button_group[0].value == "Sample clip"
    assert "of 180 frames" in app.markdown[1].value
    app.button_group[0].set_value("Webcam").run()
    seat.give_back()
    app.run()
    assert not app.button


def test_a_full_server_says_how_long_others_stay() -> None:
    assert "This page waits" in stream._full_sentence(Seats(1))
    assert "a stream ends after 5 minutes" in stream._full_sentence(Seats(3))
    assert stream._full_sentence(Seats(3)).startswith("All 3 places")
    assert stream._full_sentence(Seats(0)) == "This server takes no webcams."


@pytest.mark.usefixtures("stub_detector")
def test_settings_reach_the_running_stream(app: AppTest, connections: list[StubConnection]) -> None:
    visitor = Webcam()
    ask(visitor)
    app.session_state["webcam_stream"] = visitor
    opened(app)
    processor = connections[0].processor
    assert processor is not None
    assert processor.settings == LiveSettings()
    source, shown, _ = app.button_group
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
def test_another_style_only_draws_a_video_again(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(app)
    app.button_group[0].set_value("Video file").run()
    app.file_uploader[0].set_value(("me.mp4", encoded_video([pictures.GRACE] * 9), "video/mp4")).run()
    monkeypatch.setattr(clips, "analyse_video_file", None)
    app.button_group[1].set_value(["Contours"]).run()
    assert not app.exception
    assert "A face in **9 of 9 frames**" in app.markdown[1].value
    assert len(app.session_state["run_once_videos"]) == len(app.session_state["run_once_drawn videos"]) == 1


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
@pytest.mark.parametrize("end", SeatEnd)
def test_a_stream_that_lost_its_seat_is_ended(
    app: AppTest, connections: list[StubConnection], monkeypatch: pytest.MonkeyPatch, end: SeatEnd
) -> None:
    visitor = Webcam()
    ask(visitor)
    monkeypatch.setattr(LiveProcessor, "seat_end", end)
    app.session_state["webcam_stream"] = visitor
    opened(app)
    wait_until(lambda: connections[0].stopped)
    sentences = [error.value for error in app.error]
    # Without frames the stream comes back by itself, as soon as its tab is in view.
    told = [
        sentence.startswith("Others were waiting, and your stream had lasted 5") for sentence in sentences
    ]
    assert told == [True] * (end == SeatEnd.OTHERS_WAIT)


@pytest.mark.usefixtures("stub_detector")
def test_the_way_stays_in_the_address(app: AppTest, connections: list[StubConnection]) -> None:
    app.query_params["way"] = "websocket"
    opened(app)
    (way,) = [group for group in app.button_group if group.key == "way"]
    assert way.value == Way.SOCKET
    assert not connections


@pytest.mark.usefixtures("stub_detector")
def test_looking_at_a_clip_ends_the_stream(app: AppTest, connections: list[StubConnection]) -> None:
    visitor = Webcam()
    ask(visitor)
    app.session_state["webcam_stream"] = visitor
    opened(app)
    app.button_group[0].set_value("Video file").run()
    wait_until(lambda: connections[0].stopped)


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
    ask(visitor)
    assert visitor._answer is not None
    token = visitor._answer.pop("token")
    assert visitor._answer == {"id": "7", "sdp": "the answer", "path": "live-frames"}
    assert visitor.processor is connections[0].processor
    # The page sends the numbers, until the browser asks for them itself.
    assert not visitor.browser_has_numbers
    numbers = tickets().redeem(str(token))
    assert numbers is not None
    numbers.answer(b"?")
    assert visitor.browser_has_numbers
    visitor.stop()
    assert numbers.ended
    follow(visitor, id="7", phase="connected")
    assert visitor.problem is None


def test_who_has_asked_for_webrtc_waits_longer_for_it(
    connections: list[StubConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(StubConnection, "answer", lambda _, __, timeout: waited.append(timeout))
    for chosen in (Way.AUTOMATIC, Way.WEBRTC):
        ask(Webcam(), chosen=chosen)
    assert waited[0] < waited[1]
    assert len(connections) == 2


def test_a_ticket_for_a_socket_leads_to_the_stream_once() -> None:
    visitor = Webcam()
    ask(visitor, "websocket")
    assert visitor._answer is not None
    token = visitor._answer["token"]
    assert isinstance(token, str)
    assert visitor._answer == {"id": "7", "path": "live-frames", "token": token}
    assert visitor.browser_has_numbers
    answers = tickets().redeem(token)
    assert answers is not None
    assert not answers.ended
    assert tickets().redeem(token) is None
    visitor.stop()
    assert answers.ended


def test_a_ticket_is_void_when_its_stream_has_ended() -> None:
    visitor = Webcam()
    ask(visitor, "websocket")
    assert visitor._answer is not None
    visitor.stop()
    assert tickets().redeem(str(visitor._answer["token"])) is None


def test_the_page_itself_takes_frames() -> None:
    visitor = Webcam()
    ask(visitor, "page")
    assert visitor._answer == {"id": "7", "page": True}
    assert visitor.browser_has_numbers
    visitor.stop()


def test_asking_anew_ends_the_stream_before_and_takes_its_seat(connections: list[StubConnection]) -> None:
    visitor, seats = Webcam(), Seats(1)
    ask(visitor, seats=seats)
    first = visitor.processor
    ask(visitor, "websocket", seats=seats)
    assert first is not None
    assert first.closed
    wait_until(lambda: connections[0].stopped)
    assert visitor.processor is not None
    assert seats.free == 0
    visitor.stop()
    assert seats.free == 1


@pytest.mark.parametrize(
    "sdp", [OFFER, 1500 * "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"], ids=["usual", "hostile"]
)
def test_an_offer_that_cannot_be_answered_frees_its_seat_for_the_next_way(
    connections: list[StubConnection], monkeypatch: pytest.MonkeyPatch, sdp: str
) -> None:
    monkeypatch.setattr(StubConnection, "refusal", ValueError("no such thing"))
    visitor, seats = Webcam(), Seats(1)
    ask(visitor, seats=seats, sdp=sdp)
    # Without an answer's text the browser tries the next way at once.
    assert visitor._answer == {"id": "7"}
    assert visitor.problem is None
    wait_until(lambda: all(connection.stopped for connection in connections))
    assert len(connections) == (sdp == OFFER)
    assert visitor.processor is None
    assert seats.free == 1


def test_a_full_server_opens_nothing(connections: list[StubConnection]) -> None:
    visitor, seats = Webcam(), Seats(0)
    ask(visitor, seats=seats)
    assert visitor._answer == {"id": "7", "over": True}
    # The page shows a sentence under the picture, and waits.
    assert visitor.problem is None
    assert not connections


def test_a_lost_stream_looks_again_for_a_seat_when_others_have_taken_it(
    connections: list[StubConnection],
) -> None:
    visitor, seats = Webcam(), Seats(1)
    others = seats.take()
    for _ in range(3):
        ask(visitor, "page", again=True, seats=seats)
        # Without the server's half, the browser asks again after a pause.
        assert visitor._answer == {"id": "7"}
    assert visitor.problem is None
    others.give_back()
    ask(visitor, "page", again=True, seats=seats)
    assert visitor._answer == {"id": "7", "page": True}
    assert not connections


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("stopped", None),
        ("lost", "The connection was lost."),
        ("failed", "not even over this page's own"),
    ],
)
def test_an_end_is_explained(connections: list[StubConnection], reason: str, sentence: str | None) -> None:
    visitor = Webcam()
    ask(visitor)
    follow(visitor, id="7", phase="ended", reason=reason)
    wait_until(lambda: connections[0].stopped)
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
    ask(visitor)
    monkeypatch.setattr(LiveProcessor, "seat_end", SeatEnd.OTHERS_WAIT)
    if noticed_first_by == "page":
        visitor.notice_loss()
    follow(visitor, id="7", phase="ended", reason="lost")
    assert visitor.problem is not None
    assert visitor.problem.startswith("Others were waiting")


@pytest.mark.usefixtures("connections")
def test_who_made_way_for_others_does_not_come_back_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Webcam()
    ask(visitor)
    with monkeypatch.context() as lost:
        lost.setattr(LiveProcessor, "seat_end", SeatEnd.OTHERS_WAIT)
        ask(visitor, again=True)
    assert visitor._answer == {"id": "7", "over": True}
    ask(visitor, "websocket", again=True)
    assert visitor._answer == {"id": "7", "over": True}
    # But by the button.
    ask(visitor, "page")
    assert visitor._answer == {"id": "7", "page": True}
    assert visitor.problem is None
    visitor.stop()


@pytest.mark.usefixtures("connections")
def test_a_stream_without_frames_comes_back_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Webcam()
    ask(visitor)
    with monkeypatch.context() as lost:
        lost.setattr(LiveProcessor, "seat_end", SeatEnd.NO_FRAMES)
        visitor.notice_loss()
    assert visitor.processor is None
    assert visitor.problem is None
    ask(visitor, "page", again=True)
    assert visitor._answer == {"id": "7", "page": True}
    visitor.stop()


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
    for sentence in sentences.values():
        assert sentence.endswith("the sample clip shows what you would see.")


def test_nothing_of_one_visitor_is_kept_for_all() -> None:
    # Streams belong to a visitor's session; only seats and servers are shared.
    assert not [value for value in vars(stream).values() if isinstance(value, Webcam)]
