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

# A cookie names the server that a visitor is with. One whose server does not answer comes to another.
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
    map $http_upgrade $connection_upgrade {{ default upgrade; "" close; }}
    {one_each}
    upstream any {{ least_conn; {servers} }}
    map $cookie_server $visited {{ default any; {cookies} }}
    map $upstream_addr $answered {{ "~([^ ,]+)$" $1; }}
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_request_buffering off;
    proxy_read_timeout 1h;
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 201m;
        add_header Set-Cookie "server=$answered; Path={prefix}/; HttpOnly; SameSite=Lax" always;
        {refused}
        location {prefix}/ {{
            rewrite ^{prefix}/(.*)$ /$1 break;
            proxy_pass http://$visited;
            error_page 502 504 = @any;
        }}
        location @any {{
            proxy_pass http://any;
        }}
    }}
}}
"""


@contextmanager
def running_proxy(ports: Sequence[int], prefix: str = "", refused: Sequence[str] = ()) -> Iterator[str]:
    """nginx before servers on this machine; gives the app's address.

    Args:
        ports: Where the servers listen.
        prefix: The path below which the app is, such as `/some/place`.
        refused: Paths of the app that are not passed on.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "nginx.conf")
        configuration.write_text(
            _CONFIGURATION.format(
                folder=folder,
                port=port,
                prefix=prefix,
                one_each=" ".join(f"upstream s{one} {{ server 127.0.0.1:{one}; }}" for one in ports),
                servers=" ".join(f"server 127.0.0.1:{one};" for one in ports),
                cookies=" ".join(f'"127.0.0.1:{one}" s{one};' for one in ports),
                refused=" ".join(f"location = {prefix}/{path} {{ return 404; }}" for path in refused),
            ),
            encoding="utf-8",
        )
        # As the user who runs it, whatever that is.
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
