"""What the server does besides the pages; `tests/browser/test_server.py` starts it for real."""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner.exec_code import modified_sys_path
from streamlit.testing.v1 import AppTest

import streamlit_app
from components.ui.shared_workers import quiet_workers
from components.workers.pool import Workers
from tests.worker_tasks import process_id


def worker_of_a_lifespan() -> int:
    """Start the server's part of the app, ask a worker for its process, and end it all."""

    async def run() -> int:
        async with streamlit_app.lifespan(streamlit_app.app):
            return await asyncio.to_thread(quiet_workers(), process_id)

    # In a thread of its own, since Playwright leaves an event loop running in this one.
    with ThreadPoolExecutor() as thread:
        return thread.submit(asyncio.run, run()).result()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for the process in /proc")
def test_the_workers_end_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.ui.shared_workers.Workers", Workers)
    process = Path("/proc", str(worker_of_a_lifespan()))
    deadline = time.monotonic() + 10
    while process.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not process.exists()


def test_no_run_of_a_page_changes_where_modules_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    streamlit_app.keep_pages_importable()
    before = sys.path.copy()
    # Streamlit's own, around each run.
    with modified_sys_path(str(streamlit_app.MENU)):
        assert sys.path == before


@pytest.mark.usefixtures("stub_detector")
def test_a_host_that_runs_the_file_as_a_plain_script_shows_the_pages() -> None:
    plain = AppTest.from_file(str(streamlit_app.MENU.parent.parent / "streamlit_app.py"), default_timeout=60)
    plain.run()
    assert not plain.exception
    assert plain.title[0].value == "Visavis"
