"""What the browser tests run; `python -m tests.browser.chromium` installs what is missing.

That is Chromium, coturn for a relay between it and the server, and nginx for a proxy before servers.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# What it is called on Debian, Ubuntu, Fedora and Arch, and in Google's own packages.
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Playwright's driver is a Node.js that needs libatomic, which a minimal Debian lacks.
DEBIAN_PACKAGES = ("chromium", "libatomic1", "coturn", "nginx-light")


def find_chromium() -> str | None:
    """Path of the system's Chromium, else of the one Playwright has downloaded, else None."""
    for name in SYSTEM_NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find_turnserver() -> str | None:
    """Path of coturn's server, else None."""
    return shutil.which("turnserver")


def find_nginx() -> str | None:
    """Path of nginx, else None; Debian has it where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def chromium_arguments() -> list[str]:
    """What to start Chromium with."""
    # Otherwise it asks its maker for updates.
    arguments = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Its sandbox does not work for root, the usual user in a container.
        arguments.append("--no-sandbox")
    return arguments


def camera_arguments(clip: Path) -> list[str]:
    """What to start Chromium with so that it plays an MJPEG file as its camera, without asking permission."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    ]


def playwright_runs(*arguments: str) -> bool:
    """Whether Playwright's command line did what these arguments ask."""
    return subprocess.run([sys.executable, "-m", "playwright", *arguments], check=False).returncode == 0


def is_ready() -> bool:
    """Whether the browser tests can start."""
    return playwright_runs("--version") and find_chromium() is not None


def install_from_debian() -> None:
    """Install Debian's packages; whether that helped is seen afterwards."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "--quiet"], env=environment, check=False)
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *DEBIAN_PACKAGES]
    subprocess.run(command, env=environment, check=False)


if __name__ == "__main__":
    may_use_apt = shutil.which("apt-get") is not None and os.geteuid() == 0
    if not (is_ready() and find_turnserver() and find_nginx()) and may_use_apt:
        install_from_debian()
    if not is_ready() and not playwright_runs("install", "chromium"):
        sys.exit("The browser tests need Chromium and libatomic: install them from your system's packages.")
    for name, path in (("coturn", find_turnserver()), ("nginx", find_nginx())):
        if not path:
            sys.exit(f"The browser tests need {name}: install it from your system's packages.")
