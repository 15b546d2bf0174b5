"""One of the processes that train together: ``python -m runtime.train.rank WATCHER RUN_FOLDER ARGUMENTS``.

Torchrun starts it, in the process of the number WATCHER. Whether that is there still is looked at before torch is
imported, which takes seconds.
"""

import faulthandler
import os
import signal
import sys
import threading
import time
from pathlib import Path

LOOK = 0.2  # seconds between two looks for the process that watches


def end_with(watcher: int) -> None:
    """End this process and its loader workers when the one that watches is gone, whose process group is another."""
    while os.getppid() == watcher:  # also where it was gone before we looked
        time.sleep(LOOK)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    """Train as torchrun says, which sets RANK, and end at once: torch takes down at length what is of no use then."""
    watcher, folder, *arguments = sys.argv[1:]
    if hasattr(os, "killpg"):  # Windows goes on naming a parent that is gone
        threading.Thread(target=end_with, args=(int(watcher),), daemon=True).start()
    faulthandler.enable()
    from runtime.train.taking_part import accompany, lead
    from runtime.train.worker import leave

    rank = int(os.environ["RANK"])
    leave(accompany(Path(folder), arguments, rank) if rank else lead(Path(folder), arguments))


if __name__ == "__main__":
    main()
