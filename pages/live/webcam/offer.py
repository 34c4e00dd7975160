"""What may be in a browser's offer of a connection: a stranger writes it, and the server acts on it."""

import ipaddress
import re
from enum import IntEnum

# Bytes. Chromium's offer of one camera has about 6,000.
MAX_OFFER_BYTES = 20_000

# Addresses at which the browser may be reached. The server sends packets to each of them.
MAX_CANDIDATES = 20

# The one video format that every browser sends, and whose picture size is read before it is decoded.
_FORMAT = "VP8/90000"

# Lines that name or describe a format, by its number.
_OF_FORMAT = re.compile(r"a=(?P<kind>rtpmap|fmtp|rtcp-fb):(?P<number>\S*)")
_NAME = re.compile(r"a=rtpmap:([0-9]+) (\S+)$")
_REPEATS = re.compile(r"a=fmtp:([0-9]+) apt=([0-9]+)(?:;|$)")
_RETRANSMISSION = "rtx/90000"

_CANDIDATE = "a=candidate:"

# Replaced: nobody takes frames out of aiortc's queue where nothing is sent back.
_DIRECTIONS = ("a=sendonly", "a=recvonly", "a=inactive", "a=sendrecv")
_BOTH_WAYS = "a=sendrecv"

# Left out: after it, aiortc gives up where no address is left, though the browser may find the server itself.
_NO_MORE_CANDIDATES = "a=end-of-candidates"

# The fields of a candidate: foundation, component, transport, priority, address, and more.
_TRANSPORT, _ADDRESS = 2, 4


class OfferError(ValueError):
    """An offer is not of the kind that this app's own page sends."""


class Nearness(IntEnum):
    """Where a visitor is, which says at what addresses the browser may ask to be reached."""

    ANYWHERE = 0
    SAME_NETWORK = 1
    SAME_MACHINE = 2


def checked_offer(sdp: str, nearness: Nearness) -> str:
    """An offer reduced to what the app needs: one video line, in VP8, with addresses that may be contacted.

    Without this, an offer of 1,500 media lines stops the whole server for seconds, one with a data channel
    only stays connected for ever, and one with private addresses makes the server send packets to its
    neighbours.

    Args:
        sdp: As the browser wrote it (RFC 8866, RFC 8829).
        nearness: Where the visitor is.

    Raises:
        OfferError: It is too long, has other media than one video, or no VP8.
    """
    if len(sdp.encode("utf-8", "replace")) > MAX_OFFER_BYTES:
        raise OfferError(f"the offer has more than {MAX_OFFER_BYTES} bytes")
    lines = sdp.splitlines()
    media = [line for line in lines if line.startswith("m=")]
    if len(media) != 1 or not media[0].startswith("m=video "):
        raise OfferError("the offer has other media than one video")
    formats = _formats(lines)
    kept = [
        _with_formats(line, formats) if line.startswith("m=") else line
        for line in lines
        if not line.startswith((_CANDIDATE, _NO_MORE_CANDIDATES, *_DIRECTIONS)) and _is_of(line, formats)
    ]
    candidates = [line for line in lines if line.startswith(_CANDIDATE) and _may_contact(line, nearness)]
    # After everything else, as they belong to the one video.
    return "\r\n".join([*kept, _BOTH_WAYS, *candidates[:MAX_CANDIDATES], ""])


def _formats(lines: list[str]) -> set[str]:
    """The numbers of VP8, and of the format that sends its lost packets again."""
    found = [(name[1], name[2]) for line in lines if (name := _NAME.match(line))]
    names = dict(found)
    if len(names) < len(found):
        raise OfferError("the offer names a format twice")
    vp8 = {number for number, name in names.items() if name == _FORMAT}
    if not vp8:
        raise OfferError("the offer has no VP8")
    repeats = [(repeat[1], repeat[2]) for line in lines if (repeat := _REPEATS.match(line))]
    return vp8 | {
        number for number, repeated in repeats if repeated in vp8 and names.get(number) == _RETRANSMISSION
    }


def _is_of(line: str, formats: set[str]) -> bool:
    """Whether a line is about one of these formats, about all, or about none."""
    found = _OF_FORMAT.match(line)
    if found is None:
        return True
    if found["kind"] == "rtpmap" and not _NAME.match(line):
        # aiortc accepts more as a format's name than `_NAME` does.
        return False
    return found["number"] in formats or (found["kind"] == "rtcp-fb" and found["number"] == "*")


def _with_formats(media: str, formats: set[str]) -> str:
    """The media line with these formats only, in the order in which the browser prefers them."""
    kind, port, protocol, *numbers = media.split()
    return " ".join([kind, port, protocol, *(number for number in numbers if number in formats)])


def _may_contact(candidate: str, nearness: Nearness) -> bool:
    """Whether the server may send packets to this candidate's address."""
    fields = candidate.split()
    if len(fields) <= _ADDRESS or fields[_TRANSPORT].lower() != "udp":
        return False
    try:
        address = ipaddress.ip_address(fields[_ADDRESS])
    except ValueError:
        # A name: the browser's own, which only its network knows, or any other that the server would look up.
        return nearness >= Nearness.SAME_NETWORK and fields[_ADDRESS].endswith(".local")
    address = without_mapping(address)
    if address.is_loopback:
        return nearness == Nearness.SAME_MACHINE
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return False
    # Former ways of writing another address, which may be a private one.
    if isinstance(address, ipaddress.IPv6Address) and (
        address.sixtofour or address.teredo or address.is_site_local
    ):
        return False
    return address.is_global or nearness >= Nearness.SAME_NETWORK


def without_mapping(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 address stands for, where it does (::ffff:10.0.0.1)."""
    return (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
