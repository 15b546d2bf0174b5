"""What changed between two graphs, small enough to keep for undo and exact enough to be applied and turned back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.graph.model import Edge, Graph, Node


@dataclass(frozen=True)
class Splice:
    """In a sequence, `old` at position `at` gave way to `new`."""

    at: int
    old: tuple[Any, ...]
    new: tuple[Any, ...]

    def applied(self, items: Sequence[Any]) -> tuple[Any, ...]:
        """`items` after the change."""
        return (*items[: self.at], *self.new, *items[self.at + len(self.old) :])


Pairs = Mapping[str, tuple[Any, Any]]  # key -> (old value, new value); absent is None


@dataclass(frozen=True)
class Difference:
    """Old and new of everything that differs between two graphs."""

    nodes: Splice
    edges: Splice
    run: Pairs
    layout: Pairs
    extra: Pairs

    def __bool__(self) -> bool:
        return bool(
            self.nodes.old
            or self.nodes.new
            or self.edges.old
            or self.edges.new
            or self.run
            or self.layout
            or self.extra
        )

    def applied(self, graph: Graph) -> Graph:
        """The graph after the change, given the graph before it."""
        nodes = self.nodes.applied(tuple(graph.nodes.values())) if self.nodes.old or self.nodes.new else None
        return graph.with_(
            nodes=graph.nodes if nodes is None else {node.id: node for node in nodes},
            edges=self.edges.applied(graph.edges),
            run=_patched(graph.run, self.run),
            layout=_patched(graph.layout, self.layout),
            extra=_patched(graph.extra, self.extra),
        )

    def inverted(self) -> "Difference":
        """The way back."""
        return Difference(
            Splice(self.nodes.at, self.nodes.new, self.nodes.old),
            Splice(self.edges.at, self.edges.new, self.edges.old),
            *({key: (new, old) for key, (old, new) in pairs.items()} for pairs in (self.run, self.layout, self.extra)),
        )

    def removed_nodes(self) -> dict[str, Node]:
        """Nodes that are gone."""
        kept = {node.id for node in self.nodes.new}
        return {node.id: node for node in self.nodes.old if node.id not in kept}

    def added_nodes(self) -> dict[str, Node]:
        """Nodes that are new."""
        before = {node.id for node in self.nodes.old}
        return {node.id: node for node in self.nodes.new if node.id not in before}

    def changed_nodes(self) -> dict[str, tuple[Node, Node]]:
        """Nodes whose type, parameters or notes differ: (old, new)."""
        before = {node.id: node for node in self.nodes.old}
        both = [(before[node.id], node) for node in self.nodes.new if node.id in before]
        return {old.id: (old, new) for old, new in both if old != new}

    def removed_edges(self) -> tuple[Edge, ...]:
        """Edges that are gone."""
        kept = set(self.edges.new)
        return tuple(edge for edge in self.edges.old if edge not in kept)

    def added_edges(self) -> tuple[Edge, ...]:
        """Edges that are new."""
        before = set(self.edges.old)
        return tuple(edge for edge in self.edges.new if edge not in before)


def difference(before: Graph, after: Graph) -> Difference:
    """Compare two graphs; `difference(a, b).applied(a) == b`, order of nodes and edges included."""
    return Difference(
        _splice(tuple(before.nodes.values()), tuple(after.nodes.values())),
        _splice(before.edges, after.edges),
        _pairs(before.run, after.run),
        _pairs(before.layout, after.layout),
        _pairs(before.extra, after.extra),
    )


def _splice(old: tuple[Any, ...], new: tuple[Any, ...]) -> Splice:
    """The shortest single replacement that turns `old` into `new`: what lies between their common ends."""
    shortest = min(len(old), len(new))
    start = next((i for i in range(shortest) if old[i] is not new[i] and old[i] != new[i]), shortest)
    left = shortest - start
    stop = next((i for i in range(left) if old[-1 - i] is not new[-1 - i] and old[-1 - i] != new[-1 - i]), left)
    return Splice(start, old[start : len(old) - stop], new[start : len(new) - stop])


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    if old is new:
        return {}
    keys = [*old, *(key for key in new if key not in old)]
    return {key: (old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)}


def _patched(values: Mapping[str, Any], pairs: Pairs) -> Mapping[str, Any]:
    if not pairs:
        return values
    kept = {key: value for key, value in values.items() if pairs.get(key, (None, value))[1] is not None}
    return kept | {key: new for key, (_, new) in pairs.items() if new is not None}
