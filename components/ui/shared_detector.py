"""The one face detector that all visitors share. To put another one in, load it here."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait

import streamlit as st

from components.photo.detector import CascadeDetector, Detector, FaceDetector
from components.ui.memory import free_memory
from components.ui.streamlit_adapter import stop_clearing_keras


def _load() -> FaceDetector:
    detector = FaceDetector()
    stop_clearing_keras()
    free_memory()
    return detector


@st.cache_resource(show_spinner=False)
def _loading() -> Future[FaceDetector]:
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load-detector")
    future = executor.submit(_load)
    executor.shutdown(wait=False)
    return future


def start_loading_detector() -> None:
    """Begin to load TensorFlow and the networks in the background, once for the whole server."""
    _loading()


def loaded_detector() -> Detector:
    """The shared detector; while it is being loaded, the page says so and waits.

    When loading fails, the page says so and ends; the next page tries again.
    """
    return _loaded()


def loaded_cascade() -> CascadeDetector:
    """The shared detector, with the steps of its cascade for the lesson; otherwise like `loaded_detector`."""
    return _loaded()


def _loaded() -> FaceDetector:
    future = _loading()
    if not future.done():
        with st.spinner(
            "Loading the neural networks. This happens once and takes some seconds…", show_time=True
        ):
            wait([future])
    if error := future.exception():
        logging.getLogger(__name__).error("The detector could not be loaded", exc_info=error)
        _loading.clear()
        st.error("The neural networks could not be loaded. Wait a moment, then reload the page.")
        st.stop()
    return future.result()
