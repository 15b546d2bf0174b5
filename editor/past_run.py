"""What is known of a run that is over: its events and their figures, its graph and when it began."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from editor.training.record import Record
from runtime.graph.model import Graph
from runtime.train.about import graph_of
from runtime.train.events import FILE, Events
from runtime.train.runs import begun

SMALL = 200_000  # bytes of events that are read in less time than anybody notices


def small(folder: Path) -> bool:
    """Whether the events of a run are few enough to be read while the window waits."""
    size = 0
    for each in chain(folder):
        with suppress(OSError):
            size += (each / FILE).stat().st_size
    return size <= SMALL


def chain(folder: Path | None) -> list[Path]:
    """A run, and before it those that it went on from, as far as they are still there."""
    return [*back(folder)][::-1]


def back(folder: Path | None) -> Iterator[Path]:
    """The same, the run itself first."""
    found = set[Path]()
    while folder is not None and folder.is_dir() and (place := folder.resolve()) not in found:
        found.add(place)  # one that went on in its own folder may name it by another way
        yield folder
        folder = _before(folder)


def _before(folder: Path) -> Path | None:
    """The run that a run went on from."""
    try:
        arguments = json.loads((folder / "arguments.json").read_text(encoding="utf-8"))
        before = Path(arguments[arguments.index("--resume") + 1])
        return before if before.is_dir() else folder.parent / before.name  # both may have come from elsewhere
    except (OSError, ValueError, IndexError, AttributeError, TypeError, RecursionError):
        return None


def past_graph(folder: Path | None, here: Path | None = None) -> tuple[Graph | None, datetime | None]:
    """The graph that a run was of, as seen from a folder, and when that was; nothing where its folder does not tell."""
    graph = graph_of(folder, here) if folder else None
    return graph, datetime.fromtimestamp(begun(folder)) if folder and graph else None


def past(folder: Path | None) -> tuple[list[dict[str, Any]], Record, int]:
    """The events of a run, and of those that it went on from, without most of their steps; the figures of all.

    The last number is the size of the run's own events in bytes: up to there its file has been read.
    """
    events: list[dict[str, Any]] = []
    record, size = Record(), 0
    for each in chain(folder):
        told = Events(each)
        for event in told:
            record.take(event)
            note(events, event)
        size = told.at
    return events, record, size


def note(events: list[dict[str, Any]], event: dict[str, Any]) -> None:
    """Add an event to those of its run. A run has millions of steps: of some in a row the last one is kept."""
    if event["event"] == "step" and events and events[-1]["event"] == "step":
        events[-1] = event
    else:
        events.append(event)
