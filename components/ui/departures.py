"""What happens when visitors have left: nothing of theirs stays in memory."""

import asyncio
import logging

from components.ui.memory import free_memory
from components.ui.shared_workers import forget_in_workers
from components.ui.streamlit_adapter import Session, end_session, remaining_sessions

# Seconds between looks for visitors who have left.
LOOK_SECONDS = 5.0

# How often memory is freed after somebody has left. What ends at that moment, such as a stream, a download or
# a worker, may hold something for seconds.
_TIMES = 3


async def forget_who_left() -> None:
    """End the sessions of visitors who have left, and free their memory, for as long as the server runs.

    Runs on the event loop.
    """
    here: dict[str, Session] = {}
    times = 0
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            remaining = remaining_sessions()
            for visitor in here.keys() - remaining.keys():
                end_session(here[visitor])
                times = _TIMES
        # Whatever Streamlit renames, visitors must get their pages.
        except AttributeError:
            logging.getLogger(__name__).exception("Sessions of visitors who have left are not ended")
            continue
        here = remaining
        if times:
            if times == _TIMES:
                await asyncio.to_thread(forget_in_workers)
            await asyncio.to_thread(free_memory)
            times -= 1
