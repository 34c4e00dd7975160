import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from pages.live.webcam.offer import (
    MAX_CANDIDATES,
    MAX_OFFER_BYTES,
    Nearness,
    OfferError,
    checked_offer,
)
from tests.offers import OFFER


def candidate(address: str, transport: str = "udp") -> str:
    return f"a=candidate:1 1 {transport} 2113937151 {address} 50001 typ host\r\n"


def addresses(sdp: str) -> list[str]:
    (media,) = SessionDescription.parse(sdp).media
    return [candidate.ip for candidate in media.ice_candidates]


def test_an_honest_offer_keeps_vp8_and_its_addresses() -> None:
    checked = checked_offer(OFFER, Nearness.ANYWHERE)
    (media,) = SessionDescription.parse(checked).media
    assert [codec.name for codec in media.rtp.codecs] == ["VP8", "rtx"]
    assert media.fmt == [96, 97]
    assert addresses(checked) == ["9.9.9.9"]
    assert media.ice.usernameFragment == "abcd"
    assert "H264" not in checked
    assert checked_offer(checked, Nearness.ANYWHERE) == checked


@pytest.mark.parametrize(
    "offer",
    [
        "",
        OFFER + "a=x\r\n" * (MAX_OFFER_BYTES // 5),
        OFFER + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        # Python, and so aiortc, ends a line here too.
        OFFER + "\u2028m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n",
        OFFER.replace("m=video", "m=application"),
        OFFER.replace("m=video", "m=audio"),
        OFFER.replace("VP8/90000", "AV1/90000"),
    ],
    ids=["empty", "long", "two videos", "odd line end", "data only", "sound", "no VP8"],
)
def test_any_other_offer_is_refused(offer: str) -> None:
    with pytest.raises(OfferError):
        checked_offer(offer, Nearness.SAME_MACHINE)


@pytest.mark.parametrize("direction", ["sendonly", "recvonly", "inactive", "sendrecv"])
def test_a_stream_always_goes_both_ways(direction: str) -> None:
    checked = checked_offer(OFFER.replace("a=sendrecv", f"a={direction}"), Nearness.ANYWHERE)
    assert SessionDescription.parse(checked).media[0].direction == "sendrecv"
    assert sum(line.startswith(("a=send", "a=recv", "a=inactive")) for line in checked.splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "a=fmtp:103 apt=96;packetization-mode=1",
        "a=rtpmap:+98 H264/90000",
        "a=rtpmap: 98 H264/90000",
        "a=rtpmap:98  H264/90000",
        "a=rtpmap:96  H264/90000",
        "a=rtpmap:\u0661 H264/90000",
    ],
)
def test_no_other_format_is_smuggled_in(line: str) -> None:
    checked = checked_offer(f"{OFFER}{line}\r\n", Nearness.ANYWHERE)
    (media,) = SessionDescription.parse(checked).media
    assert [codec.name for codec in media.rtp.codecs] == ["VP8", "rtx"]


def test_a_format_that_is_named_twice_is_refused() -> None:
    with pytest.raises(OfferError, match="twice"):
        checked_offer(f"{OFFER}a=rtpmap:96 H264/90000\r\n", Nearness.ANYWHERE)


def test_the_end_of_the_addresses_is_left_open() -> None:
    checked = checked_offer(f"{OFFER}a=end-of-candidates\r\n", Nearness.ANYWHERE)
    assert not SessionDescription.parse(checked).media[0].ice_candidates_complete


@pytest.mark.parametrize(
    ("address", "allowed_from"),
    [
        ("8.8.8.8", Nearness.ANYWHERE),
        ("2001:4860:4860::8888", Nearness.ANYWHERE),
        ("192.168.1.7", Nearness.SAME_NETWORK),
        ("10.1.2.3", Nearness.SAME_NETWORK),
        ("172.16.0.1", Nearness.SAME_NETWORK),
        ("100.64.0.1", Nearness.SAME_NETWORK),
        ("fd00::7", Nearness.SAME_NETWORK),
        ("::ffff:10.1.2.3", Nearness.SAME_NETWORK),
        ("0b1c8ae9-6a2c-4a4b-9a3f-1f0a5c8d7e6f.local", Nearness.SAME_NETWORK),
        ("127.0.0.1", Nearness.SAME_MACHINE),
        ("::1", Nearness.SAME_MACHINE),
        ("::ffff:127.0.0.1", Nearness.SAME_MACHINE),
        ("169.254.169.254", None),
        ("fe80::1", None),
        ("224.0.0.251", None),
        ("255.255.255.255", None),
        ("0.0.0.0", None),  # noqa: S104 - an address that a stranger may write
        ("::", None),
        ("fec0::1", None),
        ("2002:c0a8:101::1", None),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", None),
        ("intranet.example", None),
        ("localhost", None),
    ],
)
def test_only_some_addresses_are_contacted(address: str, allowed_from: Nearness | None) -> None:
    for nearness in Nearness:
        found = addresses(checked_offer(OFFER + candidate(address), nearness))
        allowed = allowed_from is not None and nearness >= allowed_from
        assert found == ["9.9.9.9"] + [address] * allowed, nearness


def test_only_so_many_addresses_are_contacted() -> None:
    many = OFFER + "".join(candidate(f"8.8.8.{number}") for number in range(60))
    assert len(addresses(checked_offer(many, Nearness.ANYWHERE))) == MAX_CANDIDATES


def test_addresses_for_tcp_are_passed_over() -> None:
    assert addresses(checked_offer(OFFER + candidate("8.8.8.8", "tcp"), Nearness.ANYWHERE)) == ["9.9.9.9"]


@given(st.lists(st.one_of(st.sampled_from(OFFER.splitlines()), st.text(max_size=60)), max_size=40))
def test_whatever_comes_is_checked_or_refused(lines: list[str]) -> None:
    try:
        checked = checked_offer("\r\n".join(lines), Nearness.ANYWHERE)
    except OfferError:
        return
    media = [line for line in checked.splitlines() if line.startswith("m=")]
    assert len(media) == 1
    assert checked_offer(checked, Nearness.ANYWHERE) == checked
