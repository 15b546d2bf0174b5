"""Training as one of several processes: the first one tells and keeps what a run of one process does.

The others do their part of each batch. Why one failed is left for the process that watches, which knows all of them.
"""

import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.train import joined
from runtime.train.deaths import deaths
from runtime.train.gives import Otherwise
from runtime.train.launch import note
from runtime.train.pieces.parting import leave_others
from runtime.train.told import Told
from runtime.train.warned import warned
from runtime.train.worker import explained, imported, prepared, work


class First(Told):
    """The events of the first process."""

    def fail(self, node: str | None, message: str, **more: Any) -> None:
        """Leave word of why it failed."""
        with suppress(Exception):  # a device that failed gives no losses of the steps before
            self.flush()
        self.waiting.clear()
        note(self.folder, 0, node, message, **more)


def lead(folder: Path, arguments: list[str]) -> int:
    """Train as the first process; returns the exit code."""
    code = work(folder, arguments, First(folder))
    if code == 0:
        leave_others()
    return code


def accompany(folder: Path, arguments: list[str], rank: int) -> int:
    """Do the part of a process beside the first one; returns the exit code."""
    try:
        program = imported(folder / "program.py")
        options = program.options_from(arguments)
        with warned(folder, lambda node, message: None), deaths():  # the first one tells
            run = prepared(program, options, folder)
            joined.watch(run, folder)  # whichever process has its first batch first tells
            for _ in program.with_others(run):
                pass
        leave_others()
    except Otherwise as error:
        note(folder, rank, error.node, str(error), **error.more)
        return 1
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        note(folder, rank, *explained(error, folder))
        return 1
    return 0
