"""The server. Run it with `streamlit run streamlit_app.py`."""

import asyncio
import runpy
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st
from streamlit import runtime

from components.ui.departures import forget_who_left
from components.ui.http_guard import HttpGuard
from components.ui.readiness import PATH as READY
from components.ui.readiness import answer_ready
from components.ui.shared_workers import start_workers, stop_workers
from components.ui.streamlit_adapter import (
    keep_messages_to_browsers,
    keep_presses_that_wait,
    middleware,
    route,
    run_page_for_its_widgets,
    send_all_of_a_run,
    websocket_route,
)
from components.ui.upload_gate import UploadGate
from components.workers.allocator import keep_little_freed_memory, overwrite_freed_memory
from pages.live.webcam.socket_carrier import PATH as FRAMES
from pages.live.webcam.socket_carrier import serve_frames

MENU = Path(__file__).parent / "pages" / "menu.py"

# What the first visitor would wait for: Streamlit imports pandas when a component gets its first data, and
# the Photo page imports OpenCV and all of its tabs.
_NEEDED_SOON = ("pandas", "pages.photo.find_faces", "pages.photo.result")


def start_importing() -> None:
    """Import in the background what the first visitor needs."""

    def import_all() -> None:
        for module in _NEEDED_SOON:
            import_module(module)

    Thread(target=import_all, name="import", daemon=True).start()


def keep_pages_importable() -> None:
    """Keep the pages' folder on the path for imports.

    Otherwise, Streamlit puts it there for each run of a page and takes it away afterwards. Whatever is being
    imported or looked up in another thread at that moment can miss a folder, and is not found.
    """
    sys.path.append(str(MENU.parent))


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the worker processes with the server, so the first visitor waits less, and end them with it."""
    keep_little_freed_memory()
    overwrite_freed_memory()
    keep_messages_to_browsers()
    keep_presses_that_wait()
    run_page_for_its_widgets()
    send_all_of_a_run()
    keep_pages_importable()
    start_workers()
    start_importing()
    forgetting = asyncio.create_task(forget_who_left())
    yield
    forgetting.cancel()
    stop_workers()


app = st.App(
    MENU,
    lifespan=lifespan,
    middleware=[middleware(HttpGuard), middleware(UploadGate)],
    routes=[websocket_route(FRAMES, serve_frames), route(READY, answer_ready)],
)

# A host may run this file as a plain script instead. Then there is no lifespan, and each run shows the pages.
if runtime.exists():
    runpy.run_path(str(MENU), run_name="__main__")
    start_workers()
