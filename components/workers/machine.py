"""What this machine, or the container around it, really has: cores and memory.

Containers limit both by control groups, of which Linux has two versions; `os.cpu_count` and the machine's
memory know nothing of them. Other systems have no control groups: there, the machine's own numbers hold.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024

# Bytes; where the system tells no memory, as on Windows. Most machines have more.
_UNKNOWN_MEMORY = 4096 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Machine:
    """What processes may use together.

    Attributes:
        cores: Processors, with fractions, as containers have them.
        memory: Bytes.
    """

    cores: float
    memory: int


def this_machine() -> Machine:
    """The machine, or the container that this process is in."""
    return read_machine(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))


def read_machine(membership: Path, groups: Path) -> Machine:
    """The machine within the limits of the control groups that a process is in.

    Args:
        membership: The process's `/proc/.../cgroup`; need not exist.
        groups: Where the control groups are mounted, usually `/sys/fs/cgroup`.
    """
    cores, memory = float(_processors()), _physical_memory()
    for kind, group in _groups_of(membership, groups):
        # Version 2 has one file with quota and period, version 1 a file for each.
        quota, _, period = _text(group / "cpu.max").partition(" ")
        if kind == "cpu":
            quota, period = _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
        # "max" or -1 is no limit.
        if quota.isdecimal() and period.isdecimal() and int(period):
            cores = min(cores, int(quota) / int(period))
        limit = _text(group / ("memory.limit_in_bytes" if kind == "memory" else "memory.max"))
        if limit.isdecimal():
            memory = min(memory, int(limit))
    return Machine(cores, memory)


def _groups_of(membership: Path, groups: Path) -> Iterator[tuple[str, Path]]:
    """Each control group around the process, from the inside out, with its kind; version 2 has no kinds."""
    for line in _text(membership).splitlines():
        _, kinds, name = line.split(":", 2)
        for kind in kinds.split(","):
            # A container may see its own group as the root.
            group = groups / kind / name.lstrip("/")
            for folder in (group, *group.parents):
                yield kind, folder
                if folder == groups / kind:
                    break


def _processors() -> int:
    """The processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _physical_memory() -> int:
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return _UNKNOWN_MEMORY


def _text(file: Path) -> str:
    """A small file's text; empty where there is no such file, as on other systems."""
    return file.read_text(encoding="ascii").strip() if file.is_file() else ""
