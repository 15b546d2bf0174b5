"""How far an exported model is from the one in torch: the greatest differences of their results, in a report."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from runtime.check.problem import Report
from runtime.export.formats import Call, by_name, written
from runtime.export.outputs import shown
from runtime.export.taken import Samples, Taken, made
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Graph
from runtime.spec.value import rounded

SIZES = (1, 2, 7)  # samples in a batch
CLOSE = 1e-4  # what numbers in float32 differ by when they are added up in another order
STILL = {
    "torch.rand": "torch.ones",
    "torch.randn": "torch.ones",
    "torch.rand_like": "torch.ones_like",
    "torch.randn_like": "torch.ones_like",
}  # what stands for random numbers, so that results can be compared


@dataclass
class Parity:
    """The greatest absolute difference of each result by the size of the batch, or why a batch was refused."""

    sizes: dict[int, dict[str, float] | str] = field(default_factory=dict)
    told: str = ""  # what they were computed on
    still: tuple[str, ...] = ()  # nodes in place of whose random numbers ones were taken

    @property
    def worst(self) -> float:
        """The greatest of all; infinite where a batch was refused."""
        found = [max(each.values()) if isinstance(each, dict) else float("inf") for each in self.sizes.values()]
        return max(found)


def without_noise(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """The graph with ones where it draws random numbers in evaluation too, and the nodes that did."""
    edits: list[Edit] = []
    nodes: list[str] = []
    for name, nodes_of in [("", graph.nodes), *((name, each.nodes) for name, each in graph.definitions.items())]:
        for id, node in nodes_of.items():
            if node.type in STILL:
                edit: Edit = ("retype", id, STILL[node.type], dict(node.parameters))
                edits.append(("in", name, edit) if name else edit)
                nodes.append(id)
    return (applied(graph, edits) if edits else graph), tuple(nodes)


def compared(found: Taken, report: Report, samples: Samples, call: Call, suffix: str, folder: Path) -> Parity:
    """What a written model gives, held against the model itself, on batches of some sizes.

    Random numbers differ each time: of a graph that draws some, one with ones in their place is written and compared.
    """
    quiet, still = without_noise(found.graph)
    if still:
        twin = made(quiet, report, "its twin", folder)
        twin.model.load_state_dict(found.model.state_dict())
        found = twin
        _, call = written(found, samples.batch(SIZES[-1]), suffix)
    parity = Parity(told=samples.told, still=still)
    for size in SIZES:
        parity.sizes[size] = _difference(found, call, samples.batch(size))
    return parity


@torch.no_grad()
def _difference(found: Taken, call: Call, arguments: tuple[Any, ...]) -> dict[str, float] | str:
    wanted = by_name(found, found.model(*arguments))
    try:
        given = call(*arguments)
    except Exception as error:
        return f"refused: {str(error).strip().splitlines()[0][:200]}"
    differences = {}
    for name, value in wanted.items():
        if given[name].shape != value.shape:
            return f"{name} has the shape {[*given[name].shape]}, not {[*value.shape]}"
        apart = (given[name].double() - value.double()).abs()
        same = (given[name] == value) | (given[name].isnan() & value.isnan())  # infinite ones among them
        differences[name] = float(apart.where(~same, torch.zeros_like(apart)).nan_to_num(float("inf")).max())
    return differences


def report_text(found: Taken, parity: Parity, file: Path, name: str, gives: list[str], before: str) -> str:
    """The report on an exported file: `gives` are the lines about its results.

    `before` says in short what is done to samples before the model.
    """
    return "\n".join(_lines(found, parity, file, name, gives, before)) + "\n"


def _lines(found: Taken, parity: Parity, file: Path, name: str, gives: list[str], before: str) -> Iterator[str]:
    yield f"{file.name}: the model of {name}, {found.weights}."
    yield ""
    for field_name, type in found.types.items():
        yield f"takes {field_name}: {shown(type)}"
    yield from gives
    yield ""
    yield before
    yield ""
    yield f"The greatest absolute difference from torch on the CPU, on {parity.told}:"
    for size, found_here in parity.sizes.items():
        differs = (
            found_here
            if isinstance(found_here, str)
            else ", ".join(f"{result} {rounded(value, 2)}" for result, value in found_here.items())
        )
        yield f"batch of {size}: {differs}"
    if parity.still:
        yield f"In place of the random numbers of {', '.join(parity.still)}, other ones each time, ones were taken."
    yield "" if parity.worst < CLOSE else f"More than {CLOSE:g}: look at what differs before you rely on this file."
