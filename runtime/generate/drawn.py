"""What the generator asks of a checked graph: what is computed in which function, and under which name."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runtime.check.finish import trained_layers
from runtime.check.problem import Report
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.code import Code, call, name
from runtime.spec.node import Input, Output, Spec
from runtime.spec.own import Own, own_sources
from runtime.spec.tensor import Tensor, Type


@dataclass(frozen=True)
class Line:
    """A line of the program and the node that it is about."""

    text: str
    node: str | None = None


@dataclass(frozen=True)
class Drawn:
    """A sound graph with its report."""

    graph: Graph
    report: Report

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """The node type of every node."""
        return {id: catalogue()[self.graph.nodes[id].type] for id in self.report.order}

    def family(self, *families: str) -> list[str]:
        """The nodes of some families, in the order in which they were made."""
        return [id for id in self.graph.nodes if self.specs[id].family in families]

    def ports(self, id: str) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        """Inputs and outputs of a node."""
        return self.specs[id].ports(self.graph.nodes[id].parameters)

    def sources(self, id: str, port: str) -> list[End]:
        """Where the wires into a port come from, in their order."""
        return [edge.source for edge in self.graph.incoming.get(End(id, port), ())]

    def values(self, id: str) -> Any:
        """The parameters of a node, inferred ones included, as attributes."""
        given = {**self.report.inferred.get(id, {}), **self.graph.nodes[id].parameters}
        return self.specs[id].values(given)

    def type(self, end: End) -> Type:
        """The type at an output."""
        return self.report.types[end]

    @cached_property
    def collate(self) -> str:
        """The graph's Collate."""
        return self.family("collate")[0]

    @cached_property
    def dataset(self) -> str:
        """The dataset that feeds Collate."""
        upstream = self.graph.upstream([self.collate])
        return next(id for id in self.family("dataset") if id in upstream)

    @cached_property
    def owned(self) -> list[Own]:
        """Python of the user's in this graph."""
        return list(own_sources(self.graph))

    @cached_property
    def samples(self) -> list[str]:
        """The nodes left of collate that it needs, datasets aside, in computing order."""
        upstream = self.graph.upstream([self.collate])
        return [
            i for i in self.report.order if i in upstream and self.report.sides[i] == "sample" and i != self.dataset
        ]

    @cached_property
    def in_model(self) -> list[str]:
        """The nodes right of collate that the model computes, in computing order."""
        ends = [
            e.node
            for id in self.family("loss", "metric")
            for p in self.ports(id)[0]
            if not p.target
            for e in self.sources(id, p.name)
        ]
        wanted = self.graph.upstream(
            [*ends, *(e.node for id in self.family("output") for e in self.sources(id, "input"))]
        )
        return [i for i in self.report.order if i in wanted and self.report.sides[i] == "batch"]

    @cached_property
    def beside_model(self) -> list[str]:
        """The nodes right of collate that only feed targets, in computing order."""
        ends = [
            e.node for id in self.family("loss", "metric") for p in self.ports(id)[0] for e in self.sources(id, p.name)
        ]
        wanted = self.graph.upstream(ends) - set(self.in_model)
        return [
            i
            for i in self.report.order
            if i in wanted and self.report.sides[i] == "batch" and self.specs[i].family != "loss"
        ]

    @cached_property
    def inputs(self) -> list[str]:
        """The fields that the model takes, in the order of Collate."""
        used = {e.port for id in self.in_model for e in self._into(id) if e.node == self.collate}
        used |= {e.port for e in self.results.values() if e.node == self.collate}
        return [field for field in self.values(self.collate).fields if field in used]

    @cached_property
    def results(self) -> dict[str, End]:
        """What the model returns: what Output nodes mark, and what losses and metrics need beside that."""
        marked = {id: self.sources(id, "input")[0] for id in self.family("output")}
        needed = [
            e
            for id in (*self.family("loss", "metric"), *self.beside_model)
            for e in self._into(id)
            if e.node in self.in_model
        ]
        beside = {e.node: e for e in needed if e not in marked.values()}
        return {**marked, **beside}

    def _into(self, id: str) -> Iterable[End]:
        return (end for port in self.ports(id)[0] for end in self.sources(id, port.name))

    def trained(self, optimizer: str) -> list[str]:
        """The layers that an optimizer changes."""
        return trained_layers(self.graph, self.specs, self.report.types, optimizer)

    def losses_of(self, optimizer: str) -> list[str]:
        """The losses that an optimizer minimises."""
        return [end.node for end in self.sources(optimizer, "loss")]

    @cached_property
    def loaded_because(self) -> str | None:
        """Why samples are loaded one by one, or None where whole batches are gathered."""
        if self.owned:
            return f"{self.collate} has a function of its own"
        random = next((id for id in self.samples if getattr(self.specs[id].declared, "random", False)), None)
        if random:
            return f"{random} acts at random"
        if self.values(self.collate).num_workers:
            return f"{self.collate} has workers"
        ways = self.values(self.collate).collate
        return f"{self.collate} pads" if "pad" in ways.values() else None

    def variable(self, end: End) -> Code:
        """The name of a value in the function that computes it."""
        if end.node == self.collate:
            return name(end.port)
        outputs = self.ports(end.node)[1]
        return name(end.node if len(outputs) == 1 else f"{end.node}_{end.port}")

    def computed(self, id: str, variables: dict[End, Code]) -> Code:
        """The expression that computes a node's output from variables."""
        values, given = self.values(id), {}
        for port in self.ports(id)[0]:
            found = [variables[end] for end in self.sources(id, port.name)]
            if found:
                given[port.name] = found if port.many else found[0]
        if hasattr(values, "forward"):
            return values.forward(**given)  # type: ignore[no-any-return]
        return call(f"self.{name(id)}", *given.values())

    def shown(self, end: End) -> str:
        """The type of a value as a comment."""
        found = self.report.types.get(end)
        return f"  # {found}" if isinstance(found, Tensor) else ""
