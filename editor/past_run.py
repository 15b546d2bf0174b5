"""What is known of a run that is over: its events, few enough to be shown at once, its graph and when it began."""

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
    try:
        return (folder / "events.jsonl").stat().st_size <= SMALL
    except OSError:
        return True


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
    """The events of a run folder; of very many steps only every second, third, ... one. No folder, no events."""
    return read_past(folder)[0] if folder else []


def read_past(folder: Path) -> tuple[list[dict[str, Any]], int]:
    """The same, and how many bytes they are: a last line that is cut off is left for later."""
    try:
        data = (folder / "events.jsonl").read_bytes()
    except OSError:
        return [], 0
    size = data.rfind(b"\n") + 1
    size = len(data) if parsed(data[size:]) else size
    lines = data[:size].split(b"\n")
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
    return parsed(b"\n".join(lines)), size
