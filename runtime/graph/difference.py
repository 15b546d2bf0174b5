"""What changed between two graphs, small enough to keep for undo and exact enough to be applied and turned back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import compress
from operator import eq, is_not
from typing import Any

from runtime.graph.model import Edge, Graph, Node


def same(one: Any, other: Any) -> bool:
    """Equal and alike: in a file 1, 1.0 and true are three things, and so are two orders of the same keys."""
    return one is other or (bool(one == other) and _alike(one, other))


def _alike(one: Any, other: Any) -> bool:
    """Whether equal ones are; of graphs, what they share is not looked into."""
    if not isinstance(one, Graph):
        return repr(one) == repr(other)
    nodes = [*one.nodes] == [*other.nodes] and all(map(same, one.nodes.values(), other.nodes.values()))
    return nodes and all(same(getattr(one, name), getattr(other, name)) for name in BESIDE_NODES)


def _same_entry(one: tuple[str, Any], other: tuple[str, Any]) -> bool:
    """Pairs are made anew each time, their values are not: a definition that nobody touched is not looked into."""
    return one[0] == other[0] and same(one[1], other[1])


@dataclass(frozen=True)
class Splice:
    """In a sequence, `old` at position `at` gave way to `new`."""

    at: int
    old: tuple[Any, ...]
    new: tuple[Any, ...]

    def __bool__(self) -> bool:
        return bool(self.old or self.new)

    def inverted(self) -> "Splice":
        """The way back."""
        return Splice(self.at, self.new, self.old)

    def applied(self, items: Sequence[Any]) -> tuple[Any, ...]:
        """`items` after the change."""
        return (*items[: self.at], *self.new, *items[self.at + len(self.old) :])


BESIDE_NODES = tuple(each.name for each in fields(Graph) if each.repr and each.name != "nodes")
NOTHING = Splice(0, (), ())
Positions = Mapping[str, tuple[Any, Any]]  # node id -> (old position, new position); absent is None


@dataclass(frozen=True)
class Difference:
    """Old and new of everything that differs between two graphs."""

    nodes: Splice
    edges: Splice
    run: Splice  # of (key, value)
    layout: Positions
    extra: Splice  # of (key, value)
    definitions: Splice  # of (name, definition)

    def __bool__(self) -> bool:
        return any((self.nodes, self.edges, self.run, self.layout, self.extra, self.definitions))

    def applied(self, graph: Graph) -> Graph:
        """The graph after the change, given the graph before it."""
        nodes = self.nodes.applied(tuple(graph.nodes.values())) if self.nodes else None
        return graph.with_(
            nodes=graph.nodes if nodes is None else {node.id: node for node in nodes},
            edges=self.edges.applied(graph.edges) if self.edges else graph.edges,
            run=_spliced(graph.run, self.run),
            layout=_patched(graph.layout, self.layout),
            extra=_spliced(graph.extra, self.extra),
            definitions=_spliced(graph.definitions, self.definitions),
        )

    def inverted(self) -> "Difference":
        """The way back."""
        return Difference(
            self.nodes.inverted(),
            self.edges.inverted(),
            self.run.inverted(),
            {id: (new, old) for id, (old, new) in self.layout.items()},
            self.extra.inverted(),
            self.definitions.inverted(),
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
        return {old.id: (old, new) for old, new in both if not same(old, new)}

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
        NOTHING if before.nodes is after.nodes else splice((*before.nodes.values(),), (*after.nodes.values(),)),
        NOTHING if before.edges is after.edges else splice(before.edges, after.edges, eq),
        _entries(before.run, after.run),
        _moves(before.layout, after.layout),
        _entries(before.extra, after.extra),
        _entries(before.definitions, after.definitions),
    )


def splice(old: tuple[Any, ...], new: tuple[Any, ...], same: Callable[[Any, Any], bool] = same) -> Splice:
    """The shortest single replacement that turns `old` into `new`: what lies between their common ends."""
    shortest = min(len(old), len(new))
    start = next((at for at in _others(old, new, shortest) if not same(old[at], new[at])), shortest)
    left = max(0, shortest - start - (len(old) == len(new)))  # where both stand alike, the first that differs is known
    behind = _others(reversed(old), reversed(new), left)
    stop = next((at for at in behind if not same(old[-1 - at], new[-1 - at])), left)
    return Splice(start, old[start : len(old) - stop], new[start : len(new) - stop])


def _others(old: Iterable[Any], new: Iterable[Any], most: int) -> Iterator[int]:
    """Where, among so many, the items are not one and the same object; mostly that is where they differ at all."""
    return compress(range(most), map(is_not, old, new))


def _entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> Splice:
    if old is new:
        return NOTHING
    if [*old] != [*new]:
        return splice(tuple(old.items()), tuple(new.items()), _same_entry)
    found = splice(tuple(old.values()), tuple(new.values()))
    names = [*old][found.at :]
    return Splice(found.at, tuple(zip(names, found.old, strict=False)), tuple(zip(names, found.new, strict=False)))


def _moves(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    if old is new:
        return {}
    keys = [*old, *(key for key in new if key not in old)]
    return {key: (old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)}


def _patched(layout: Mapping[str, Any], moves: Positions) -> Mapping[str, Any]:
    if not moves:
        return layout
    kept = {id: at for id, at in layout.items() if moves.get(id, (None, at))[1] is not None}
    return kept | {id: new for id, (_, new) in moves.items() if new is not None}


def _spliced(values: Mapping[str, Any], change: Splice) -> Mapping[str, Any]:
    return dict(change.applied(tuple(values.items()))) if change else values
