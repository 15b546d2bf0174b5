"""A piece of programs: how processes that trained together part."""

import time

from torch import distributed


def wait_for_threads() -> None:
    """Let threads of torch put away what they sent, for which they need Python.

    While one still does, an end of the group or of Python would hang or abort this process.
    """
    if distributed.is_initialized():
        time.sleep(0.5)


def leave_others() -> None:
    """Part from the other processes, a moment after the last word."""
    wait_for_threads()
    distributed.destroy_process_group()
