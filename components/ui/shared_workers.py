"""The worker processes that all visitors share, and running a task in them for a visitor."""

import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from threading import Thread
from typing import Concatenate, ParamSpec, TypeVar

import streamlit as st

from components.tasks.detector import loaded_detector
from components.tasks.photos import look_at_nothing
from components.ui.kept import memory_plan
from components.ui.progress import Progress
from components.ui.streamlit_adapter import visitor_id
from components.workers.inside import Report
from components.workers.pool import Workers
from components.workers.turns import Turns
from components.workers.worker import Worker

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def _close(workers: Workers) -> None:
    workers.close()


@st.cache_resource(show_spinner=False, on_release=_close)
def _workers() -> Workers:
    plan = memory_plan()
    return Workers(plan.workers, plan.limits, loaded_detector)


@st.cache_resource(show_spinner=False)
def _trial() -> Future[None]:
    """A first task, whose end tells that photos can be analysed."""
    trial: Future[None] = Future()

    def run() -> None:
        try:
            trial.set_result(QuietWorkers("the server")(look_at_nothing))
        # Whatever it is, programs that ask whether the server is ready must learn it.
        except Exception as error:
            logging.getLogger(__name__).exception("The detector does not run")
            trial.set_exception(error)

    Thread(target=run, name="trial", daemon=True).start()
    return trial


def start_workers() -> None:
    """Start the first worker, which loads the networks; returns before it is ready."""
    _trial()


def can_analyse_photos() -> bool:
    """Whether the first worker has started and its detector has run."""
    trial = _trial()
    return trial.done() and trial.exception() is None


def forget_in_workers() -> None:
    """Leave nothing of what workers have opened in their memory."""
    _workers().forget()


def stop_workers() -> None:
    """End all worker processes."""
    _workers.clear()
    _trial.clear()


def in_worker(
    progress: Progress,
    task: Callable[Concatenate[Report, Arguments], Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """Run a task in a worker process for the visitor of this run of a page.

    The task ends when nobody waits for this run any more.

    Args:
        progress: Shows how far it is, and how many come first.
        task: A function from `components.tasks`.
        *args: The task's arguments after its report.
        **kwargs: The same by name.

    Raises:
        TaskError: The task took too long or too much memory, or brought its process down.
        Exception: What the task raised.
    """
    return _workers().run(visitor_id(), task, progress.wait, progress, *args, **kwargs)


@st.cache_resource(show_spinner=False)
def _turns_alone() -> Turns:
    return Turns(1)


def alone(
    progress: Progress,
    memory: int,
    task: Callable[Concatenate[Report, Arguments], Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """Run a task in a process of its own, which ends afterwards: one at a time for all visitors.

    Args:
        progress: Shows that it runs, and how many come first.
        memory: Bytes that the process may use.
        task: A function from `components.tasks`.
        *args: The task's arguments after its report.
        **kwargs: The same by name.

    Raises:
        TaskError: As for `in_worker`.
        Exception: What the task raised.
    """
    limits = replace(memory_plan().limits, memory=memory)
    with (
        _turns_alone().turn(visitor_id(), progress.wait),
        closing(Worker(limits, _nothing, tries=1)) as worker,
    ):
        return worker.run(task, progress, *args, **kwargs)


def _nothing() -> None:
    """For a task that loads what it needs itself."""


class QuietWorkers:
    """Runs tasks for a visitor outside the runs of a page, such as for downloads, and without progress."""

    def __init__(self, visitor: Hashable) -> None:
        self._visitor = visitor

    def __call__(
        self,
        task: Callable[Concatenate[Report, Arguments], Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Run a task, as `in_worker`."""
        return _workers().run(self._visitor, task, _ignore, _ignore, *args, **kwargs)


def quiet_workers() -> QuietWorkers:
    """What runs tasks for the visitor of this run of a page, also after the run has ended."""
    return QuietWorkers(visitor_id())


def _ignore(_number: float) -> None:
    """For tasks that show no progress."""
