"""A checkpoint of before, restored under the names and with the settings that the graph has now.

Checkpoints and weights carry the graph that they were kept of.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from runtime.generate.optimizers import in_floats
from runtime.graph.carried import carried
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph, Node
from runtime.spec.catalogue import catalogue
from runtime.spec.schedule import chosen
from runtime.train.about import graph_in
from runtime.train.followed import followed, inner_names, names, weights_called

CHECKPOINT = "checkpoint.pt"
BY_FIGURE, BY_NODE = ("sums", "metrics"), ("optimizers", "schedules")  # of a checkpoint, which has its weights too
Names = Mapping[str, str]


def go_on_from(program: ModuleType, folder: Path) -> None:
    """Let a program restore the checkpoint that it goes on from as one of its own: names and settings may be others."""
    run: Any = getattr(program, "Folds", program.Run)
    restore, now = run.restore, load((folder / "graph.json").read_bytes())

    def restored(self: Any, state: Mapping[str, Any]) -> None:
        run.restore = restore  # what is restored later is of this run
        before = self.options.resume  # None where a run goes back to a moment of its own
        was = graph_carried(Path(before) / CHECKPOINT) if before else None  # which folds forget
        state = translated(state, was, now) if was else state
        restore(self, state)
        if was:
            _set_anew(self, state, followed(was, now), now)

    run.restore = restored


def graph_carried(file: Path) -> Graph | None:
    """The graph that a checkpoint or weights carry; None where they carry none."""
    with suppress(OSError, Refused):
        found = carried(file)
        return load(found) if found else None
    return None


def translated(state: Mapping[str, Any], was: Graph, now: Graph) -> Mapping[str, Any]:
    """A checkpoint under the names that nodes have now."""
    found = names(was, now)
    figures = of_figures(found)
    state = {**state, "model": _named_by(weights_called(was, now), state["model"])}
    for part, known in [*((each, figures) for each in BY_FIGURE), *((each, found) for each in BY_NODE)]:
        if part in state:
            state[part] = _named(state[part], known)
    if "best" in state:
        figure, *best = state["best"]
        state["best"] = (figures.get(figure, figure), *best)
    if "over" in state:  # of folds
        state["over"] = [_figures(each, figures) for each in state["over"]]
        state["figures"] = _figures(state["figures"], figures)
    return state


def of_figures(found: Names) -> dict[str, str]:
    """New names of figures by old ones: "loss" is no node's, whatever nodes are called."""
    return {_figure(old): _figure(new) for old, new in found.items()}


def _figure(id: str) -> str:
    """What is told of a node: that of all losses is called "loss"."""
    return "loss_alone" if id == "loss" else id


def _named_by(called: Callable[[str], str], weights: Mapping[str, Any]) -> dict[str, Any]:
    return {called(name): weight for name, weight in weights.items()}


def _named(values: Mapping[str, Any], found: Names) -> dict[str, Any]:
    return {found.get(name, name): value for name, value in values.items()}


def _figures(parts: Mapping[str, Any], found: Names) -> dict[str, Any]:
    return {part: _named(each, found) if isinstance(each, dict) else each for part, each in parts.items()}


def take_over(file: Path, target: Path) -> None:
    """A copy of weights of before, under the names that the nodes have in the run that goes on in its folder."""
    from safetensors.torch import load_file, save_file

    was, part = graph_carried(file), target.parent / "copied.part"
    now = load((target.parent / "graph.json").read_bytes()) if was else None
    if was and now and (names(was, now) or inner_names(was, now)):
        save_file(_named_by(weights_called(was, now), load_file(file)), part, metadata=graph_in(target.parent))
        shutil.copystat(file, part)  # by its time it is told whether it came after the checkpoint
    elif file == target:
        return
    else:
        shutil.copyfile(file, part)
    os.replace(part, target)


def _set_anew(run: Any, state: Mapping[str, Any], was: Graph, now: Graph) -> None:
    """Let optimizers have the settings of now, where those are others; the checkpoint has brought those of before.

    Where it says itself what an optimizer with a schedule was set to, its program has done that.
    """
    scheduled = state.get("schedules", {})
    for id, node in now.nodes.items():
        spec = catalogue().get(node.type)
        if spec is None or spec.family != "optimizer" or id not in was.nodes or "set" in scheduled.get(id, {}):
            continue
        old, new = _values(was.nodes[id]), _values(node)
        differ = {
            each.name: getattr(new, each.name)
            for each in spec.parameters
            if not each.ours and getattr(old, each.name) != getattr(new, each.name)
        }
        kind = chosen(new.schedule)
        if kind and hasattr(kind[1], "max_lr"):  # which counts instead
            differ.pop("lr", None)
        if differ:
            optimizer = run.optimizer if hasattr(run, "optimizer") else run.optimizers[id]
            _set(optimizer, getattr(run, "schedules", {}).get(id), differ, old.lr)


def _values(node: Node) -> Any:
    spec = catalogue()[node.type]
    return in_floats(spec, spec.values(node.parameters))


def _set(optimizer: Any, schedule: Any, differ: Mapping[str, Any], lr: float) -> None:
    """Change settings; a schedule has done with the learning rate before, `lr`, what it now has done with the new."""
    for group in optimizer.param_groups:
        before = group["lr"]
        group.update(differ)
        if schedule and "lr" in differ:
            group["initial_lr"] = differ["lr"]
            group["lr"] = before / lr * differ["lr"] if lr else differ["lr"]
    for each in (schedule, *getattr(schedule, "_schedulers", ())) if "lr" in differ else ():
        if hasattr(each, "base_lrs"):
            each.base_lrs = [differ["lr"]] * len(each.base_lrs)
