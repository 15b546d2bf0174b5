"""What is known of a run that is over: its events and their figures, its graph and when it began."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from editor.training.record import Record
from runtime.graph.model import Graph
from runtime.train.about import graph_of
from runtime.train.chain import chain
from runtime.train.events import FILE, Events
from runtime.train.runs import begun

KEPT = 1100  # events: a log shows 1,000 lines, and some have none
AT_ONCE = 100  # so many go together, as each time costs a walk over all
SMALL = 200_000  # bytes of events that are read in less time than anybody notices


def small(folder: Path) -> bool:
    """Whether the events of a run are few enough to be read while the window waits."""
    size = 0
    for each in chain(folder):
        with suppress(OSError):
            size += (each / FILE).stat().st_size
    return size <= SMALL


def past_graph(folder: Path | None, here: Path | None = None) -> tuple[Graph | None, datetime | None]:
    """The graph that a run was of, as seen from a folder, and when that was; nothing where its folder does not tell."""
    graph = graph_of(folder, here) if folder else None
    return graph, datetime.fromtimestamp(begun(folder)) if folder and graph else None


def past(folder: Path | None) -> tuple[list[dict[str, Any]], Record, int]:
    """The events of a run, and of those that it went on from, as `note` keeps them; the figures of all.

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
    """Add an event to those of its run. Some runs have millions of steps and many epochs, which a `Record` counts:
    here the last step is kept, and the last KEPT events; of those before them the last of each kind.
    """
    if event["event"] == "step":
        before = next((at for at in range(len(events) - 1, -1, -1) if events[at]["event"] == "step"), None)
        if before is not None:
            del events[before]
    events.append(event)
    if len(events) >= KEPT + AT_ONCE:
        last = {each["event"]: at for at, each in enumerate(events[:-KEPT])}
        events[:-KEPT] = [events[at] for at in sorted(last.values())]
