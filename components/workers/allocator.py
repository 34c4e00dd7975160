"""glibc's allocator, on Linux: it keeps freed memory for itself, much of it for each thread."""

import ctypes
import os
import sys

# As in glibc's malloc.h.
_M_MMAP_THRESHOLD, _M_PERTURB, _M_ARENA_MAX = -3, -6, -8

# Any byte but 0, which would leave freed memory as it is.
_OVERWRITTEN = 0x5A

# Bytes from which an array gets memory of its own, which goes back as soon as it is freed. Larger than a
# frame of a stream, for which that would take time.
_LARGE = 4 * 1024 * 1024


def keep_little_freed_memory() -> None:
    """Let threads share two pools of freed memory, instead of one for each thread; call it early."""
    _call("mallopt", _M_ARENA_MAX, 2)
    _call("mallopt", _M_MMAP_THRESHOLD, _LARGE)


def overwrite_freed_memory() -> None:
    """Overwrite all that is freed from now on: of a photo that was deleted, nothing can be read any more.

    It takes 1 to 4 % more time for a frame of a stream, measured. Python's own small objects, of up to 512
    bytes, are not overwritten, such as a photo's name.
    """
    # Arrow, through which tables go, has an allocator of its own; read when it is imported.
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    _call("mallopt", _M_PERTURB, _OVERWRITTEN)


def trim_memory() -> None:
    """Give freed memory back to the system."""
    _call("malloc_trim", 0)


def _call(name: str, *numbers: int) -> None:
    if sys.platform == "linux":
        # Other C libraries, such as musl, have no such functions, and keep less.
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*numbers)
