"""The webcam with its mesh, its settings, and the numbers beside it."""

import logging
import os
from collections.abc import Callable

import streamlit as st

from components.live.processor import LiveProcessor
from components.live.seats import Seats
from components.ui.shared_seats import shared_seats
from pages.live.captures import capture, finish_recording, show_captures
from pages.live.numbers import show_numbers
from pages.live.settings import choose_live_settings
from pages.live.webcam.ice import OWN_RELAY, IceError, IceServers, find_ice_servers
from pages.live.webcam.ways import choose_way
from pages.live.webcam.webcam import MOST_MINUTES, Webcam

# A provider's credentials are valid for hours; after an error, the provider is asked again after this.
_ICE_KEPT_SECONDS = 600

# Seconds between updates of the numbers, between looks at whether the stream goes on, and between checks for
# a free place.
_NUMBERS_SECONDS = 0.2
_LOOK_SECONDS = 1.0
_WAITING_SECONDS = 2

_PRIVACY = "Your video goes to this server, which finds the mesh in it; nothing is stored."


def show_webcam(show_sample: Callable[[], None]) -> None:
    """Show the webcam's picture with its mesh, its settings, and the numbers beside it.

    Args:
        show_sample: Called when the visitor would rather see the sample clip.
    """
    webcam = _webcam()
    webcam.notice_loss()
    finish_recording(webcam.processor)
    ice, network_sentences = _ice_servers()
    seats = shared_seats()
    picture, numbers = st.columns([3, 2], gap="large")
    with picture:
        # Elements that come and go have places of their own: the browser creates an element again when it
        # moves, and then the stream would end.
        place, problem, captures, privacy = (st.container() for _ in range(4))
        settings = choose_live_settings(mirror_offered=True)
        way = choose_way()
    full = None if webcam.processor or seats.ask() else _full_sentence(seats)
    with place:
        webcam.show(
            ice,
            settings,
            way,
            full,
            lambda: LiveProcessor(settings, seats.take()),
            lambda what: capture(webcam.processor, what),
        )
    processor = webcam.processor
    with problem:
        if webcam.problem:
            st.error(webcam.problem, icon=":material/videocam_off:")
        if webcam.problem or full:
            st.button("Show the sample clip", icon=":material/movie:", on_click=show_sample)
        if full:
            st.fragment(_wait_for_seat, run_every=_WAITING_SECONDS)(seats)
    if processor is None:
        privacy.caption(f"{_PRIVACY} {network_sentences}")
    else:
        processor.settings = settings
    with captures:
        show_captures()
    with numbers:
        has_numbers = webcam.browser_has_numbers
        # Without a stream, nothing changes.
        every = None if processor is None else _LOOK_SECONDS if has_numbers else _NUMBERS_SECONDS
        st.fragment(_show_numbers, run_every=every)(webcam, processor, has_numbers)


def leave_webcam() -> None:
    """End the stream of a visitor who looks at something else on this page."""
    _webcam().stop()


def _webcam() -> Webcam:
    webcam: Webcam = st.session_state.setdefault("webcam_stream", Webcam())
    return webcam


@st.cache_data(ttl=_ICE_KEPT_SECONDS, show_spinner="Asking for a relay…")
def _ice_servers() -> tuple[IceServers, str]:
    """The servers for a connection, and sentences about them; kept for a while, also after an error."""
    # The environment includes the top level of Streamlit's secrets.
    try:
        ice = find_ice_servers(os.environ)
    except IceError:
        # The details are for the server's owner, not for visitors.
        logging.getLogger(__name__).exception("The settings for STUN and TURN cannot be used")
        return IceServers(
            (), None
        ), "The relay is not set up correctly, so only a direct connection is tried."
    return ice, f"{_stun_sentence(ice.stun_hosts)}{_relay_sentence(ice.relay)}"


def _stun_sentence(hosts: tuple[str, ...]) -> str:
    if not hosts:
        return ""
    return f"To find the way, your browser asks {' and '.join(hosts)}, which then sees your network address. "


def _relay_sentence(relay: str | None) -> str:
    if relay is None:
        return "Where a firewall is in the way, your pictures go over this page's own connection."
    whose = "this server's own" if relay == OWN_RELAY else f"from {relay}"
    return f"If a firewall is in the way, a relay is used ({whose})."


def _full_sentence(seats: Seats) -> str:
    taken = {
        0: "This server takes no webcams.",
        1: "The only place on this server is taken just now.",
    }.get(seats.limit, f"All {seats.limit} places on this server are taken just now.")
    if not seats.limit:
        return taken
    return (
        f"{taken} This page waits, and lets you start as soon as one is free. While somebody waits, a stream "
        f"ends after {MOST_MINUTES} minutes."
    )


def _wait_for_seat(seats: Seats) -> None:
    if seats.ask():
        st.rerun()


def _show_numbers(webcam: Webcam, processor: LiveProcessor | None, had_numbers: bool) -> None:
    if processor is not webcam.processor or had_numbers != webcam.browser_has_numbers:
        # The stream has ended since the page ran, or its numbers come another way.
        st.rerun()
    show_numbers(processor)
