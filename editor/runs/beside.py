"""What is said beside the curves of runs: of one what it was made with, of several what differs between them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from editor.document.versions import when
from editor.runs.follow import Followed
from editor.training.record import duration, figure
from runtime.check.changes import changes
from runtime.train.runs import Glance

Run = tuple[Glance, Followed]
MOST = 40  # lines of one difference
NOTHING = "Choose a run to see its curves, several to compare them."


def said(runs: Sequence[Run]) -> str:
    """The whole text for the chosen runs, the oldest first."""
    if not runs:
        return NOTHING
    if len(runs) == 1:
        return "\n".join(facts(*runs[0]))
    first, *others = runs
    parts = ["\n".join(_titled(at, each, [*differences(first, each)])) for at, each in enumerate(others, start=2)]
    return f"Compared with run 1, {_time(first[0])}, {first[0].name}:\n\n" + "\n\n".join(parts)


def facts(run: Glance, read: Followed) -> Iterator[str]:
    """How a run went, and with what; what its folder does not tell is left out."""
    took = f" in {duration(run.seconds)}" if run.seconds >= 1 else ""
    yield f"{run.name}, {_time(run)}"
    of = f" of {run.asked}" if run.asked and run.epochs != run.asked else ""
    yield f"{run.state}{took}, {run.epochs}{of} epoch{'s' * ((run.asked or run.epochs) != 1)}"
    if run.told:
        yield run.told
    yield from _noted(run)
    for which, figures in (("best", run.best), ("last", run.last)):
        if figures:
            told = ", ".join(f"{name} {figure(value)}" for name, value in figures.items())
            yield f"{which} epoch, on {run.side} rows: {told}"
    yield ""
    device = {"device": run.device} if run.device else {}
    for part in (device | dict(_part(read.about, "options")), _part(read.about, "versions")):
        if part:
            yield ", ".join(f"{name} {value}" for name, value in part.items())
    for path, about in _part(read.about, "data").items():
        yield f"{about.get('node')}: {path}" if isinstance(about, Mapping) else path
    if read.graph is None:
        yield "It holds no graph: a script wrote it."
    yield run.folder


def differences(first: Run, second: Run) -> Iterator[str]:
    """What is not the same in the second of two runs: its graph in words, then what it was made with, then figures."""
    (before, one), (after, other) = first, second
    found = changes(one.graph, other.graph) if one.graph and other.graph else []
    yield from found[:MOST]
    if len(found) > MOST:
        yield f"and {len(found) - MOST} more"
    elif not found:
        yield "same graph" if one.graph and other.graph else "no graph to compare: a script wrote one of them"
    if before.device != after.device:
        yield f"device {before.device or 'unknown'} → {after.device or 'unknown'}"
    told = {line.partition(" ")[0] for line in found}  # a setting of the graph is an option of its run too
    for part in ("options", "versions"):
        for name, was, now in _unlike(_part(one.about, part), _part(other.about, part)):
            if name not in told:
                yield f"{name} {was} → {now}"
    yield from _data(one.about, other.about)
    if before.side == after.side:
        for name, was, now in _unlike(before.best, after.best):
            yield f"{name} at best epoch {figure(was)} → {figure(now)}"


def _data(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Data that both read and that was not the same."""
    for path, was, now in _unlike(_part(one, "data"), _part(other, "data")):
        if was.get("print") != now.get("print"):
            yield f"{Path(path).name} had other contents"


def _unlike(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What both tell, and not the same."""
    yield from ((name, one[name], other[name]) for name in one if name in other and one[name] != other[name])


def _part(about: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = about.get(name)
    return found if isinstance(found, dict) else {}


def _titled(number: int, run: Run, lines: Sequence[str]) -> list[str]:
    told = [*_noted(run[0]), *lines]
    return [f"run {number}, {_time(run[0])}, {run[0].name}", *(f"  • {line}" for line in told)]


def _noted(run: Glance) -> list[str]:
    """What somebody wrote of it."""
    return [f"note: {run.note}"] if run.note else []


def _time(run: Glance) -> str:
    return when(datetime.fromtimestamp(run.begun), datetime.now())
