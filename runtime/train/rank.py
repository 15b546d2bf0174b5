"""One of the processes that train together: ``python -m runtime.train.rank RUN_FOLDER ARGUMENTS``, started by torchrun.

The first one tells and keeps what a run of one process does; the others do their part of each batch.
"""

import faulthandler
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.train.launch import note
from runtime.train.told import Told
from runtime.train.warned import warned
from runtime.train.worker import explained, hear_no_more_of_workers, imported, work

LOOK = 0.2  # seconds between two looks for the process that watches


class First(Told):
    """The events of the first process; why it failed is left for the one that watches, who knows all of them."""

    def fail(self, node: str | None, message: str, **more: Any) -> None:
        """Leave word of why it failed."""
        with suppress(Exception):  # a device that failed gives no losses of the steps before
            self.flush()
        self.waiting.clear()
        note(self.folder, 0, node, message, **more)


def accompany(folder: Path, arguments: list[str], rank: int) -> int:
    """Do the part of a process beside the first one."""
    try:
        program = imported(folder / "program.py")
        with warned(folder, lambda node, message: None):  # the first one tells
            program.accompany(program.options_from(arguments))
    except (Exception, SystemExit) as error:
        hear_no_more_of_workers()
        traceback.print_exc()
        note(folder, rank, *explained(error, folder))
        return 1
    return 0


def end_with(parent: int) -> None:
    """End this process and its loader workers when the one that watches is gone, whose process group is another."""
    while os.getppid() == parent:
        time.sleep(LOOK)
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def main() -> int:
    """Train as torchrun says, which sets RANK."""
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    faulthandler.enable()
    folder, arguments, rank = Path(sys.argv[1]), sys.argv[2:], int(os.environ["RANK"])
    if rank:
        return accompany(folder, arguments, rank)
    code = work(folder, arguments, First(folder))
    if code == 0:
        from torch import distributed

        distributed.destroy_process_group()
    return code


if __name__ == "__main__":
    sys.exit(main())
