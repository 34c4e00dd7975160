"""The ways in which frames travel between browser and server."""

from enum import StrEnum

from components.ui.choices import choose_one


class Way(StrEnum):
    """A way for frames. The values are known to `webcam.js`, and stand in the page's address."""

    AUTOMATIC = "automatic"
    WEBRTC = "webrtc"
    SOCKET = "websocket"
    PAGE = "page"


NAMES = {
    Way.AUTOMATIC: "Automatic",
    Way.WEBRTC: "WebRTC",
    Way.SOCKET: "WebSocket",
    Way.PAGE: "Page",
}


def choose_way() -> Way:
    """Let the visitor choose the way that is tried first; where it is blocked, the others follow."""
    return choose_one(
        "Connection",
        NAMES,
        Way.AUTOMATIC,
        "way",
        "WebRTC is gentler on a bad network; the mesh is drawn on this server. With WebSocket and Page, you "
        "see your camera's own picture, with less delay; Page passes wherever this page does, with fewer "
        "frames. Automatic tries WebRTC first. Where a way is blocked, the next one takes over.",
    )
