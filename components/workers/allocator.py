"""glibc's allocator, on Linux: it keeps freed memory for itself, much of it for each thread."""

import ctypes
import sys

# As in glibc's malloc.h.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8

# Bytes from which an array gets memory of its own, which goes back as soon as it is freed. Larger than a
# frame of a stream, for which that would take time.
_LARGE = 4 * 1024 * 1024


def keep_little_freed_memory() -> None:
    """Let threads share two pools of freed memory, instead of one for each thread; call it early."""
    _call("mallopt", _M_ARENA_MAX, 2)
    _call("mallopt", _M_MMAP_THRESHOLD, _LARGE)


def trim_memory() -> None:
    """Give freed memory back to the system."""
    _call("malloc_trim", 0)


def _call(name: str, *numbers: int) -> None:
    if sys.platform == "linux":
        # Other C libraries, such as musl, have no such functions, and keep less.
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*numbers)
