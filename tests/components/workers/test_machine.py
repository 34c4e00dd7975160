import os
from pathlib import Path

import pytest

from components.workers import machine
from components.workers.machine import MEGABYTE, Machine, read_machine, this_machine

WHOLE = Machine(cores=8.0, memory=16_000 * MEGABYTE)


@pytest.fixture(autouse=True)
def _a_machine_of_known_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_processors", lambda: 8)
    monkeypatch.setattr(machine, "_physical_memory", lambda: WHOLE.memory)


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="ascii")
    return folder


def found(folder: Path, membership: str, files: dict[str, str]) -> Machine:
    written(folder, {"self": membership})
    return read_machine(folder / "self", written(folder / "groups", files))


def test_without_control_groups_it_is_the_whole_machine(tmp_path: Path) -> None:
    assert read_machine(tmp_path / "none", tmp_path / "none") == WHOLE


def test_version_2_in_a_container_that_sees_its_own_group_as_the_root(tmp_path: Path) -> None:
    files = {"cpu.max": "50000 100000", "memory.max": str(690 * MEGABYTE)}
    assert found(tmp_path, "0::/", files) == Machine(0.5, 690 * MEGABYTE)


def test_version_2_on_the_host_where_a_group_further_out_is_the_smallest(tmp_path: Path) -> None:
    files = {
        "pods/cpu.max": "max 100000",
        "pods/memory.max": str(500 * MEGABYTE),
        "pods/one/cpu.max": "300000 100000",
        "pods/one/memory.max": "max",
    }
    assert found(tmp_path, "0::/pods/one", files) == Machine(3.0, 500 * MEGABYTE)


def test_version_1_with_a_folder_for_each_kind(tmp_path: Path) -> None:
    files = {
        "cpu/shop/cpu.cfs_quota_us": "150000",
        "cpu/shop/cpu.cfs_period_us": "100000",
        "memory/shop/memory.limit_in_bytes": str(1000 * MEGABYTE),
    }
    membership = "5:memory:/shop\n4:cpu,cpuacct:/shop\n0::/"
    assert found(tmp_path, membership, files) == Machine(1.5, 1000 * MEGABYTE)


def test_version_1_without_limits(tmp_path: Path) -> None:
    files = {
        "cpu/cpu.cfs_quota_us": "-1",
        "cpu/cpu.cfs_period_us": "100000",
        # What the kernel writes for no limit.
        "memory/memory.limit_in_bytes": "9223372036854771712",
    }
    assert found(tmp_path, "5:memory:/\n4:cpu:/", files) == WHOLE


def test_this_machine_has_cores_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    here = this_machine()
    assert 0 < here.cores <= len(os.sched_getaffinity(0))
    assert here.memory > 100 * MEGABYTE
