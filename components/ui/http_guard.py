"""What every answer of the server carries, and what it does not answer at all."""

import os
from collections.abc import Mapping
from functools import cached_property

from components.ui.readiness import PATH as READY
from components.ui.streamlit_adapter import (
    ASGIApp,
    Message,
    MutableHeaders,
    PlainTextResponse,
    Receive,
    Scope,
    Send,
    from_root,
    inline_script_hashes,
    is_host_allowed,
)

# Replaces the Content-Security-Policy, such as to let another site show the app in a frame; empty for none.
POLICY_SETTING = "VISAVIS_CONTENT_SECURITY_POLICY"

# Looked at by programs on the server's own machine, by whatever name.
_FOR_PROGRAMS = (READY, "_stcore/health")

# Streamlit's numbers of visitors and their times; it has no setting to keep them from strangers.
_PRIVATE = "/_stcore/metrics"

_WRONG_HOST = (
    "This server does not answer to this name. Its owner can add the name to the setting "
    "STREAMLIT_SERVER_ALLOWED_HOSTS.\n"
)


def content_security_policy(settings: Mapping[str, str]) -> str:
    """What a browser may load and run on the app's pages; empty for anything.

    As strict as Streamlit allows: it writes styles into the page, makes the scripts of components from text
    (`blob:`), and shows pictures from text (`data:`). There is no other site in it but the one of Streamlit's
    own hosting, which shows apps in a frame.

    Args:
        settings: By name, such as the environment.
    """
    scripts = " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *inline_script_hashes()])
    default = "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self' https://share.streamlit.io",
        )
    )
    return settings.get(POLICY_SETTING, default)


def security_headers(settings: Mapping[str, str]) -> dict[str, str]:
    """The headers of every answer, by name.

    Args:
        settings: By name, such as the environment.
    """
    headers = {
        "content-security-policy": content_security_policy(settings),
        # A file is what the server says, whatever its bytes look like.
        "x-content-type-options": "nosniff",
        # An address holds a visitor's settings.
        "referrer-policy": "same-origin",
        # Of what a page could ask its visitor for, only what this one needs.
        "permissions-policy": "camera=(self), microphone=(), geolocation=(), display-capture=(), payment=(), "
        "usb=(), serial=(), hid=(), midi=()",
    }
    return {name: value for name, value in headers.items() if value}


class HttpGuard:
    """ASGI middleware: adds the headers, and turns away who asks for another host or for what is private."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    @cached_property
    def _headers(self) -> dict[str, str]:
        # Not earlier: Streamlit adds its secrets to the environment once the server has been built.
        return security_headers(os.environ)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, if it is one that the server answers."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        path = scope["path"].rstrip("/")
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        app = self._app
        if path not in map(from_root, _FOR_PROGRAMS) and not is_host_allowed(host):
            app = PlainTextResponse(_WRONG_HOST, 400) if scope["type"] == "http" else _closed
        elif path.endswith(_PRIVATE):
            app = PlainTextResponse("Not found.\n", 404)
        await app(scope, receive, send_with_headers)


async def _closed(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is open."""
    await send({"type": "websocket.close", "code": 1008})
