"""The webcam with its mesh: what starts and sets it, and the numbers beside it."""

import os

import streamlit as st

from components.live.ice import OWN_RELAY, IceError, IceServers, find_ice_servers
from components.live.processor import LiveProcessor
from components.live.seats import SETTING as SEATS_SETTING
from components.live.seats import Seats, seat_limit
from components.ui.live_captures import show_captures
from components.ui.live_numbers import show_frame_times, show_numbers
from components.ui.live_settings import choose_live_settings
from components.ui.webcam import Webcam

# Credentials from a provider are good for hours; what went wrong is tried again after this.
_ICE_KEPT_SECONDS = 600

# Seconds between looks: at the numbers, and at whether a place is free.
_NUMBERS_SECONDS = 0.5
_WAITING_SECONDS = 2

_PRIVACY = "Your video goes to this server and back; nothing is stored."


def show_webcam() -> None:
    """Show the webcam's picture with its mesh, its settings, and the numbers beside it."""
    webcam = _webcam()
    ice = _ice_servers()
    usable = find_ice_servers({}) if isinstance(ice, str) else ice
    seats = _seats()
    picture, numbers = st.columns([3, 2], gap="large")
    with picture:
        if webcam.problem:
            st.error(webcam.problem, icon=":material/videocam_off:")
        place = st.container()
        if webcam.processor is None:
            st.caption(f"{_PRIVACY} {_relay_sentence(ice)}")
        settings = choose_live_settings(mirror_offered=True)
        captures = st.container()
    with place:
        if webcam.processor is None and not seats.free:
            st.fragment(_wait_for_seat, run_every=_WAITING_SECONDS)(seats)
        else:
            webcam.show(usable, lambda: LiveProcessor(settings, seats.take()))
    processor = webcam.processor
    if processor is not None:
        processor.settings = settings
    with captures:
        show_captures(processor)
    with numbers:
        # While nothing runs, nothing changes.
        every = _NUMBERS_SECONDS if processor else None
        st.fragment(_show_numbers, run_every=every)(webcam, processor)
        # More seldom, since a chart costs as much as all numbers together.
        st.fragment(show_frame_times, run_every=4 * every if every else None)(processor)


def leave_webcam() -> None:
    """End the stream of a visitor who looks at something else on this page."""
    _webcam().stop()


def _webcam() -> Webcam:
    webcam: Webcam = st.session_state.setdefault("webcam_stream", Webcam())
    return webcam


@st.cache_resource(show_spinner=False)
def _seats() -> Seats:
    """The places that all visitors share."""
    return Seats(seat_limit(os.environ.get(SEATS_SETTING)))


@st.cache_data(ttl=_ICE_KEPT_SECONDS, show_spinner="Asking for a relay…")
def _ice_servers() -> IceServers | str:
    """The servers for a connection, or what is wrong with the settings; either is kept for a while."""
    # Streamlit puts the top level of its secrets into the environment too.
    try:
        return find_ice_servers(os.environ)
    except IceError as error:
        return str(error)


def _relay_sentence(ice: IceServers | str) -> str:
    if isinstance(ice, str):
        return f"The relay is not set up rightly, so only a direct connection is tried. {ice}"
    if ice.relay is None:
        return (
            "No relay (TURN server) is set up here: behind some firewalls, as in schools and firms, the "
            "connection may fail."
        )
    whose = "this server's own" if ice.relay == OWN_RELAY else f"from {ice.relay}"
    return f"Where a firewall is in the way, a relay helps ({whose})."


def _wait_for_seat(seats: Seats) -> None:
    if seats.free:
        st.rerun()
    st.info(
        f"All {seats.limit} places on this server are taken just now. This page waits, and lets you start as "
        "soon as one is free; meanwhile, the sample clip shows what you would see.",
        icon=":material/hourglass_top:",
    )


def _show_numbers(webcam: Webcam, processor: LiveProcessor | None) -> None:
    if processor is not webcam.processor:
        # It has ended since the page was run.
        st.rerun()
    show_numbers(processor)
