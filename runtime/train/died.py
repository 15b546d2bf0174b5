"""What is said of a run whose process ended without a word."""

import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.check.failed import BY_HAND

TAKEN = "Nothing was trained: another process is training"
LITTLE = 2**20  # bytes; a disk with less room is full


def died(code: int | None, killed: bool, step: int, folder: Path, kept: str) -> str:
    """How a process ended, after which step, and what is there to go on from: `kept` is the last checkpoint told.

    `code` is its exit code, the negative number of a signal, or None where nobody knows; `killed` is whether we did it.
    """
    after = f" after step {step}" if step else " before its first step"
    if killed:
        how, why = f"{BY_HAND}{after}", ""
    elif code is None:
        how, why = f"The training process was ended{after}", ""
    elif code < 0:
        how = f"The training process was ended by {signal.Signals(-code).name}{after}"
        why = ", as the system does where memory is short" if signal.Signals(-code).name == "SIGKILL" else ""
    else:
        how, why = f"The training process ended with exit code {code}{after}", ""
    if full(folder):
        why = ": the disk is full"
    rest = _rest(folder, kept)
    if "disk" in why:
        todo = f" Make room, and {'go on' if rest else 'run again'}."
    else:
        todo = " Make the batch smaller, or num_workers." if "memory" in why else ""
    return f"{how}{why}.{todo}{rest}"


def full(folder: Path) -> bool:
    """Whether nothing can be written to a folder any more."""
    try:
        return shutil.disk_usage(folder).free < LITTLE
    except OSError:
        return False


def saved_at(event: Mapping[str, Any]) -> str:
    """The place of a checkpoint, by the event `saved`."""
    step = f", step {event['step']}" if "step" in event else ""
    return f"epoch {event.get('epoch')}{step}"


def _rest(folder: Path, kept: str) -> str:
    if not (folder / "checkpoint.pt").is_file():
        return ""
    return f" The {f'checkpoint of {kept}' if kept else 'last checkpoint'} is kept in {folder.resolve()}."
