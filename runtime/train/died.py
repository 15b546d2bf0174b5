"""What is said of a run whose process ended without a word."""

import json
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.check.failed import BY_HAND
from runtime.train.at_work import memory_short
from runtime.train.short import OUTSIDE, WHY
from runtime.train.standing import crashed_at, standing

TAKEN = "Nothing was trained: another process is training"
SHORTER = ", as where a file gets shorter while it is read", "Write such a file whole, and run again."
EXCEPTION = 0xC0000000  # from here on an exit code of Windows tells of one
EXCEPTIONS = {
    0xC0000005: "an access violation",
    0xC000001D: "an illegal instruction",
    0xC0000094: "a division by zero",
    0xC00000FD: "a stack overflow",
}
FROM_OUTSIDE = ("SIGKILL", "SIGTERM")  # signals that no crash sends
LITTLE = 2**20  # bytes; a disk with less room is full


def died(code: int | None, killed: bool, step: int, folder: Path, kept: str) -> dict[str, Any]:
    """The event of a process that ended, after which step, and what is there to go on from.

    `code` is its exit code, the negative number of a signal, or None where nobody knows; `killed` is whether we did it;
    `kept` is the last checkpoint told. It names the node where the process stood when it was asked last, or crashed.
    """
    after = f" after step {step}" if step else " before its first step"
    sent = _sent(code)
    why, todo = _cause(sent, folder)
    rest = _rest(folder, kept)
    onwards = "go on" if rest else "run again"
    crashed = not killed and sent not in FROM_OUTSIDE and (sent or code is None)
    node = crashed_at(folder) if crashed else None
    if killed:
        stood = standing(folder).node
        how, why, todo = f"{BY_HAND}{after}", f", at {stood}" if stood else "", ""
    elif node:
        by = f" ({sent})" if sent else ""
        how = f"what it calls crashed the training process{by}{after}"
        todo = todo or f"Mend that, and {onwards}."
    elif sent:
        how = f"The training process was ended by {sent}{after}"
    else:
        ended = "was ended" if code is None else f"ended with exit code {code}"
        how = f"The training process {ended}{after}"
    if full(folder):
        why, todo = ": the disk is full", f"Make room, and {onwards}."
    elif why == OUTSIDE:
        todo, rest = "" if rest else "Run again.", _rest(folder, kept, advised=True)
    advice = f" {todo}" if todo else ""
    return {"event": "failed", "node": node, "message": f"{how}{why}.{advice}{rest}"}


def _sent(code: int | None) -> str:
    """The signal that ended a process, or what Windows calls an exception; nothing where it ended by itself."""
    if code is None or 0 <= code < EXCEPTION:
        return ""
    return signal_name(-code) if code < 0 else EXCEPTIONS.get(code, f"the exception {code:#x}")


def _cause(sent: str, folder: Path) -> tuple[str, str]:
    """What is behind a signal most often, or for certain, and what to do."""
    if sent == "SIGKILL":
        why = WHY[memory_short(folder)]
        return why, "" if why == OUTSIDE else _less(folder)
    if sent == "SIGBUS" and sys.platform == "linux":  # elsewhere a wrong pointer is one too
        return SHORTER
    return "", ""


def _less(folder: Path) -> str:
    """What takes less memory in the graph of a run; nothing that is as small as it can be."""
    several = alone = False
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        nodes = json.loads((folder / "graph.json").read_text(encoding="utf-8"))["nodes"]
        own = (node.get("parameters", {}) for node in nodes.values() if node["type"] == "Collate")
        given: dict[str, Any] = next(own, {})
        several, alone = given.get("num_workers", 0) > 0, given.get("batch_size") == 1
    if alone:
        return "Make num_workers smaller." if several else "Make the model smaller."
    return f"Make the batch smaller{', or num_workers' if several else ''}."


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


def _rest(folder: Path, kept: str, advised: bool = False) -> str:
    """What is kept, and where; `advised` is whether to go on from it is all there is to do."""
    if not (folder / "checkpoint.pt").is_file():
        return ""
    what = f"checkpoint of {kept}" if kept else "last checkpoint"
    return f" {f'Go on from the {what}, which' if advised else f'The {what}'} is kept in {folder.resolve()}."
