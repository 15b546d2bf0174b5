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
    try:
        lines = (folder / "events.jsonl").read_bytes().split(b"\n") if folder else []
    except OSError:
        return []
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
    return parsed(b"\n".join(lines))
