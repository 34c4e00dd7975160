import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiortc import RTCIceServer
from aiortc.rtcicetransport import connection_kwargs

from pages.live.webcam.ice import OWN_RELAY, IceError, IceServers, Provider, find_ice_servers

OWN = {"TURN_URLS": "turn:relay.example:3478", "TURN_USERNAME": "guest", "TURN_CREDENTIAL": "pass"}

# Twilio's answer, shortened.
ANSWER = [
    {"url": "stun:global.example:3478", "urls": "stun:global.example:3478"},
    {"url": "turn:a", "urls": "turn:a.example:3478?transport=udp", "username": "u", "credential": "c"},
    {"urls": ["turn:b.example:3478?transport=tcp"], "username": "u", "credential": "c"},
]


def provider(answer: object = ANSWER) -> Provider:
    def ask(*secrets: str) -> Any:  # noqa: ANN401
        assert secrets == ("the id", "the token")
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Provider("Somebody", ("SOMEBODY_ID", "SOMEBODY_TOKEN"), ask)


SOMEBODY = {"SOMEBODY_ID": "the id", "SOMEBODY_TOKEN": "the token"}


def found(settings: Mapping[str, str], answer: object = ANSWER) -> IceServers:
    return find_ice_servers(settings, [provider(answer)], clock=lambda: 1_000_000.0)


def test_without_settings_there_is_a_public_stun_server_and_no_relay() -> None:
    servers = found({})
    assert servers.relay is None
    assert [server["urls"] for server in servers.for_browser] == ["stun:stun.l.google.com:19302"]


def test_an_empty_setting_means_none() -> None:
    assert found({"STUN_URLS": ""}) == IceServers((), None)


def test_who_sees_the_visitors_address() -> None:
    assert found({}).stun_hosts == ("stun.l.google.com",)
    assert found({"STUN_URLS": ""}).stun_hosts == ()
    two = "stun:one.example:3478, stuns:one.example, stun:two.example"
    assert found({"STUN_URLS": two, **OWN}).stun_hosts == ("one.example", "two.example")
    assert found(SOMEBODY | {"STUN_URLS": ""}).stun_hosts == ("global.example",)


def test_ones_own_turn_server() -> None:
    servers = found({"STUN_URLS": "", **OWN})
    assert servers.relay == OWN_RELAY
    assert servers.for_browser == (
        {"urls": "turn:relay.example:3478", "username": "guest", "credential": "pass"},
    )


def test_ones_own_secret_stays_here() -> None:
    servers = found({"TURN_URLS": "turn:relay.example", "TURN_SECRET": "very secret"})
    (_, turn) = servers.for_browser
    assert turn["username"] == "1007200", "two hours later"
    digest = hmac.new(b"very secret", b"1007200", hashlib.sha1).digest()
    assert turn["credential"] == base64.b64encode(digest).decode()
    assert "very secret" not in json.dumps(servers.for_browser)


def test_ones_own_comes_before_a_provider() -> None:
    assert found(OWN | SOMEBODY).relay == OWN_RELAY


def test_a_provider_is_asked_and_its_secret_stays_here() -> None:
    servers = found(SOMEBODY | {"STUN_URLS": ""})
    assert servers.relay == "Somebody"
    assert servers.for_browser == (
        {"urls": "stun:global.example:3478"},
        {"urls": "turn:a.example:3478?transport=udp", "username": "u", "credential": "c"},
        {"urls": ["turn:b.example:3478?transport=tcp"], "username": "u", "credential": "c"},
    )
    assert "the token" not in json.dumps(servers.for_browser)


@pytest.mark.parametrize("setting", ["SOMEBODY_ID", "SOMEBODY_TOKEN"])
def test_half_a_providers_settings_are_an_error(setting: str) -> None:
    with pytest.raises(IceError, match="Somebody needs all of these settings: SOMEBODY_ID, SOMEBODY_TOKEN"):
        found({setting: "the value"})


def test_a_provider_that_fails_is_an_error_without_its_secret() -> None:
    with pytest.raises(IceError) as refusal:
        found(SOMEBODY, RuntimeError("401 for the token"))
    assert str(refusal.value) == "Somebody gave no TURN server; look at its settings."


@pytest.mark.parametrize(
    "settings",
    [
        {"TURN_URLS": "relay.example:3478"},
        {"TURN_URLS": "http://relay.example"},
        {"TURN_URLS": "stun:relay.example"},
        {"STUN_URLS": "turn:relay.example"},
        {"STUN_URLS": "nonsense"},
        {"TURN_URLS": "turn:relay.example"},
        {"TURN_URLS": "turn:relay.example", "TURN_USERNAME": "guest"},
    ],
    ids=str,
)
def test_wrong_settings_are_named(settings: dict[str, str]) -> None:
    with pytest.raises(IceError) as refusal:
        found(settings)
    assert any(name in str(refusal.value) for name in [*settings.values(), *settings])


def test_the_server_gets_the_first_of_each_kind() -> None:
    many = {
        **OWN,
        "STUN_URLS": "stun:one.example, stun:two.example",
        "TURN_URLS": "turn:one.example?transport=tcp, turns:two.example",
    }
    servers = found(many)
    assert len(servers.for_browser) == 4
    assert [server["urls"] for server in servers.for_server] == [
        "stun:one.example",
        "turn:one.example?transport=tcp",
    ]
    used = connection_kwargs([RTCIceServer(**server) for server in servers.for_server])
    assert used["stun_server"] == ("one.example", 3478)
    assert used["turn_server"] == ("one.example", 3478)
    assert (used["turn_username"], used["turn_password"]) == ("guest", "pass")


def test_the_server_gets_one_address_of_a_list() -> None:
    servers = IceServers(({"urls": ["turn:a.example", "turn:b.example"], "username": "u"},), "Somebody")
    assert servers.for_server == [{"urls": "turn:a.example", "username": "u"}]
