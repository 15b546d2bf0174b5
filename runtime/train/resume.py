"""What differs between a graph and the run that its training goes on from; read from files, without torch."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from runtime.check.changes import marks
from runtime.check.problem import Report
from runtime.check.split import folds_in
from runtime.graph.model import Graph, Node
from runtime.train.about import graph_of
from runtime.train.at_work import at_work
from runtime.train.chain import back
from runtime.train.control import FILE as CONTROL
from runtime.train.events import FILE, Events
from runtime.train.fits import Kept
from runtime.train.followed import followed, inner_names, names

CHECKPOINT = "checkpoint.pt"
MOST = 5  # differences that are named in a line


class Before:
    """A run to go on from, whose graph is read and checked once, when that is needed."""

    def __init__(self, run: Path) -> None:
        self.run = run

    @cached_property
    def kept(self) -> Kept | None:
        """What fits the graph of the run; None where that cannot be read."""
        graph = graph_of(self.run)
        return Kept(graph) if graph else None

    def refusal(self, graph: Graph, report: Report | None = None) -> str | None:
        """Why training cannot go on from it, or None: what a schedule knows fits no schedule of another type.

        Nor do the rows of a fold fit those of another number of folds, nor its weights layers of other shapes.
        """
        if self.kept is None:
            return None
        before = followed(self.kept.graph, graph)
        if (begun := folds_in(before)) != (folds := folds_in(graph)):
            has = f"the graph has {folds or 'no'} folds, but {begun or 'none'} in the run to go on from"
            return f"{has}; set them back, or train anew"
        for id, new in graph.nodes.items():
            old = before.nodes.get(id)
            if old and old.type == new.type and (was := _schedule(old)) != (now := _schedule(new)) and now:
                has = f"{id} has a schedule {now}, but {was or 'none'} in the run to go on from"
                return f"{has}; set it back, or train anew"
        if changed := self.kept.misfit(graph, report):
            return f"What that run kept does not fit the graph any more: {changed}; set it back, or run from scratch"
        return None


def refusal(run: Path, graph: Graph) -> str | None:
    """Why training cannot go on from a run, or None."""
    return Before(run).refusal(graph)


def lacking(run: Path) -> str | None:
    """What a folder lacks that one can go on from, and what to do about it; None where it holds a checkpoint."""
    if (run / CHECKPOINT).is_file():
        return None
    todo = "name the folder of a run, which torchweave train prints when it begins"
    if not run.is_dir():
        if (run.parent / CHECKPOINT).is_file():
            return f"{run} is no folder: name {run.parent}, in which it lies"
        return f"{run} is no folder: {todo}" if run.exists() else f"there is no folder {run}: {todo}"
    holds = f"{run} holds no {CHECKPOINT} to go on from"
    if before := next((each for each in back(run) if (each / CHECKPOINT).is_file()), None):
        return f"{holds}: name {before}, from which that run went on"
    if within := max(run.glob(f"*/{CHECKPOINT}"), default=None):
        return f"{holds}: name a run in it, such as {within.parent}"
    if (run / FILE).is_file():
        return f"{holds}: that run ended before it kept one; run again without --resume"
    return f"{holds}: {todo}"


def going(run: Path) -> str | None:
    """What to do about a run that another process trains still, so that it cannot be gone on from; None elsewhere."""
    if not at_work(run):
        return None
    return f"{run} goes on: another process trains there. Write stop into {run / CONTROL}, and go on once it has ended"


def over(run: Path, epochs: int) -> str | None:
    """Why so many epochs in all are none more than a run has done that came to its end; None where some are left."""
    last: dict[str, Any] = next(reversed([*Events(run, without_steps=True)]), {})
    whole = last.get("event") == "finished" and not last.get("stopped") and "folds" not in last
    done = last.get("epoch", 0) if whole else 0
    return f"nothing left to train: {run} has done {done} epochs" if done and done >= epochs else None


def begun_with(run: Path) -> dict[str, int]:
    """The seed that a run was given beside its graph, and of one that did not come to its end the epochs.

    Whoever goes on from it without a word on them goes on with them: as if it had never ended.
    """
    try:
        arguments = json.loads((run / "arguments.json").read_text(encoding="utf-8"))
        given = dict(zip(arguments[::2], arguments[1::2], strict=True))
        found = {name: int(given[f"--{name}"]) for name in ("seed", "epochs") if f"--{name}" in given}
    except (OSError, ValueError, TypeError):
        return {}
    return {k: v for k, v in found.items() if k != "epochs" or not over(run, v)}


def with_those_before(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a run; one that goes on from another has those that it was begun with, where it is given no others."""
    given = {name: value for name, value in options.items() if value is not None}
    return {**begun_with(Path(given["resume"])), **given} if "resume" in given else given


def _schedule(node: Node) -> str | None:
    """The type of an optimizer's schedule, and whether it is warmed up."""
    found = node.parameters.get("schedule")
    if not isinstance(found, dict):
        return None
    return f"{found.get('type')}{' with warmup' if found.get('warmup') else ''}"


def told(run: Path, graph: Graph) -> str | None:
    """One line on what has changed since a run, or None; a run whose graph cannot be read tells nothing."""
    before = graph_of(run)
    if before is None:
        return None
    found = [f"{new} was called {old}" for old, new in names(before, graph).items()]
    inner = inner_names(before, graph).items()
    found += [f"{new} in {name} was called {old}" for name, each in inner for old, new in each.items()]
    found += _differences(followed(before, graph), graph)
    if not found:
        return None
    more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
    return f"changed since that run: {', '.join(found[:MOST])}{more}"


def _differences(before: Graph, graph: Graph) -> Iterator[str]:
    for id in dict.fromkeys([*before.nodes, *graph.nodes]):
        old, new = before.nodes.get(id), graph.nodes.get(id)
        if old is None or new is None:
            yield f"{id} is {'new' if old is None else 'gone'}"
        elif old.type != new.type:
            yield f"{id} was {old.type}"
        else:
            yield from (f"{id}.{name} was {_shown(old.parameters, name)}" for name in _changed(old, new))
            yield from marks(old, new)
    if set(before.edges) != set(graph.edges):
        yield "wires"
    for name in dict.fromkeys([*before.run, *graph.run]):
        if name != "epochs" and before.run.get(name) != graph.run.get(name):
            yield f"{name} of the run was {_shown(before.run, name)}"


def _changed(old: Node, new: Node) -> list[str]:
    names = dict.fromkeys([*old.parameters, *new.parameters])
    return [name for name in names if old.parameters.get(name) != new.parameters.get(name)]


def _shown(parameters: Mapping[str, Any], name: str) -> str:
    return json.dumps(parameters[name])[:60] if name in parameters else "the default"
