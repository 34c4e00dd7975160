import pytest

from pages.live.webcam.nearness import nearness
from pages.live.webcam.offer import Nearness

ANYWHERE, NETWORK, MACHINE = Nearness.ANYWHERE, Nearness.SAME_NETWORK, Nearness.SAME_MACHINE


@pytest.mark.parametrize(
    ("address", "host", "expected"),
    [
        (None, "localhost:8501", MACHINE),
        (None, "127.0.0.1:8501", MACHINE),
        (None, "[::1]:8501", MACHINE),
        ("192.168.1.7", "192.168.1.2:8501", NETWORK),
        ("fd00::7", "[fd00::2]:8501", NETWORK),
        ("::ffff:127.0.0.1", "localhost:8501", MACHINE),
        ("::ffff:10.0.0.7", "10.0.0.1:8501", NETWORK),
        # A proxy on this machine, or in this network, that does not tell for whom it asks.
        (None, "visavis.example", ANYWHERE),
        ("10.0.0.1", "visavis.example", ANYWHERE),
        # Somebody from elsewhere who claims to have asked for this machine.
        ("8.8.8.8", "localhost", ANYWHERE),
        ("nonsense", "localhost", ANYWHERE),
        (None, "", ANYWHERE),
    ],
)
def test_where_a_visitor_is(address: str | None, host: str, expected: Nearness) -> None:
    assert nearness(address, {"Host": host}, None) == expected


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_behind_a_proxy_nobody_is_near_unless_the_owner_says_so(header: str) -> None:
    headers = {"Host": "localhost:8501", header: "127.0.0.1"}
    assert nearness(None, headers, None) == ANYWHERE
    assert nearness(None, headers, "1") == NETWORK


def test_the_setting_takes_nothing_away() -> None:
    assert nearness(None, {"Host": "localhost"}, "1") == MACHINE
    assert nearness("8.8.8.8", {"Host": "visavis.example"}, "1") == NETWORK
    assert nearness("8.8.8.8", {"Host": "visavis.example"}, "") == ANYWHERE
