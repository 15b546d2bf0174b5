"""The type of every port, as a mapping: outputs as they were worked out, inputs by what is wired to them."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.graph.model import Edge, End, Graph
from runtime.spec.node import Input, Output, Spec
from runtime.spec.tensor import Type


class Types(Mapping[End, Type]):
    """Of a port that takes many wires each has a type, under ``name.0``, ``name.1``, ...

    Collate's inputs are left out: its outputs have the same names.
    """

    def __init__(
        self,
        graph: Graph,
        specs: Mapping[str, Spec],
        ports: Mapping[str, tuple[tuple[Input, ...], tuple[Output, ...]]],
        made: Mapping[str, Mapping[str, Type]],
    ) -> None:
        self.graph, self.specs, self.ports, self.made = graph, specs, ports, made

    def __getitem__(self, end: End) -> Type:
        found = self.of(end)
        if found is None:
            raise KeyError(end)
        return found

    def of(self, end: End) -> Type | None:
        """The type of a port, or None."""
        node, port = end
        if node in self.made and port in self.made[node]:
            return self.made[node][port]
        return dict(self._inputs(node)).get(port)

    def output(self, end: End) -> Type | None:
        """The type of an output, or None."""
        made = self.made.get(end[0])
        return made.get(end[1]) if made else None

    def __iter__(self) -> Iterator[End]:
        for node, made in self.made.items():
            yield from (End(node, port) for port in made)
        for node in self.specs:
            yield from (End(node, port) for port, _ in self._inputs(node))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _inputs(self, node: str) -> Iterator[tuple[str, Type]]:
        spec, incoming = self.specs.get(node), self._incoming
        if spec is None or spec.family == "collate":
            return
        for port in self.ports[node][0]:
            edges = incoming.get((node, port.name), ())
            for at, edge in enumerate(edges if port.many or len(edges) == 1 else ()):
                if (type := self.output(edge.source)) is not None:
                    yield f"{port.name}.{at}" if port.many else port.name, type

    @property
    def _incoming(self) -> Mapping[Any, tuple[Edge, ...]]:
        return self.graph.incoming
