import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from components.workers.inside import FIRST_SECONDS
from components.workers.machine import MEGABYTE
from components.workers.worker import Limits, TaskError, Worker
from tests import worker_tasks as tasks

LIMITS = Limits(memory=300 * MEGABYTE)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds processes to a memory limit")


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(LIMITS, tasks.prepare_nothing)
    yield worker
    worker.close()


def ignore(_share: float) -> None:
    """For tests that look at no progress."""


def test_a_task_runs_in_another_process_with_its_arguments(worker: Worker) -> None:
    assert worker.run(tasks.echo, ignore, {"a": b"1"}) == {"a": b"1"}
    assert worker.run(tasks.process_id, ignore) != os.getpid()


def test_the_process_stays_from_task_to_task(worker: Worker) -> None:
    assert len({worker.run(tasks.process_id, ignore) for _ in range(3)}) == 1


def test_what_a_task_raises_passes_through(worker: Worker) -> None:
    with pytest.raises(ValueError, match="too large"):
        worker.run(tasks.raise_value_error, ignore, "too large")
    with pytest.raises(OSError, match="own error"):
        worker.run(tasks.raise_os_error, ignore)
    assert worker.run(tasks.echo, ignore, 1) == 1


def test_progress_comes_while_the_task_runs(worker: Worker) -> None:
    shares: list[float] = []
    assert worker.run(tasks.count_to_ten, shares.append) == 10
    assert len(set(shares)) > 5
    assert shares == sorted(shares)
    # What was told last does not count for the next task.
    shares.clear()
    worker.run(tasks.sleep, shares.append, 0.3)
    assert set(shares) == {0.0}


@pytest.mark.parametrize("task", [tasks.run_for_good, tasks.stay_in_a_library, tasks.run_in_threads])
def test_a_task_ends_at_its_deadline_and_the_next_one_works(
    worker: Worker, task: Callable[..., None]
) -> None:
    worker.run(tasks.echo, ignore, 1)
    start = time.monotonic()
    with pytest.raises(TaskError, match="more than 1 seconds"):
        worker.run(task, ignore, 1.0)
    assert time.monotonic() - start < 30, "the task itself would go on for good"
    assert worker.run(tasks.echo, ignore, 2) == 2


def test_a_slow_machine_allows_more_time_but_no_more_computing() -> None:
    worker = Worker(Limits(LIMITS.memory, slowness=3.0), tasks.prepare_nothing)
    assert worker.run(tasks.sleep_allowed, ignore, 0.4, 3.0) == 3.0
    with pytest.raises(TaskError, match="more than 1 seconds"):
        worker.run(tasks.run_for_good, ignore, 1.0)
    worker.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such timer")
def test_each_task_may_compute_for_as_long(worker: Worker) -> None:
    # A limit on the process's computing since its start would be shorter each time, or longer.
    left = [worker.run(tasks.compute_and_tell_what_is_left, ignore, 0.5) for _ in range(3)]
    assert all(FIRST_SECONDS - 1.5 < seconds < FIRST_SECONDS for seconds in left)


class LeftError(BaseException):
    """Stands for the exception by which Streamlit ends a run of a page."""


@pytest.mark.parametrize("task", [tasks.run_for_good, tasks.stay_in_a_library])
def test_a_task_ends_when_nobody_waits_for_it(worker: Worker, task: Callable[..., None]) -> None:
    process = Path("/proc", str(worker.run(tasks.process_id, ignore)))

    def leave(_share: float) -> None:
        raise LeftError

    with pytest.raises(LeftError):
        worker.run(task, leave, 60.0)
    assert worker.run(tasks.echo, ignore, 1) == 1
    assert not process.exists()


@pytest.mark.parametrize("task", [tasks.die, tasks.abort])
def test_a_task_that_brings_its_process_down_twice_is_refused(
    worker: Worker, task: Callable[..., None]
) -> None:
    with pytest.raises(TaskError, match="more than once"):
        worker.run(task, ignore)
    assert worker.run(tasks.echo, ignore, 1) == 1


def test_a_task_is_tried_again_when_its_process_dies(worker: Worker, tmp_path: Path) -> None:
    assert worker.run(tasks.die_once, ignore, str(tmp_path / "marker")) == "done"


@on_linux
def test_memory_beyond_the_limit_is_refused_by_the_kernel(worker: Worker) -> None:
    with pytest.raises(TaskError, match="more memory"):
        worker.run(tasks.take_memory, ignore, 400)
    assert worker.run(tasks.take_memory, ignore, 100) == 100 * MEGABYTE


@on_linux
def test_freed_memory_goes_back_to_the_system(worker: Worker) -> None:
    def resident() -> int:
        status = Path(f"/proc/{worker.run(tasks.process_id, ignore)}/statm").read_text(encoding="ascii")
        return int(status.split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = resident()
    worker.run(tasks.take_memory, ignore, 150)
    assert resident() < before + 20 * MEGABYTE


@on_linux
def test_a_process_that_keeps_much_memory_is_replaced_after_its_task(worker: Worker) -> None:
    first = worker.run(tasks.process_id, ignore)
    worker.run(tasks.keep_memory, ignore, 20)
    assert worker.run(tasks.process_id, ignore) == first
    worker.run(tasks.keep_memory, ignore, 100)
    assert worker.run(tasks.process_id, ignore) != first


def test_a_process_that_died_while_it_had_nothing_to_do_is_replaced(worker: Worker) -> None:
    first = worker.run(tasks.process_id, ignore)
    os.kill(first, signal.SIGKILL)
    assert worker.run(tasks.process_id, ignore) != first


def test_a_worker_that_cannot_start_says_so_and_does_not_try_for_good() -> None:
    worker = Worker(LIMITS, tasks.fail_to_prepare)
    for _ in range(2):
        with pytest.raises(TaskError, match="cannot open files at the moment"):
            worker.run(tasks.echo, ignore, 1)
    worker.close()


@on_linux
@pytest.mark.parametrize("kills", [1, 2])
def test_results_are_right_whenever_the_process_is_killed(worker: Worker, kills: int) -> None:
    """Also while it takes a task, and while it sends a result, of which half may then be in the pipe."""
    chance = random.Random(kills)  # noqa: S311 - no secret
    begun = time.monotonic()
    # As long as a process needs to start and to give a large result, on this machine.
    worker.run(tasks.fill, ignore, 20_000_000, 0)
    span = time.monotonic() - begun
    killed: list[int] = []

    def kill() -> None:
        for _ in range(kills):
            time.sleep(chance.uniform(0, span))
            for pid in worker_processes():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    for _ in range(10):
        size, value = chance.choice([10, 100_000, 20_000_000]), chance.randrange(256)
        killer = threading.Thread(target=kill)
        killer.start()
        # Killed once, the task is tried again; only killed at both tries, it is refused.
        with suppress(TaskError) if kills == 2 else nullcontext():
            assert worker.run(tasks.fill, ignore, size, value) == bytes([value]) * size
        killer.join()
        # The last kill may have hit a process that had nothing more to do.
        if kills == 1:
            assert worker.run(tasks.echo, ignore, "still here") == "still here"
    assert len(killed) >= 10
    assert worker.run(tasks.echo, ignore, "still here") == "still here"


def worker_processes() -> list[int]:
    """The processes of this test's workers."""
    found = []
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in children.read_text(encoding="ascii").split():
            command = Path("/proc", pid, "cmdline")
            if command.exists() and b"pebble_pool_worker" in command.read_bytes():
                found.append(int(pid))
    return found


def test_a_worker_that_is_closed_ends_its_task_and_starts_no_other_process() -> None:
    worker = Worker(LIMITS, tasks.prepare_nothing)
    process = worker.run(tasks.process_id, ignore)
    closing = threading.Timer(0.5, worker.close)
    closing.start()
    with pytest.raises(TaskError):
        worker.run(tasks.sleep, ignore, 30.0)
    closing.join()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(TaskError):
        worker.run(tasks.echo, ignore, 1)


def test_an_idle_process_forgets_at_once_what_it_had(worker: Worker) -> None:
    before = worker.run(tasks.process_id, ignore)
    worker.forget()
    after = worker.run(tasks.process_id, ignore)
    assert after != before
    # Once only.
    assert worker.run(tasks.process_id, ignore) == after


def test_a_process_that_had_nothing_stays(worker: Worker) -> None:
    worker.run(tasks.echo, ignore, 1)
    worker.forget()
    replacement = worker._pool
    worker.forget()
    assert worker._pool is replacement


def test_a_busy_process_forgets_after_its_task(worker: Worker) -> None:
    def forget_meanwhile(_share: float) -> None:
        worker.forget()

    before = worker._pool
    assert worker.run(tasks.sleep, forget_meanwhile, 0.5) == 0.5
    assert worker._pool is not before
    assert worker.run(tasks.echo, ignore, 2) == 2


def test_a_process_may_forget_whenever_it_likes(worker: Worker) -> None:
    forgetting = threading.Thread(target=lambda: [worker.forget() or time.sleep(0.05) for _ in range(60)])
    forgetting.start()
    for number in range(40):
        assert worker.run(tasks.echo, ignore, number) == number
    forgetting.join()
