"""The one face detector that all visitors share."""

import logging
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait

import streamlit as st

from components.photo.detector import FaceDetector
from components.ui.memory import free_memory


def _load() -> FaceDetector:
    detector = FaceDetector()
    # Where Keras is loaded, Streamlit clears its state after every run of a page or fragment, and with it
    # makes Python go through all objects: a quarter of a second, in which no slider and no stream moves. The
    # networks are compiled by now, and need it no more.
    sys.modules.pop("keras", None)
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


def loaded_detector() -> FaceDetector:
    """The shared detector; where it is still being loaded, says so on the page and waits.

    Where it cannot be loaded, says that and ends the page; the next page tries again.
    """
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
