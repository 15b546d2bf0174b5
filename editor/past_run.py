"""What is known of a run that is over: its events and their figures, its graph and when it began."""

from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from editor.training.record import Record
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph
from runtime.train.folder import parsed

MANY = 1000  # events that are read at once
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


def past(folder: Path | None) -> tuple[list[dict[str, Any]], Record]:
    """The events of a run folder without most of its steps, whose figures are in the record. No folder, no events."""
    events: list[dict[str, Any]] = []
    record = Record()
    with suppress(OSError):
        if folder:
            with (folder / "events.jsonl").open("rb") as file:
                while lines := list(islice(file, MANY)):
                    for event in parsed(b"".join(lines)):
                        record.take(event)
                        note(events, event)
    return events, record


def note(events: list[dict[str, Any]], event: dict[str, Any]) -> None:
    """Add an event to those of its run. A run has millions of steps: of some in a row the last one is kept."""
    if event["event"] == "step" and events and events[-1]["event"] == "step":
        events[-1] = event
    else:
        events.append(event)
