"""How a machine's memory and cores are divided: the server, what visitors keep, and worker processes."""

from dataclasses import dataclass

from components.workers.machine import MEGABYTE, Machine
from components.workers.worker import Limits

# Bytes. What the server takes with all pages and a few streams, measured.
SERVER_MEMORY = 270 * MEGABYTE

# What visitors may keep, files and results together: this share of the memory, and this much for all of them
# and for one at most. One visitor leaves a third of it to others.
_KEPT_SHARE = 0.1
_MOST_KEPT, _MOST_KEPT_BY_ONE = 2000 * MEGABYTE, 700 * MEGABYTE

# What a worker process has at least and at most. Measured, 24 megapixels fit into the least, 50 into the
# most.
LEAST_WORKER_MEMORY, MOST_WORKER_MEMORY = 340 * MEGABYTE, 900 * MEGABYTE

# More would only share the cores, which one picture can keep busy.
_MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be used of a machine.

    Attributes:
        workers: How many worker processes there may be.
        limits: What each of them may use.
        kept_by_all: Bytes that all visitors together may keep.
        kept_by_one: Bytes that one visitor may keep.
    """

    workers: int
    limits: Limits
    kept_by_all: int
    kept_by_one: int


def plan_for(machine: Machine) -> Plan:
    """Divide a machine; where there is little, one worker process has to do."""
    kept = min(int(machine.memory * _KEPT_SHARE), _MOST_KEPT)
    room = machine.memory - SERVER_MEMORY - kept
    workers = max(min(int(machine.cores), room // MOST_WORKER_MEMORY, _MOST_WORKERS), 1)
    memory = min(max(room // workers, LEAST_WORKER_MEMORY), MOST_WORKER_MEMORY)
    return Plan(
        workers=workers,
        limits=Limits(memory, slowness=max(1 / machine.cores, 1.0)),
        kept_by_all=kept,
        kept_by_one=min(kept * 2 // 3, _MOST_KEPT_BY_ONE),
    )
