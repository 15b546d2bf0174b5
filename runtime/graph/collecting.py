"""Python's search for garbage, paused where much is made that stays: it would look at all of it again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_paused: list[bool] = []  # for each who pauses it now, whether it was on; threads end in any order


@contextmanager
def not_collecting() -> Iterator[None]:
    """Look for no garbage within, in any thread; what nobody refers to any more is freed at once all the same."""
    with _lock:
        _paused.append(gc.isenabled() or any(_paused))
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            before = _paused.pop()
            if before and not _paused:
                gc.enable()
