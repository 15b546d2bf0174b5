"""A checked graph as the generator asks it: its nodes, what their ports are joined to, their values and types."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runtime.check.problem import Report
from runtime.check.use import known
from runtime.graph.model import End, Graph
from runtime.spec.node import Input, Output, Spec
from runtime.spec.own import own_sources
from runtime.spec.python import Own
from runtime.spec.tensor import Type


@dataclass(frozen=True)
class Wired:
    """A sound graph with its report."""

    graph: Graph
    report: Report

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """The node type of every node."""
        types = known(self.graph)
        return {id: types[self.graph.nodes[id].type] for id in self.report.order}

    def family(self, *families: str) -> list[str]:
        """The nodes of some families, in the order in which they were made."""
        return [id for id in self.graph.nodes if self.specs[id].family in families]

    def ports(self, id: str) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
        """Inputs and outputs of a node."""
        return self.specs[id].ports(self.graph.nodes[id].parameters)

    def ends(self, id: str) -> list[End]:
        """The outputs of a node."""
        return [End(id, port.name) for port in self.ports(id)[1]]

    def sources(self, id: str, port: str) -> list[End]:
        """Where the wires into a port come from, in their order."""
        return [edge.source for edge in self.graph.incoming.get(End(id, port), ())]

    def taken(self, id: str) -> list[End]:
        """Where all wires into a node come from, port by port."""
        return [end for port in self.ports(id)[0] for end in self.sources(id, port.name)]

    def values(self, id: str) -> Any:
        """The parameters of a node, inferred ones included, as attributes."""
        given = {**self.graph.nodes[id].parameters, **self.report.inferred.get(id, {})}
        return self.specs[id].values(given)

    def type(self, end: End) -> Type:
        """The type at an output."""
        return self.report.types[end]

    @cached_property
    def owned(self) -> list[Own]:
        """Python of the user's in this graph."""
        return list(own_sources(self.graph))

    def random(self, id: str) -> bool:
        """Whether a node acts at random, in training only."""
        return bool(getattr(self.specs[id].declared, "random", False))
