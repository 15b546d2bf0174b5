"""The way back to a run: a file `control` in its folder, which says stop, pause or go."""

import os
import time
from contextlib import suppress
from pathlib import Path

from runtime.graph.save import write_whole

FILE = "control"
STOP, PAUSE, GO = "stop", "pause", "go"
LOOK = 0.1  # seconds between two looks while a run stands still


def ask(folder: Path, word: str) -> None:
    """Ask the run of a folder to stop, to pause or to go on; it looks at its next step. Raises OSError."""
    write_whole(folder / FILE, f"{word}\n".encode())


def asked(control: Path) -> str:
    """What a run was asked last, in its control file; empty where nobody asked anything."""
    if not os.path.exists(control):  # as after every step of most runs
        return ""
    with suppress(OSError):
        return control.read_text(encoding="utf-8").strip()
    return ""


def wait(control: Path) -> None:
    """Stand still until a run is asked for something else than to pause."""
    while asked(control) == PAUSE:
        time.sleep(LOOK)
