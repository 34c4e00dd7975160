"""STUN and TURN servers, which help browser and server to find each other through firewalls."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pages.live.webcam.webrtc_adapter import ask_cloudflare, ask_hugging_face, ask_twilio, scheme_of

# An entry of WebRTC's `iceServers`: urls, and for TURN username and credential.
IceServer = dict[str, Any]

# Settings with addresses, separated by commas. A setting that is empty means no server.
STUN_URLS = "STUN_URLS"
TURN_URLS = "TURN_URLS"
# For the owner's own TURN server: either a user name and password, which every visitor's browser gets to see,
TURN_USERNAME = "TURN_USERNAME"
TURN_CREDENTIAL = "TURN_CREDENTIAL"
# or the secret (coturn's `static-auth-secret`) from which short-lived credentials are made.
TURN_SECRET = "TURN_SECRET"  # noqa: S105 - the setting's name

_PUBLIC_STUN = "stun:stun.l.google.com:19302"

# Seconds for which such credentials are valid: a visit.
_CREDENTIAL_SECONDS = 2 * 3600


# `IceServers.relay` for the owner's own TURN server.
OWN_RELAY = "own"


class IceError(Exception):
    """The settings for STUN and TURN cannot be used; the text is one sentence for the server's owner."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of TURN servers: its settings, and how it is asked."""

    name: str
    settings: tuple[str, ...]
    ask: Callable[..., list[Any]]


# In the order of streamlit-webrtc.
PROVIDERS = (
    Provider(
        "Cloudflare",
        ("CLOUDFLARE_TURN_KEY_ID", "CLOUDFLARE_TURN_KEY_API_TOKEN"),
        ask_cloudflare,
    ),
    Provider("Twilio", ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ask_twilio),
    # Not HF_TOKEN, which many machines have for other reasons: this one is sent to a third party.
    Provider("Hugging Face", ("HF_TURN_TOKEN",), ask_hugging_face),
)


@dataclass(frozen=True, slots=True)
class IceServers:
    """The servers for a connection.

    Attributes:
        for_browser: All of them.
        relay: The owner of the TURN server, which relays where no direct connection works; None without one.
    """

    for_browser: tuple[IceServer, ...]
    relay: str | None

    @property
    def stun_hosts(self) -> tuple[str, ...]:
        """The STUN servers' hosts: each tells the browser its public address, and so sees it."""
        urls = [url for server in self.for_browser for url in _urls_of(server)]
        addresses = [urlsplit(f"//{url.partition(':')[2]}") for url in urls if url.startswith("stun")]
        return tuple(dict.fromkeys(address.hostname or "" for address in addresses))

    @property
    def for_server(self) -> list[IceServer]:
        """The first STUN and the first TURN address: aiortc uses no more, and others can make it fail."""
        return _first_of(self.for_browser, "stun") + _first_of(self.for_browser, "turn")


def find_ice_servers(
    settings: Mapping[str, str],
    providers: Sequence[Provider] = PROVIDERS,
    clock: Callable[[], float] = time.time,
) -> IceServers:
    """The servers that the settings name: the owner's first, then a provider's, then a public STUN server.

    A provider gets its secret and answers with credentials that expire; visitors see only these.

    Args:
        settings: Settings by name, such as the environment.
        providers: The known providers.
        clock: Gives the time in seconds since 1970.

    Raises:
        IceError: A setting is wrong, or a provider does not answer.
    """
    stun = [{"urls": url} for url in _addresses(settings.get(STUN_URLS, _PUBLIC_STUN), "stun")]
    turn_urls = _addresses(settings.get(TURN_URLS, ""), "turn")
    if turn_urls:
        username, credential = _own_credentials(settings, clock)
        own = [{"urls": url, "username": username, "credential": credential} for url in turn_urls]
        return IceServers((*stun, *own), OWN_RELAY)
    for provider in providers:
        secrets = [settings.get(name, "") for name in provider.settings]
        if all(secrets):
            return IceServers((*stun, *_asked(provider, secrets)), provider.name)
        if any(secrets):
            raise IceError(f"{provider.name} needs all of these settings: {', '.join(provider.settings)}.")
    return IceServers(tuple(stun), None)


def _addresses(setting: str, scheme: str) -> list[str]:
    urls = [url.strip() for url in setting.split(",") if url.strip()]
    for url in urls:
        try:
            is_right = scheme_of(url).startswith(scheme)
        except ValueError:
            is_right = False
        if not is_right:
            raise IceError(f"{url} is not an address such as {scheme}:example.org:3478.")
    return urls


def _own_credentials(settings: Mapping[str, str], clock: Callable[[], float]) -> tuple[str, str]:
    secret = settings.get(TURN_SECRET)
    if secret:
        # "A REST API For Access To TURN Services" (Uberti, 2013), which coturn and others implement.
        username = str(round(clock()) + _CREDENTIAL_SECONDS)
        digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
        return username, base64.b64encode(digest).decode()
    own = settings.get(TURN_USERNAME, ""), settings.get(TURN_CREDENTIAL, "")
    if all(own):
        return own
    raise IceError(f"{TURN_URLS} needs {TURN_SECRET}, or {TURN_USERNAME} and {TURN_CREDENTIAL}.")


def _asked(provider: Provider, secrets: Sequence[str]) -> list[IceServer]:
    try:
        answer = provider.ask(*secrets)
    # Each provider's library has its own errors; all of them mean that there is no relay.
    except Exception as error:
        raise IceError(f"{provider.name} gave no TURN server; look at its settings.") from error
    return [_ice_server(server) for server in answer]


def _ice_server(server: Mapping[str, Any]) -> IceServer:
    """A server with only the keys that WebRTC knows: Twilio repeats `urls` as `url`."""
    return {key: server[key] for key in ("urls", "username", "credential") if server.get(key)}


def _first_of(servers: Sequence[IceServer], scheme: str) -> list[IceServer]:
    for server in servers:
        for url in _urls_of(server):
            if url.startswith(scheme):
                return [{**server, "urls": url}]
    return []


def _urls_of(server: IceServer) -> list[str]:
    return [server["urls"]] if isinstance(server["urls"], str) else server["urls"]
