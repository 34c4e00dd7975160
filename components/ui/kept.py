"""How much the server keeps for its visitors, and the limits of that."""

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import MappingProxyType
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st

from components.ui.memory import free_memory
from components.ui.streamlit_adapter import uploaded_bytes, visitor_id
from components.ui.text import megabytes
from components.workers.machine import this_machine
from components.workers.plan import Plan, plan_for
from components.workers.worker import TaskError

_KEY = "kept"


class Kept:
    """How many bytes a visitor's session keeps, by kind; uploads that Streamlit holds are not among them."""

    def __init__(self) -> None:
        self.by_kind: dict[str, int] = {}

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.by_kind.values())


class NoRoomError(TaskError):
    """The server keeps as much as it may; the text is one plain sentence for the visitor."""


@cache
def memory_plan() -> Plan:
    """How this machine is divided; it does not change while the server runs."""
    return plan_for(this_machine())


@st.cache_resource(show_spinner=False)
def _sessions() -> WeakValueDictionary[str, Kept]:
    """What each session keeps; a session that ends takes its own with it."""
    return WeakValueDictionary()


def note_kept(kind: str, content: object) -> None:
    """Note how much a visitor's session keeps of one kind."""
    kept: Kept = st.session_state.setdefault(_KEY, Kept())
    _sessions()[visitor_id()] = kept
    kept.by_kind[kind] = size_of(content)


def check_room(visitor: str, more: int, coming: Mapping[str, int] = MappingProxyType({})) -> None:
    """Check that a visitor may keep more.

    Args:
        visitor: As `visitor_id` gives it.
        more: Bytes.
        coming: Bytes that are about to be kept, by visitor.

    Raises:
        NoRoomError: This visitor, or all of them, would keep more than they may.
    """
    plan = memory_plan()
    if _kept_by_one(visitor) + coming.get(visitor, 0) + more > plan.kept_by_one:
        raise NoRoomError(
            f"Your photos and results fill the {megabytes(plan.kept_by_one)} that this server can keep for "
            "one visitor; remove some photos, then try again."
        )
    more_for_all = sum(coming.values()) + more
    if _kept_by_all() + more_for_all > plan.kept_by_all:
        # Sessions that ended may not be freed yet.
        free_memory()
    if _kept_by_all() + more_for_all > plan.kept_by_all:
        raise NoRoomError(
            "The server's memory is full of other visitors' photos; try again in a few minutes."
        )


def _kept_by_one(visitor: str) -> int:
    kept = _sessions().get(visitor)
    return uploaded_bytes().get(visitor, 0) + (kept.total if kept else 0)


def _kept_by_all() -> int:
    return sum(uploaded_bytes().values()) + sum(kept.total for kept in _sessions().values())


def size_of(content: object) -> int:
    """About how many bytes a result takes: a structure of bytes, texts, numbers, arrays and dataclasses."""
    match content:
        case np.ndarray():
            return content.nbytes
        case Mapping():
            return sum(size_of(key) + size_of(value) for key, value in content.items())
        case list() | tuple() | set() | frozenset():
            return sum(size_of(item) for item in content) + sys.getsizeof(content)
    if is_dataclass(content):
        return sum(size_of(getattr(content, field.name)) for field in fields(content))
    return sys.getsizeof(content)
