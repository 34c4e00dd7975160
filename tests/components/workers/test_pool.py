import threading
from collections.abc import Iterator

import pytest

from components.workers.machine import MEGABYTE
from components.workers.pool import Workers
from components.workers.worker import Limits
from tests import worker_tasks as tasks


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers(2, Limits(300 * MEGABYTE), tasks.prepare_nothing)
    yield workers
    workers.close()


def ignore(_number: float) -> None:
    """For tests that look at no progress."""


def test_visitors_get_processes_of_their_own_at_the_same_time(workers: Workers) -> None:
    first = workers.run("a", tasks.process_id, ignore, ignore)
    begun, go_on = threading.Event(), threading.Event()

    def wait(_share: float) -> None:
        begun.set()
        go_on.wait(30)

    busy = threading.Thread(target=workers.run, args=("a", tasks.sleep, ignore, wait, 0.5))
    busy.start()
    begun.wait(30)
    try:
        second = workers.run("b", tasks.process_id, ignore, ignore)
    finally:
        go_on.set()
        busy.join()
    assert second != first
    # When nobody else is there, the first one is enough.
    assert workers.run("b", tasks.process_id, ignore, ignore) == first


def test_a_new_process_knows_nothing_of_the_page_that_runs(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As Streamlit does while a page runs; other ways to start a process would run it again.
    import sys
    from types import ModuleType

    page = ModuleType("__main__")
    page.__file__ = "pages/menu.py"
    monkeypatch.setitem(sys.modules, "__main__", page)
    libraries = {"streamlit", "tensorflow", "pages.menu"}
    for _ in range(2):
        assert workers.run("a", tasks.imported, ignore, ignore, libraries) == set()
        with pytest.raises(Exception, match="more than once"):
            workers.run("a", tasks.die, ignore, ignore)
