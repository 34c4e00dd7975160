"""nginx in front of one server or several, as a host or a school has it."""

import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError

from tests.browser.chromium import find_nginx
from tests.browser.conftest import free_port

ROOT = Path(__file__).parents[2]

# Around what SHARING.md says, so that nginx runs as whoever runs it and writes into a folder of its own.
_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {documented}
}}
"""


def documented_configuration(port: int, ports: Sequence[int], prefix: str, refused: Sequence[str]) -> str:
    """nginx's configuration in SHARING.md, with other addresses and, if wanted, a prefix.

    Args:
        port: Where nginx listens.
        ports: Where one server listens, or two.
        prefix: The path below which the app is.
        refused: Paths of the app that are not passed on.
    """
    text = (ROOT / "SHARING.md").read_text(encoding="utf-8")
    text = text.partition("```nginx\n")[2].partition("```")[0]
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    text = text.replace("10.0.0.1:8501", f"127.0.0.1:{ports[0]}").replace("Path=/;", f"Path={prefix}/;")
    if len(ports) == 1:
        text = text.replace('"10.0.0.2:8501" two;', "")
    text = text.replace("10.0.0.2:8501", f"127.0.0.1:{ports[-1]}")
    locations = "".join(f"location = {prefix}/{path} {{ return 404; }} " for path in refused)
    below = f"{locations}location {prefix}/ {{ rewrite ^{prefix}/(.*)$ /$1 break;"
    return text.replace("location / {", below)


@contextmanager
def running_proxy(ports: Sequence[int], prefix: str = "", refused: Sequence[str] = ()) -> Iterator[str]:
    """nginx before one server or two on this machine, as SHARING.md sets it up; gives the app's address.

    Args:
        ports: Where the servers listen.
        prefix: The path below which the app is, such as `/some/place`.
        refused: Paths of the app that are not passed on.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "nginx.conf")
        documented = documented_configuration(port, ports, prefix, refused)
        configuration.write_text(
            _CONFIGURATION.format(folder=folder, documented=documented), encoding="utf-8"
        )
        command = [
            find_nginx() or "nginx",
            "-c",
            str(configuration),
            "-p",
            folder,
            "-e",
            f"{folder}/error.log",
        ]
        nginx = subprocess.Popen(command)
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}{prefix}"
        finally:
            nginx.terminate()
            nginx.wait(timeout=10)


def _wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            urllib.request.urlopen(address, timeout=30).close()  # noqa: S310 - our own proxy
        except HTTPError:
            return
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
