"""A checkpoint of before, restored under the names and with the settings that the graph has now.

Checkpoints and weights carry the graph that they were kept of.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from zipfile import is_zipfile

from runtime.generate.optimizers import in_floats
from runtime.graph.carried import carried
from runtime.graph.file import Refused, load
from runtime.graph.model import Graph, Node
from runtime.spec.catalogue import catalogue
from runtime.spec.schedule import chosen
from runtime.train.about import graph_in
from runtime.train.followed import followed, inner_names, names, weights_called
from runtime.train.gives import Otherwise

CHECKPOINT = "checkpoint.pt"
BY_FIGURE, BY_NODE = ("sums", "metrics"), ("optimizers", "schedules")  # of a checkpoint, which has its weights too
Names = Mapping[str, str]


def resumed(program: ModuleType, options: Any, folder: Path) -> Any:
    """The run of a program, ready to train; where it goes on it does so as one of the graph in its own `folder`.

    Names and settings of nodes may be others than they were. Raises Otherwise for a checkpoint that is not whole.
    """
    before = options.resume
    if before and not is_zipfile(before / CHECKPOINT):  # as on a drive that lost its power
        todo = "Go on from another run, or run from scratch."
        raise Otherwise(None, f"The checkpoint in {before} is cut off or damaged. {todo}")
    was = graph_carried(before / CHECKPOINT) if before else None
    if was is None:
        return program.prepare(options)
    now = load((folder / "graph.json").read_bytes())
    with _as_of(now, was, before, folder) as options.resume:
        run = program.prepare(options)
    options.resume = options.resume and before  # folds have forgotten it: the next ones begin like the first
    _set_anew(run, followed(was, now), now)
    return run


@contextmanager
def _as_of(now: Graph, was: Graph, before: Path, folder: Path) -> Iterator[Path]:
    """Where the checkpoint of a run is under the names of now: for a moment beside what goes on, on a disk for such."""
    if not (names(was, now) or inner_names(was, now)):
        yield before
        return
    import torch

    state = torch.load(before / CHECKPOINT, map_location="cpu", weights_only=True)
    with TemporaryDirectory(dir=folder, prefix="renamed-", ignore_cleanup_errors=True) as place:
        try:
            torch.save(translated(state, was, now), Path(place) / CHECKPOINT)
        except (OSError, RuntimeError) as error:  # torch's own where the disk is full
            raise Otherwise(None, f"There is no room in {folder} for the checkpoint under its new names.") from error
        del state
        yield Path(place)


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


def _set_anew(run: Any, was: Graph, now: Graph) -> None:
    """Let optimizers have the settings of now, where those are others; the checkpoint has brought those of before."""
    for id, node in now.nodes.items():
        spec = catalogue().get(node.type)
        if spec is None or spec.family != "optimizer" or id not in was.nodes:
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
