"""The server. Run it with `streamlit run streamlit_app.py`."""

import runpy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit import runtime

from components.ui.shared_detector import start_loading_detector

MENU = Path(__file__).parent / "pages" / "menu.py"


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Begin to load the networks when the server starts, so the first visitor waits less."""
    start_loading_detector()
    yield


app = st.App(MENU, lifespan=lifespan)

# A host may run this file as a plain script instead. Then there is no lifespan, and each run shows the pages.
if runtime.exists():
    runpy.run_path(str(MENU), run_name="__main__")
    start_loading_detector()
