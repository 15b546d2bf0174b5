"""Memory that is freed and asked for again: by whom, and when, is chance that a comparison had better do without."""

import ctypes
from contextlib import suppress

KEEPING = {-1: 2**30, -3: 2**25, -8: 1}  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX of glibc's mallopt


def keep_memory() -> None:
    """Let the allocator keep what is freed, for all threads that begin from now on."""
    with suppress(AttributeError, OSError):  # glibc alone has it
        for what, value in KEEPING.items():
            ctypes.CDLL(None).mallopt(what, value)
