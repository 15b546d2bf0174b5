"""The model of a graph with the weights of a run, and samples of its data, as exports take them."""

import argparse
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from runtime.check.problem import Report
from runtime.export.whose import whose
from runtime.generate.drawn import Drawn
from runtime.generate.part import Part, batches_part
from runtime.generate.program import generate
from runtime.generate.weights import files
from runtime.graph.bypass import passed
from runtime.graph.model import End, Graph
from runtime.spec.tensor import Size, Tensor, Type
from runtime.train.observe import numbers
from runtime.train.previewed import Failed, Running, data_running, imported, located
from runtime.train.read_once import Columns
from runtime.train.weights import weights_of

SPREAD = 7  # of so many stretches of the rows the first one is a sample
RAGGED = 5  # how long a dimension is that differs from sample to sample, where no data can be read


class NotExported(Exception):
    """Why it cannot be done, in one sentence."""


@dataclass
class Taken:
    """A model ready for export; `weights` says which weights it has.

    As JSON `before` says what is done to samples before it, and `after` what its results mean.
    """

    graph: Graph
    drawn: Drawn
    running: Running
    weights: str
    before: str = ""
    after: str = ""

    @property
    def model(self) -> Any:
        """The module, in evaluation."""
        return self.running.model

    @property
    def types(self) -> dict[str, Type]:
        """The types of what the model takes, by the fields of the batch."""
        return {field: self.drawn.report.types[End(self.drawn.collate, field)] for field in self.drawn.inputs}


def taken(graph: Graph, report: Report, name: str, folder: Path, run: Path | None, untrained: bool = False) -> Taken:
    """The model of a sound graph, whose paths are relative to `folder`, with the weights of a run.

    Raises NotExported, also where there are no weights and nobody asked for a model as it begins.
    """
    file = weights_of(run) if run and not untrained else None
    if file is None and not untrained:
        there = f"{run.name} kept no weights" if run else "There are no weights yet"
        raise NotExported(f"{there}: train the graph first, or export it untrained.")
    found = made(graph, report, name, folder)
    if file is not None and run is not None:
        _load(found.model, file, run)
        found.weights = whose(file, graph, folder)
    return found


def made(graph: Graph, report: Report, name: str, folder: Path) -> Taken:
    """The model of a sound graph as it begins, in evaluation."""
    drawn = Drawn(passed(graph), report)
    program = generate(graph, report, name)
    options = argparse.Namespace(**{f"{id}_weights": folder / each.path for id, each in files(drawn).items()})
    try:
        running = Running(Part(graph), drawn, program, imported(program.text, folder, graph), options, whole=True)
        torch.manual_seed(graph.run.get("seed", 0))
        with located(running):
            running.model = running.module.Model().eval()
            if files(drawn):
                running.module.load_weights(running.model, options)
    except Failed as error:
        raise NotExported(f"{f'{error.node} fails: ' if error.node else ''}{error}") from error
    return Taken(graph, drawn, running, "untrained")


def _load(model: Any, file: Path, run: Path) -> None:
    kept, needed = load_file(file), model.state_dict()
    wrong = next((n for n in (*needed, *kept) if n not in kept or n not in needed), None)
    wrong = wrong or next((n for n, value in needed.items() if value.shape != kept[n].shape), None)
    if wrong:
        how = "is in one of them alone" if wrong not in kept or wrong not in needed else "has another shape"
        raise NotExported(
            f"The run {run.name} trained another model than the graph is now: {wrong} {how}. Train the graph anew."
        )
    model.load_state_dict(kept)


@dataclass
class Samples:
    """What batches for the model can be made of; `told` says where they come from."""

    told: str
    types: dict[str, Type]
    running: Running | None = None

    def batch(self, size: int) -> tuple[Any, ...]:
        """The model's arguments for so many samples; the first ones are the same in larger batches."""
        if self.running is None:
            torch.manual_seed(0)
            return tuple(_at_random(type, size) for type in self.types.values())
        dataset = self.running.batches.loader.dataset
        with located(self.running):
            batch = self.running.module.collate_samples([dataset[0, row] for row in self.rows(size)])
        return tuple(batch[field] for field in self.types)

    def rows(self, size: int) -> list[int]:
        """The rows of so many samples, from all over the rows to train on."""
        assert self.running is not None
        rows = self.running.batches.rows.tolist()
        return [rows[at * len(rows) // SPREAD % len(rows)] for at in range(size)]


def samples_of(found: Taken, folder: Path, doing: Any = nullcontext) -> Samples:
    """Samples of the graph's data, made as for rows that are held out; or random ones where it cannot be read."""
    graph, drawn = found.drawn.graph, found.drawn
    if not drawn.inputs:
        return Samples("no samples, of which the model takes nothing", {})
    part = batches_part(graph, drawn.report, drawn.collate, (), drawn.inputs)
    try:
        running = data_running(part, folder, graph.run.get("seed", 0), Columns(doing=doing))
        if hasattr(running.batches.loader.dataset, "training"):
            running.batches.loader.dataset.training = False
        told = Samples(f"samples of {drawn.dataset}", found.types, running)
        told.batch(1)
        return told
    except Failed as error:
        return Samples(f"random samples, since the data cannot be read ({str(error).rstrip('.')})", found.types)


def _at_random(type: Type, size: int) -> Any:
    """Numbers of a declared type for a batch."""
    if not isinstance(type, Tensor):
        return [""] * size
    return numbers(type.dtype, [each if isinstance(each, int) else _sized(each, size) for each in type.shape])


def _sized(dim: Size, size: int) -> int:
    return dim.factor * (size if dim.symbol == "B" else RAGGED) + dim.offset
