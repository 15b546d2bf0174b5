"""The way back to a run: a file `control` in its folder, which says stop, pause or go, or that it was killed."""

import os
import time
from contextlib import suppress
from pathlib import Path

FILE = "control"
STOP, PAUSE, GO = "stop", "pause", "go"
KILLED = "killed"  # for whoever else follows the run, and would wonder
LOOK = 0.1  # seconds between two looks while a run stands still
FRESH = 30.0  # seconds after which it says that it still does


def ask(folder: Path, word: str) -> None:
    """Ask the run of a folder to stop, to pause or to go on; it looks when it tells its next step. Raises OSError."""
    new = folder / f"{FILE}.new"
    new.write_text(f"{word}\n", encoding="utf-8")
    os.replace(new, folder / FILE)  # a window that waited for the disk would stand still


def asked(control: Path) -> str:
    """What a run was asked last, in its control file; empty where nobody asked anything."""
    if not os.path.exists(control):  # as most of the time
        return ""
    with suppress(OSError):
        return control.read_text(encoding="utf-8").strip()
    return ""


def wait(control: Path, told: Path) -> None:
    """Stand still until a run is asked for something else than to pause.

    What it has `told` stays fresh: nothing else says on another machine that it has not broken off.
    """
    due = time.monotonic()
    while asked(control) == PAUSE:
        if time.monotonic() >= due:
            due += FRESH
            with suppress(OSError):  # a drive that is away for a moment
                os.utime(told)
        time.sleep(LOOK)
