"""Whether training can go on from where a run ended, and for how many epochs; read from what the run has told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runtime.train.chain import back

Event = dict[str, Any]
ENDS = ("finished", "failed")


def begun(events: Sequence[Event]) -> Event:
    """The event with which a run, its last fold, or what it went on with began; nothing before it."""
    return next((event for event in reversed(events) if event["event"] == "started"), {})


def resumable(folder: Path | None, events: Sequence[Event]) -> bool:
    """Whether a run has ended and there is a checkpoint; after the last fold there is nothing left to do."""
    if not events or events[-1]["event"] not in ENDS:
        return False
    over = events[-1]["event"] == "finished" and not events[-1].get("stopped")
    return not (over and begun(events).get("folds")) and with_checkpoint(folder) is not None


def with_checkpoint(folder: Path | None) -> Path | None:
    """Where the checkpoint of a run is: one that ended before its first has that of the run that it went on from."""
    return next((each for each in back(folder) if (each / "checkpoint.pt").is_file()), None)


def epochs_done(events: Sequence[Event]) -> int:
    """How many whole epochs the last checkpoint has seen."""
    kept = next((event for event in reversed(events) if event["event"] == "saved"), {"epoch": 0})
    return int(kept["epoch"]) - ("step" in kept)


def epochs_left(events: Sequence[Event]) -> int:
    """How many of the epochs that a run was to do are left."""
    return max(int(begun(events).get("epochs") or 0) - epochs_done(events), 0)
