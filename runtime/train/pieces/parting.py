"""A piece of programs: how processes that trained together part."""

import time

from torch import distributed


def leave_others() -> None:
    """Part from the other processes, a moment after the last word.

    Threads of torch put away what they sent, for which they need Python. While one still
    does, an end of the group or of Python would hang or abort this process.
    """
    time.sleep(0.5)
    distributed.destroy_process_group()
