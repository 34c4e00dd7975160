"""Whether a visitor is in the server's own network: only then may the server send to private addresses."""

import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from pages.live.webcam.offer import Nearness, without_mapping

# Set to 1 where visitors come from the server's own network through a proxy, as in a school.
SETTING = "VISAVIS_PRIVATE_NETWORK"

# With one of these, a proxy tells for whom it asks; the address from which the request came is its own.
_PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def nearness_of_visitor() -> Nearness:
    """Where the visitor of this run of the page is."""
    return nearness(st.context.ip_address, st.context.headers, os.environ.get(SETTING))


def nearness(ip_address: str | None, headers: Mapping[str, str], setting: str | None) -> Nearness:
    """Where a visitor is: near only if both the address they come from and the one they ask for are.

    A stranger can forge the address that they ask for. Behind a forwarder that adds no headers, such as
    `ssh -R`, who forges it counts as near.

    Args:
        ip_address: From where the request came, as Streamlit tells it; None from this machine.
        headers: Of the request.
        setting: The value of `VISAVIS_PRIVATE_NETWORK`.
    """
    least = Nearness.SAME_NETWORK if setting == "1" else Nearness.ANYWHERE
    if any(name in headers for name in _PROXY_HEADERS):
        return least
    asked_for = urlsplit(f"//{headers.get('Host', '')}").hostname or ""
    return max(least, min(_nearness_of(ip_address or "localhost"), _nearness_of(asked_for)))


def _nearness_of(host: str) -> Nearness:
    if host == "localhost":
        return Nearness.SAME_MACHINE
    try:
        address = without_mapping(ipaddress.ip_address(host))
    except ValueError:
        return Nearness.ANYWHERE
    if address.is_loopback:
        return Nearness.SAME_MACHINE
    return Nearness.SAME_NETWORK if address.is_private else Nearness.ANYWHERE
