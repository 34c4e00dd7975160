import gc
import weakref
from collections.abc import Iterator

import pytest

from components.ui.memory import free_memory


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


class Circle:
    """Refers to itself, as a visitor's session does."""

    def __init__(self) -> None:
        self.itself = self


def test_what_left_in_a_circle_is_freed_also_when_it_was_there_the_last_time() -> None:
    there, gone = Circle(), Circle()
    left_before = weakref.ref(gone)
    del gone
    free_memory()
    assert left_before() is None
    leaves_later = weakref.ref(there)
    assert leaves_later() is not None
    del there
    gc.collect()
    assert leaves_later() is not None, "this test would not notice"
    free_memory()
    assert leaves_later() is None


def test_what_stays_is_out_of_the_collectors_sight() -> None:
    before = len(gc.get_objects())
    free_memory()
    assert gc.get_freeze_count() > 0.9 * before
    assert len(gc.get_objects()) < 0.1 * before
