"""Rehearse a host like Streamlit Community Cloud: `python -m tests.rehearsal.cloud`, as root on Debian.

Each form installs the app anew, as the host does, and lets a visitor use every page. What it prints is the
time to the first face, the memory of each part, and how live frames travelled.

Debian 11 has no Python that new, so a Debian 12 is made. pip and uv are told of Debian 11's C library, and
each wheel that they install is checked to run with it.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from components.live.clip import clip_frames
from components.mesh.model_file import SETTING, load_model
from tests.browser.chromium import camera_arguments, chromium_arguments, find_chromium
from tests.clips import write_video
from tests.compiled_requirements import find_uv
from tests.pictures import GRACE
from tests.rehearsal.host import FORCED, ROOT, Host, Limits, make_debian, needed_programs, running_host
from tests.rehearsal.proxy import running_proxy
from tests.rehearsal.visit import Visit, use_every_page

MEGABYTES = 690

# The version of Debian 11's C library.
_GLIBC = (2, 31)

# A module by which pip asks what a machine can run, before it looks for itself (PEP 600).
_MANYLINUX = f"def manylinux_compatible(major, minor, architecture): return (major, minor) <= {_GLIBC}\n"

# What the app adds to Streamlit's own routes.
_OWN_ROUTES = ("live-frames", "ready")

_PREFIX = "/some/place"

# More of the memory than this is no room to spare.
_MOST_SHARE = 0.9


@dataclass(frozen=True)
class Form:
    """A form of the rehearsal.

    Attributes:
        python: The Python's version.
        installer: What installs `requirements.txt`: pip, or uv beside `pyproject.toml`.
        cores: Processors, with fractions.
        own_routes: Whether the host passes routes on that are not Streamlit's.
    """

    python: str
    installer: str
    cores: float
    own_routes: bool = True


FORMS = (
    Form("3.12", "pip", 2),
    Form("3.12", "pip", 2, own_routes=False),
    Form("3.12", "pip", 0.5),
    Form("3.12", "pip", 0.1),
    Form("3.12", "uv", 2),
    Form("3.13", "pip", 2),
    Form("3.13", "uv", 2),
)


def find_python(version: str) -> Path:
    """The folder in which a Python is installed."""
    found = subprocess.run([find_uv(), "python", "find", "--system", version], capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"There is no Python {version} here.")
    return Path(found.stdout.strip()).resolve().parents[1]


def install(form: Form, folder: Path) -> tuple[Path, Path]:
    """The project with an environment as the host makes it, and where its Python is."""
    python = find_python(form.python)
    project = folder / f"{form.python}_{form.installer}"
    if not project.exists():
        project.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
        subprocess.run(["tar", "--extract"], cwd=project, input=archive.stdout, check=True)
        environment = project / ".venv"
        subprocess.run([python / "bin" / "python3", "-m", "venv", environment], check=True)
        requirements = ["install", "--quiet", "-r", "requirements.txt"]
        if form.installer == "pip":
            (packages,) = environment.glob("lib/python*/site-packages")
            (packages / "_manylinux.py").write_text(_MANYLINUX, encoding="utf-8")
            command = [environment / "bin" / "python", "-m", "pip", *requirements]
        else:
            platform = f"{os.uname().machine}-manylinux_{_GLIBC[0]}_{_GLIBC[1]}"
            command = [
                find_uv(),
                "pip",
                *requirements,
                "--python",
                environment,
                "--python-platform",
                platform,
            ]
        subprocess.run(command, cwd=project, check=True)
    return project, python


def too_new_wheels(environment: Path) -> list[str]:
    """The installed wheels that need a newer C library than Debian 11's."""
    return [
        file.parent.name
        for file in sorted(environment.glob("lib/python*/site-packages/*.dist-info/WHEEL"))
        if not _runs_with(_GLIBC, file.read_text(encoding="utf-8").splitlines())
    ]


def _runs_with(glibc: tuple[int, int], lines: Iterable[str]) -> bool:
    needed = list(_needed_glibc(lines))
    return min(needed, default=(0, 0)) <= glibc


def _needed_glibc(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The C libraries with which one of a wheel's tags says that it runs (PEP 600)."""
    old_names = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
    for line in lines:
        if line.startswith("Tag: "):
            if line.endswith("-any"):
                yield (0, 0)
            for major, minor in re.findall(r"manylinux_([0-9]+)_([0-9]+)_", line):
                yield (int(major), int(minor))
            yield from (version for name, version in old_names.items() if f"{name}_" in line)


def rehearse(form: Form, folder: Path, debian: Path, clip: Path) -> tuple[Host, Visit]:
    """Install the app in one form, and let a visitor use every page."""
    project, python = install(form, folder)
    if newer := too_new_wheels(project / ".venv"):
        sys.exit(f"Debian 11 cannot run {', '.join(newer)}.")
    # A browser behind a firewall that lets no UDP through.
    arguments = [*chromium_arguments(), *camera_arguments(clip)]
    arguments.append("--webrtc-ip-handling-policy=disable_non_proxied_udp")
    refused = () if form.own_routes else _OWN_ROUTES
    # Cloud's app downloads the mesh's model, for which this machine may have no way.
    model = project / "face_landmarker.task"
    model.write_bytes(load_model())
    settings = FORCED | {SETTING: str(model)}
    with (
        sync_playwright() as playwright,
        running_host(project, python, Limits(MEGABYTES, form.cores), debian, settings) as host,
        running_proxy([host.port], _PREFIX, refused) as address,
        playwright.chromium.launch(executable_path=find_chromium(), args=arguments) as browser,
    ):
        visit = use_every_page(browser.new_page(), address, max(1.0, 1.5 / form.cores), refused)
    return host, visit


def failures(form: Form, host: Host, visit: Visit) -> list[str]:
    """Why a form of the rehearsal is not passed, in words."""
    found = [f"console: {problem}" for problem in visit.problems]
    if host.memory.refused:
        found.append(f"{host.memory.refused} processes were ended for want of memory")
    if host.memory.together > _MOST_SHARE * MEGABYTES:
        found.append(f"{host.memory.together:.0f} MB leave no room to spare")
    # With a tenth of a core, the first answer over the WebSocket may come too late, and the page's is taken.
    possible = ["WebSocket"] * form.own_routes + ["Page"]
    wanted = possible[:1] if form.cores >= 0.5 else possible
    if visit.way not in wanted:
        found.append(f"live frames came by {visit.way or 'no way'} instead of {wanted[0]}")
    return found


def row(form: Form, host: Host, visit: Visit) -> str:
    """A line of the table of results."""
    megabytes = [host.memory.most.get(part, 0.0) for part in ("server", "workers")]
    cells = [
        form.python,
        form.installer,
        f"{form.cores:g}",
        f"{visit.first_face:.1f} s",
        f"{visit.photo:.1f} s",
    ]
    cells += [f"{taken:.0f} MB" for taken in (*megabytes, host.memory.together)]
    cells.append(f"{visit.way}, {visit.frames:.0f} a second")
    return f"| {' | '.join(cells)} |"


def main(forms: Iterable[Form]) -> int:
    """Rehearse these forms, print what was measured; 1 if one is not passed."""
    if missing := needed_programs():
        sys.exit(f"Missing: {', '.join(missing)}.")
    passed = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        debian, clip = folder / "debian", folder / "face.mjpeg"
        make_debian(debian)
        frames = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip_frames(GRACE)]
        with clip.open("wb") as file:
            write_video(file, frames[:100], "mjpeg", "mjpeg")
        print("| Python | by | cores | first face | 12 MP | server | workers | together | live |")
        print("|---|---|---|---|---|---|---|---|---|", flush=True)
        for form in forms:
            host, visit = rehearse(form, folder, debian, clip)
            print(row(form, host, visit), flush=True)
            for failure in failures(form, host, visit):
                passed = False
                print(f"  {failure}", flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int, nargs="*", help="numbers of forms, from 0")
    chosen = parser.parse_args().only
    sys.exit(main(FORMS if chosen is None else [FORMS[number] for number in chosen]))
