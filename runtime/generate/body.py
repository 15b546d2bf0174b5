"""What stands inside a definition: a graph with inputs and outputs in place of batches and losses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from runtime.check.use import inside
from runtime.generate.drawn import Drawn
from runtime.generate.varied import named, varied
from runtime.graph.model import End
from runtime.spec.code import Code, name
from runtime.spec.tensor import Type


@dataclass(frozen=True)
class Body(Drawn):
    """What stands inside a definition, for one use of it. `written` are the values that its class is told.

    A key of `written` is a node and a parameter of it; what is told is the name of an argument.
    """

    written: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    agreed: frozenset[str] | None = None  # the nodes whose types are the same in all uses; None for all
    copies: tuple["Body", ...] = ()  # what it is inside for each use that differs

    @cached_property
    def fields(self) -> list[str]:
        """There are no batches in a definition."""
        return []

    def values(self, id: str) -> Any:
        """The parameters of a node, those that the class is told by the names of its arguments."""
        values = super().values(id)
        values.__dict__.update(self.told(id))
        return values

    def gives(self, id: str) -> Type | None:
        """The type of a node's first output, where all uses agree on it."""
        return super().gives(id) if self.agreed is None or id in self.agreed else None

    def told(self, id: str) -> dict[str, Any]:
        """The parameters of a node that the class is told, each by the name of its argument."""
        return {parameter: name for (node, parameter), name in self.written.items() if node == id}

    def made(self, id: str) -> Code:
        """The expression that makes a layer, whatever its class is told."""
        return self._varied(id, lambda body: Drawn.made(body, id), "build")

    def computed(self, id: str, variables: dict[End, Code]) -> Code:
        """The expression that computes a node's outputs, whatever the class is told."""
        return self._varied(id, lambda body: Drawn.computed(body, id, variables), "forward")

    def _varied(self, id: str, write: Callable[["Body"], Code], own: str) -> Code:
        """What `write` makes of a node; code of its own is made from the values of each use, not from names."""
        told = self.told(id)
        if not told or not hasattr(self.specs[id].declared, own):
            return write(self)
        values, bodies = [], []
        for copy in self.copies:
            each = {name: getattr(Drawn.values(copy, id), name) for name in told}
            if each not in values:
                written = {(id, parameter): named(each[parameter], name) for parameter, name in told.items()}
                values.append(each)
                bodies.append(replace(self, graph=copy.graph, report=copy.report, copies=(), written=written))
        return varied(told, values, lambda at: write(bodies[at]))

    @cached_property
    def in_model(self) -> list[str]:
        """The nodes that lead to an output, in computing order."""
        wanted = self.graph.upstream(self.family("output"))
        return [i for i in self.report.order if i in wanted and self.graph.nodes[i].type not in ("Input", "Output")]

    @cached_property
    def arguments(self) -> dict[End, Code]:
        """The inputs."""
        return {End(id, "output"): name(id) for id, node in self.graph.nodes.items() if node.type == "Input"}

    @cached_property
    def results(self) -> dict[str, End]:
        """The outputs."""
        return {id: self.sources(id, "input")[0] for id in self.family("output")}

    def shown(self, *ends: End) -> str:
        """The types of values as a comment, where all uses agree on them."""
        return "" if self.agreed is not None and ends[0].node not in self.agreed else super().shown(*ends)


def inner(drawn: Drawn, use: str) -> Body:
    """What a use of a definition is inside."""
    ports = [port.name for port in drawn.ports(use)[0]]
    types = {port: drawn.type(drawn.sources(use, port)[0]) for port in ports}
    found = inside(drawn.specs[use], Drawn.values(drawn, use), types)
    return Body(found.graph, found.report)
