"""The seats for streams that all visitors of this server share."""

import os

import streamlit as st

from components.live.seats import SETTING, Seats, seat_limit
from components.workers.machine import this_machine


@st.cache_resource(show_spinner=False)
def shared_seats() -> Seats:
    """The seats of this server."""
    return Seats(seat_limit(os.environ.get(SETTING), this_machine().cores))
