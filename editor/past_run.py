"""What is known of a run that is over: its events, few enough to be shown at once, its graph and when it began."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.train.folder import parsed

MOST_STEPS = 4000  # more points than a screen is wide
STEP = b'"event": "step"'
SMALL = 1_000_000  # bytes of events that are read in less time than anybody notices


def small(folder: Path) -> bool:
    """Whether the events of a run are few enough to be read while the window waits."""
    size = 0
    for each in chain(folder):
        with suppress(OSError):
            size += (each / "events.jsonl").stat().st_size
    return size <= SMALL


def chain(folder: Path | None) -> list[Path]:
    """A run, and before it those that it went on from, as far as they are still there."""
    found: list[Path] = []
    while folder is not None and folder.is_dir() and folder not in found:
        found.insert(0, folder)
        folder = _before(folder)
    return found


def _before(folder: Path) -> Path | None:
    """The run that a run went on from."""
    try:
        arguments = json.loads((folder / "arguments.json").read_text(encoding="utf-8"))
        return Path(arguments[arguments.index("--resume") + 1])
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def past_graph(folder: Path | None) -> tuple[Graph | None, datetime | None]:
    """The graph that a run was of and when that was; nothing where its folder does not tell."""
    if folder is None:
        return None, None
    file = folder / "graph.json"
    try:
        return load(file.read_bytes()), datetime.fromtimestamp(file.stat().st_mtime)
    except (Refused, OSError):
        return None, None


def past_events(folder: Path | None) -> list[dict[str, Any]]:
    """The events of a run and of those that it went on from; no folder, no events."""
    return past_run(folder)[0]


def past_run(folder: Path | None) -> tuple[list[dict[str, Any]], int]:
    """The same, and the size of the run's own events in bytes: up to there its file has been read."""
    events, size = [], 0
    for each in chain(folder):
        found, size = _read(each)
        events += found
    return events, size


def _read(folder: Path) -> tuple[list[dict[str, Any]], int]:
    """The whole lines of a folder's events; of very many steps only every second, third, ... one."""
    try:
        whole, end, _ = (folder / "events.jsonl").read_bytes().rpartition(b"\n")
    except OSError:
        return [], 0
    lines = whole.split(b"\n")
    every = sum(STEP in line for line in lines) // MOST_STEPS + 1
    if every > 1:
        steps = -1
        kept = []
        for line in lines:
            if STEP in line:
                steps += 1
                if steps % every:
                    continue
            kept.append(line)
        lines = kept
    return parsed(b"\n".join(lines)), len(whole + end)
