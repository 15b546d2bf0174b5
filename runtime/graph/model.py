"""The graph as a value: nodes, edges, settings of the run and positions, exactly as the user drew them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple

FARTHEST = 1e6  # positions beyond this make the canvas useless


class End(NamedTuple):
    """One end of an edge: a port of a node."""

    node: str
    port: str

    def __str__(self) -> str:
        return f"{self.node}.{self.port}"


def placed(x: float, y: float) -> tuple[float, float]:
    """A position where the canvas can show a node, in hundredths, which is what a file is to hold."""
    return round(nearer(x), 2), round(nearer(y), 2)


def nearer(number: float) -> float:
    """A coordinate, moved to the edge where it lies too far away."""
    return max(-FARTHEST, min(FARTHEST, float(number)))


def plain(number: float) -> float | int:
    """A coordinate as a file has it: whole ones without a fraction."""
    return int(number) if number == int(number) else number


class Edge(NamedTuple):
    """A wire from an output port to an input port."""

    source: End
    target: End


def end(text: str) -> End:
    """Read ``"digits.image"`` as an End."""
    node, _, port = text.rpartition(".")
    return End(node, port)


@dataclass(frozen=True)
class Node:
    """One box of the graph. `parameters` holds what differs from the defaults, `extra` what is not known here."""

    id: str
    type: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = field(default=(), compare=False, repr=False)  # as they stood in a file, where unusual

    @property
    def shares(self) -> str | None:
        """The node whose weights it has; None where it has its own, and where a file says no name there."""
        found = self.extra.get("shares")
        return found if isinstance(found, str) else None


@dataclass(frozen=True)
class Graph:
    """Nodes keep the order in which they were made, edges into one port the order in which they stand.

    A definition is a graph too: `Input` and `Output` nodes are its ports, `parameters` its own with their defaults, and
    a parameter of one of its nodes may be ``{"parameter": name}``. A use of it is a node of type ``definition.NAME``.
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    layout: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    definitions: Mapping[str, "Graph"] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = field(default=(), compare=False, repr=False)  # as they stood in a file, where unusual

    @cached_property
    def incoming(self) -> Mapping[End, tuple[Edge, ...]]:
        """The edges into each input port, in their order."""
        return _grouped(self.edges, 1)

    @cached_property
    def outgoing(self) -> Mapping[End, tuple[Edge, ...]]:
        """The edges out of each output port, in their order."""
        return _grouped(self.edges, 0)

    @cached_property
    def around(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges at each node that has some, whether it is there or not, in their order."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in dict.fromkeys(self.edges):
            (source, _), (target, _) = edge
            found[source].append(edge)
            if target != source:
                found[target].append(edge)
        return {id: tuple(edges) for id, edges in found.items()}

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, ...]]:
        """For each node the nodes that feed it, each once."""
        return self._neighbours(1)

    @cached_property
    def targets(self) -> Mapping[str, tuple[str, ...]]:
        """For each node the nodes that it feeds, each once."""
        return self._neighbours(0)

    def _neighbours(self, near: int) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {id: [] for id in self.nodes}
        for edge in self.edges:
            id, other = edge[near][0], edge[1 - near][0]
            if id in found and other in found:
                found[id].append(other)
        return {id: tuple(others if len(others) < 2 else dict.fromkeys(others)) for id, others in found.items()}

    def with_(self, **changes: Any) -> "Graph":
        """The same graph with some of its fields replaced."""
        own, made = vars(self), Graph.__new__(Graph)
        vars(made).update({name: own[name] for name in FIELDS} | changes)  # every edit does it: others are slower
        return made

    def upstream(self, ids: Iterable[str]) -> set[str]:
        """The nodes `ids` and everything that feeds them."""
        return _reached(ids, self.sources)

    def downstream(self, ids: Iterable[str]) -> set[str]:
        """The nodes `ids` and everything that they feed."""
        return _reached(ids, self.targets)


FIELDS = tuple(each.name for each in fields(Graph))


def _grouped(edges: tuple[Edge, ...], which: int) -> dict[End, tuple[Edge, ...]]:
    found: dict[End, list[Edge]] = defaultdict(list)
    for edge in edges:
        found[edge[which]].append(edge)
    return {at: tuple(group) for at, group in found.items()}


def _reached(ids: Iterable[str], neighbours: Mapping[str, tuple[str, ...]]) -> set[str]:
    seen: set[str] = set()
    waiting = [id for id in ids if id in neighbours]
    while waiting:
        id = waiting.pop()
        if id not in seen:
            seen.add(id)
            waiting.extend(neighbours[id])
    return seen
