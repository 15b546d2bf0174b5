"""What is said of a run whose process ended without a word."""

import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.check.failed import BY_HAND
from runtime.train.standing import crashed_at, standing

TAKEN = "Nothing was trained: another process is training"
CAUSES = {  # of signals: what is behind them most often, and what to do
    "SIGKILL": (", as the system does where memory is short", "Make the batch smaller, or num_workers."),
    "SIGBUS": (", as where a file gets shorter while it is read", "Write such a file whole, and run again."),
}
FROM_OUTSIDE = ("SIGKILL", "SIGTERM")  # signals that no crash sends
LITTLE = 2**20  # bytes; a disk with less room is full


def died(code: int | None, killed: bool, step: int, folder: Path, kept: str) -> dict[str, Any]:
    """The event of a process that ended, after which step, and what is there to go on from.

    `code` is its exit code, the negative number of a signal, or None where nobody knows; `killed` is whether we did it;
    `kept` is the last checkpoint told. It names the node where the process stood when it was asked last, or crashed.
    """
    after = f" after step {step}" if step else " before its first step"
    sent = signal_name(-code) if code is not None and code < 0 else ""
    why, todo = CAUSES.get(sent, ("", ""))
    rest = _rest(folder, kept)
    onwards = "go on" if rest else "run again"
    crashed = not killed and sent not in FROM_OUTSIDE and (sent or code is None)
    node = crashed_at(folder) if crashed else None
    if killed:
        stood = standing(folder).node
        how, why, todo = f"{BY_HAND}{after}", f", at {stood}" if stood else "", ""
    elif node:
        how = f"what it calls crashed the training process{f' ({sent})' * bool(sent)}{after}"
        todo = todo or f"Mend that, and {onwards}."
    else:
        ended = f"ended with exit code {code}" if code is not None and code >= 0 else "was ended"
        how = f"The training process {ended}{f' by {sent}' * bool(sent)}{after}"
    if full(folder):
        why, todo = ": the disk is full", f"Make room, and {onwards}."
    return {"event": "failed", "node": node, "message": f"{how}{why}.{f' {todo}' * bool(todo)}{rest}"}


def signal_name(number: int) -> str:
    """What the system calls a signal; some have numbers alone."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


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
