"""A host like Streamlit Community Cloud: a minimal Debian, little memory, a share of the cores."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from urllib.error import URLError

from tests.browser.conftest import free_port

ROOT = Path(__file__).parents[2]

MEGABYTE = 1024 * 1024

# What Cloud sets over the repository's own configuration, from its documentation.
FORCED = {
    "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "false",
    "STREAMLIT_RUNNER_FAST_RERUNS": "true",
    "STREAMLIT_SERVER_RUN_ON_SAVE": "true",
    "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "true",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true",
}

# The libraries that a Python built from source needs; Cloud brings its own Python.
_FOR_PYTHON = "libssl3,libffi8,libsqlite3-0,zlib1g,libbz2-1.0,liblzma5,libreadline8,libncursesw6,libuuid1"

_GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Limits:
    """What the host gives.

    Attributes:
        megabytes: Memory, without swap.
        cores: Processors, with fractions.
    """

    megabytes: int
    cores: float


def make_debian(folder: Path) -> None:
    """Make a Debian with nothing but `packages.txt` and what a Python needs."""
    packages = ",".join((ROOT / "packages.txt").read_text(encoding="utf-8").split())
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"],
        capture_output=True,
        text=True,
        check=True,
    )
    mirror, release = listed.stdout.splitlines()[0].split()
    command = ["debootstrap", "--variant=minbase", f"--include={packages},{_FOR_PYTHON}"]
    subprocess.run([*command, release, str(folder), mirror], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def control_groups(limits: Limits) -> Iterator[list[Path]]:
    """Control groups (version 1) with these limits; processes enter by writing to their `cgroup.procs`."""
    name = f"visavis{os.getpid()}"
    memory, cpu = _GROUPS / "memory" / name, _GROUPS / "cpu" / name
    if not memory.parent.is_dir():
        sys.exit("The rehearsal needs control groups of version 1, mounted and writable.")
    memory.mkdir()
    cpu.mkdir()
    try:
        bytes_ = str(limits.megabytes * MEGABYTE)
        (memory / "memory.limit_in_bytes").write_text(bytes_, encoding="ascii")
        # With swap; only where the kernel counts it.
        with suppress(FileNotFoundError):
            (memory / "memory.memsw.limit_in_bytes").write_text(bytes_, encoding="ascii")
        (cpu / "cpu.cfs_period_us").write_text("100000", encoding="ascii")
        (cpu / "cpu.cfs_quota_us").write_text(str(round(limits.cores * 100_000)), encoding="ascii")
        yield [memory, cpu]
    finally:
        for group in (memory, cpu):
            _wait_until_empty(group)
            group.rmdir()


def _wait_until_empty(group: Path) -> None:
    deadline = time.monotonic() + 20
    while pids := (group / "cgroup.procs").read_text(encoding="ascii").split():
        if time.monotonic() > deadline:
            sys.exit(f"{len(pids)} processes do not end.")
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.2)


@dataclass
class Memory:
    """The most memory of each part, in megabytes, of what is not shared with other processes.

    Attributes:
        most: By part.
        together: Of all at the same moment.
        refused: How often the limit was reached.
    """

    most: dict[str, float] = field(default_factory=dict)
    together: float = 0.0
    refused: int = 0


@dataclass(frozen=True)
class Host:
    """A server that runs on such a host.

    Attributes:
        port: Where it listens.
        memory: What it has taken so far.
        log: What it has said.
    """

    port: int
    memory: Memory
    log: Path


@contextmanager
def running_host(
    project: Path,
    python: Path,
    limits: Limits,
    debian: Path | None = None,
    settings: Mapping[str, str] = FORCED,
) -> Iterator[Host]:
    """The app, started by `streamlit run streamlit_app.py`; it is stopped in the end.

    Args:
        project: The project's folder, with an environment in `.venv`.
        python: Where the environment's Python is installed.
        limits: What the host gives.
        debian: The folder of a Debian in which it runs; None for this machine's own.
        settings: Environment variables.
    """
    port = free_port()
    command = [str(project / ".venv" / "bin" / "streamlit"), "run", "streamlit_app.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    if debian is not None:
        command = _inside(debian, [project, python], project, command)
    log = Path(tempfile.mkdtemp()) / "log"
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        **settings,
    }
    with control_groups(limits) as groups, log.open("wb") as output:

        def enter() -> None:
            for group in groups:
                (group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")

        server = subprocess.Popen(
            command,
            cwd=project,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=enter,
        )
        memory, ended = Memory(), Event()
        watch = Thread(target=_keep_watching, args=(groups[0], memory, ended), daemon=True)
        watch.start()
        try:
            _wait_until_healthy(port, server, log)
            yield Host(port, memory, log)
        finally:
            ended.set()
            watch.join()
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=60)


def _inside(debian: Path, shown: list[Path], folder: Path, command: list[str]) -> list[str]:
    """A command that runs in another Debian, which sees some of this machine's folders."""
    steps = []
    for path in (*shown, Path("/dev"), Path("/proc"), Path("/sys")):
        place = debian / str(path).lstrip("/")
        place.mkdir(parents=True, exist_ok=True)
        steps.append(f"mount --rbind {shlex.quote(str(path))} {shlex.quote(str(place))}")
    # Not Debian's own chroot, which would change to the root folder.
    steps.append(
        shlex.join(
            [
                "exec",
                "chroot",
                str(debian),
                "sh",
                "-c",
                f"cd {shlex.quote(str(folder))} && exec {shlex.join(command)}",
            ]
        )
    )
    # The mounts end with the process.
    return ["unshare", "--mount", "sh", "-c", " && ".join(steps)]


def _wait_until_healthy(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=20):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    sys.exit(f"The server did not start:\n{log.read_text(encoding='utf-8')[-4000:]}")


def _keep_watching(group: Path, memory: Memory, ended: Event) -> None:
    while not ended.wait(0.5):
        now: dict[str, float] = {}
        for pid in (group / "cgroup.procs").read_text(encoding="ascii").split():
            # A process that has ended since it was listed.
            with suppress(FileNotFoundError, ProcessLookupError):
                part = _part(Path("/proc", pid, "cmdline").read_bytes())
                now[part] = now.get(part, 0.0) + _own_megabytes(Path("/proc", pid, "smaps_rollup"))
        for part, taken in now.items():
            memory.most[part] = max(memory.most.get(part, 0.0), taken)
        memory.together = max(memory.together, sum(now.values()))
        under = (group / "memory.oom_control").read_text(encoding="ascii")
        memory.refused = max(
            memory.refused, int(dict(line.split() for line in under.splitlines()).get("oom_kill", 0))
        )


def _part(command_line: bytes) -> str:
    if b"pebble" in command_line or b"loky.backend.popen" in command_line:
        return "workers"
    return "helpers" if b"resource" in command_line else "server"


def _own_megabytes(rollup: Path) -> float:
    lines = rollup.read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def needed_programs() -> list[str]:
    """The programs that are missing here."""
    return [name for name in ("debootstrap", "nginx", "unshare", "chroot") if shutil.which(name) is None]
