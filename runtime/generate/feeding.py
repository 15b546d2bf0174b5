"""How samples become batches, gathered from memory or loaded one by one, and why: for whoever shows it."""

from dataclasses import dataclass, replace
from typing import Any

from runtime.check.datasets import giving
from runtime.check.problem import Report
from runtime.generate.drawn import Drawn
from runtime.graph.bypass import passed
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.listed import listed

GATHERED, LOADED = "gathered", "loaded"
WAYS = {GATHERED: "Gathered from memory, a whole batch at a time", LOADED: "Loaded sample by sample"}


@dataclass(frozen=True)
class Feeding:
    """The way, and the reason for it without its full stop."""

    way: str
    because: str

    @property
    def told(self) -> str:
        """One sentence."""
        return f"{WAYS[self.way]}: {self.because}."

    def as_json(self) -> dict[str, Any]:
        """The form of ``torchweave check --json``."""
        return {"way": self.way, "because": self.because}


def feeding(graph: Graph, report: Report) -> Feeding | None:
    """How the program of a graph would feed; None while what stands left of Collate is unfinished."""
    graph = passed(graph)
    loader = next((id for id, node in graph.nodes.items() if node.type == "Collate"), None)
    if loader is None:
        return None
    left = graph.upstream([loader])
    known, made = catalogue(), report.types.made
    datasets = [id for id in left if (spec := known.get(graph.nodes[id].type)) and spec.family == "dataset"]
    if len(giving(graph, datasets, loader)) != 1 or any(id not in made for id in left):
        return None
    part = graph.with_(nodes={id: node for id, node in graph.nodes.items() if id in left})
    drawn = Drawn(part, replace(report, order=tuple(id for id in report.order if id in left)))
    because = drawn.loaded_because
    if because is None:
        return Feeding(GATHERED, "nothing needs its samples one by one")
    once = f"; what {listed(drawn.prepared)} gives is made once and kept in memory" if drawn.prepared else ""
    return Feeding(LOADED, f"{because}{once}")
