"""A relay between browser and server, on this machine."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.chromium import find_turnserver
from tests.browser.conftest import free_port

SECRET = "only for this test"  # noqa: S105


@dataclass(frozen=True)
class TurnServer:
    url: str
    log: Path

    def allocations(self) -> int:
        """How many relays it has given out so far."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("ALLOCATE processed, success")


@contextmanager
def running_turnserver(folder: Path) -> Iterator[TurnServer]:
    """A coturn that takes credentials made from a secret; stopped in the end."""
    program = find_turnserver()
    if program is None:
        pytest.fail("There is no coturn: run the tests with `make test`, which installs it.")
    port = free_port()
    log = folder / "turn.log"
    configuration = folder / "turn.conf"
    configuration.write_text(
        f"""
        listening-ip=127.0.0.1
        relay-ip=127.0.0.1
        listening-port={port}
        use-auth-secret
        static-auth-secret={SECRET}
        realm=visavis.test
        allow-loopback-peers
        no-tls
        no-dtls
        no-cli
        verbose
        simple-log
        log-file={log}
        userdb={folder / "turn.db"}
        pidfile={folder / "turn.pid"}
        """.replace("        ", ""),
        encoding="utf-8",
    )
    log.touch()
    process = subprocess.Popen(
        [program, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(1)
        assert process.poll() is None, "coturn did not start"
        yield TurnServer(f"turn:127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(timeout=30)
