import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.workers.machine import MEGABYTE, Machine
from components.workers.plan import (
    LEAST_WORKER_MEMORY,
    MOST_WORKER_MEMORY,
    SERVER_MEMORY,
    plan_for,
)

# What Streamlit Community Cloud guarantees.
CLOUD = 690


@pytest.mark.parametrize(
    ("cores", "megabytes", "workers"),
    [(2.0, CLOUD, 1), (0.1, CLOUD, 1), (2.0, 1400, 1), (2.0, 4000, 2), (64.0, 64_000, 4)],
)
def test_there_are_as_many_workers_as_fit(cores: float, megabytes: int, workers: int) -> None:
    assert plan_for(Machine(cores, megabytes * MEGABYTE)).workers == workers


@given(st.floats(0.05, 128), st.integers(CLOUD, 500_000))
def test_all_parts_together_are_no_more_than_the_machine(cores: float, megabytes: int) -> None:
    plan = plan_for(Machine(cores, megabytes * MEGABYTE))
    parts = SERVER_MEMORY + plan.kept_by_all + plan.workers * plan.limits.memory
    assert parts <= megabytes * MEGABYTE
    assert LEAST_WORKER_MEMORY <= plan.limits.memory <= MOST_WORKER_MEMORY
    assert 0 < plan.kept_by_one <= plan.kept_by_all * 2 / 3
    assert plan.limits.slowness == max(1 / cores, 1)


def test_a_machine_with_less_memory_than_needed_still_gets_a_worker() -> None:
    plan = plan_for(Machine(1.0, 256 * MEGABYTE))
    assert (plan.workers, plan.limits.memory) == (1, LEAST_WORKER_MEMORY)
