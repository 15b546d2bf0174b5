"""Who trains in a run folder: the process holds a file there which says who it is, and the system lets go of it."""

import json
import math
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from platform import node
from typing import IO

from runtime.lock import hold
from runtime.train.short import ended_by_system

FILE = "process.json"
OUTPUT = "output.txt"  # what runs in the folder print, and how they crashed
HELD: list[IO[str]] = []
PATIENCE = 2.0  # seconds; whoever looks holds the file for a moment too


@dataclass(frozen=True)
class Worker:
    """A process that trains, the process group that it and its loader workers are in, and its machine."""

    process: int
    group: int
    host: str

    @property
    def here(self) -> bool:
        """Whether it is of this machine: with another one's numbers a signal would reach a stranger."""
        return self.host == node()


def take(folder: Path) -> bool:
    """Hold a run folder until this process has ended; False where another one trains there.

    Loader workers that are copies of this process do not hold it: they may outlive us for some seconds.
    """
    file = (folder / FILE).open("a", encoding="utf-8")
    deadline = time.monotonic() + PATIENCE
    while not hold(file, unable=True):
        if time.monotonic() > deadline:
            file.close()
            return False
        time.sleep(0.02)
    file.truncate(0)
    group = os.getpgrp() if hasattr(os, "getpgrp") else os.getpid()
    output = folder / OUTPUT
    printed = output.stat().st_size if output.is_file() else 0  # by those before
    about = {"process": os.getpid(), "group": group, "host": node(), "printed": printed}
    file.write(json.dumps({**about, "ended_by_system": ended_by_system()}))
    file.flush()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=file.close)
    HELD.append(file)
    return True


class Elsewhere:
    """The process of a run that somebody else started, as if it were a `subprocess.Popen` of ours."""

    stdin = None  # nobody waits for what we say
    returncode: int | None = None  # a child of others does not tell how it ended

    def __init__(self, folder: Path, worker: Worker) -> None:
        self.folder, self.worker, self.pid, self.ended = folder, worker, worker.group, False

    def poll(self) -> int | None:
        """None while it is there: also where its folder is out of reach for a while, or was renamed."""
        self.ended = self.ended or _let_go(self.folder) or not _exists(self.worker.process)
        return 0 if self.ended else None

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended. Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + (math.inf if timeout is None else timeout)
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("a run", timeout or 0.0)
            time.sleep(0.02)
        return 0

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)  # systems without process groups know no other


def at_work(folder: Path) -> Worker | None:
    """Who trains in a run folder right now, this process itself left out; None where nobody does."""
    with suppress(OSError, ValueError, KeyError, TypeError), (folder / FILE).open("r+", encoding="utf-8") as file:
        if not hold(file, unable=True):
            about = json.load(file)
            return Worker(int(about["process"]), int(about["group"]), str(about["host"]))
    return None


def memory_short(folder: Path) -> bool | None:
    """Whether the system has ended a process for want of memory since the one of a run folder began there.

    None where nobody knows: the system counts none, the folder is of another machine, or of an older Torchweave.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        about, now = json.loads((folder / FILE).read_text(encoding="utf-8")), ended_by_system()
        if about["host"] == node() and now is not None:
            return now > int(about["ended_by_system"])
    return None


def _let_go(folder: Path) -> bool:
    """Whether it is seen that nobody holds a run folder any more."""
    with suppress(OSError), (folder / FILE).open("r+", encoding="utf-8") as file:
        return hold(file)
    return False


def _exists(process: int) -> bool:
    """Whether there is a process of this number; elsewhere than on Unix there is no asking."""
    if hasattr(os, "killpg"):
        with suppress(PermissionError):
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                return False
    return True


def gone(folder: Path) -> bool:
    """Whether a process of this machine trained in a run folder and does so no more."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        about = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return bool(about["host"] == node()) and at_work(folder) is None
    return False
