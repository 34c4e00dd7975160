"""The watchdog of a stream: what has no seat or no visitor is ended, whatever the browser does."""

import time
from collections.abc import Callable
from threading import Thread

from components.live.processor import LiveProcessor

# Seconds between looks, and for how many of them a visitor may be away: a network that changes takes a few.
_LOOK_SECONDS = 1.0
_LOOKS_AWAY = 15


def watch(processor: LiveProcessor, is_here: Callable[[], bool], stop: Callable[[], None]) -> None:
    """Call `stop` when the stream has ended or lost its seat, or its visitor has left; in its own thread.

    Args:
        processor: The stream's.
        is_here: Whether the visitor's page is connected.
        stop: Ends the carrying.
    """
    Thread(target=_watch, args=(processor, is_here, stop), name="watch-stream", daemon=True).start()


def _watch(processor: LiveProcessor, is_here: Callable[[], bool], stop: Callable[[], None]) -> None:
    away = 0
    while not processor.closed and away < _LOOKS_AWAY:
        time.sleep(_LOOK_SECONDS)
        processor.end_without_seat()
        away = 0 if is_here() else away + 1
    stop()
