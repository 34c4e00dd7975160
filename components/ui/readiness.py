"""Whether this server is ready, for the programs that start servers and send visitors to them."""

import tomllib
from functools import cache
from pathlib import Path

from components.ui.shared_seats import shared_seats
from components.ui.shared_workers import can_analyse_photos
from components.ui.streamlit_adapter import JSONResponse, Request, Response

# Where it is, seen from the address of a page.
PATH = "ready"

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@cache
def app_version() -> str:
    """The app's version."""
    return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])


async def answer_ready(_request: Request) -> Response:
    """200 once photos can be analysed, 503 before, with the version and the seats for streams as JSON."""
    ready = can_analyse_photos()
    seats = shared_seats()
    content = {"ready": ready, "version": app_version(), "seats": seats.limit, "free_seats": seats.free}
    return JSONResponse(content, 200 if ready else 503, {"cache-control": "no-store"})
