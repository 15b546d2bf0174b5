"""Where a graph differs from an earlier one, and its indices of edges made from those of the earlier one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from operator import is_not
from typing import Any

from runtime.graph.model import Edge, End, Graph

INDICES = frozenset({"incoming", "outgoing", "sources", "targets", "around"})


@dataclass(frozen=True)
class Touched:
    """What an edit touched: nodes that are new, gone or other values, and nodes at edges that are new or gone."""

    nodes: frozenset[str]
    rewired: frozenset[str]
    moved: frozenset[str]  # nodes that are new or gone
    in_order: bool  # whether the nodes of both stand in the same order

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.nodes | self.rewired


def touched(before: Graph, graph: Graph) -> Touched:
    """The difference. From then on `graph` has the indices that `before` has, without having counted all its edges."""
    old, new = before.nodes, graph.nodes
    others = map(is_not, new.values(), map(old.get, new))
    nodes = frozenset() if new is old else frozenset(compress(new, others))
    fresh = [id for id in nodes if id not in old]
    gone = [id for id in old if id not in new] if len(old) + len(fresh) > len(new) else []
    moved = frozenset((*fresh, *gone))
    edges = _changed(before.edges, graph.edges) if graph.edges is not before.edges else []
    for id in moved:  # a wire to a node that is not there any more, or to one that is again
        edges += before.around.get(id, ())
    rewired = moved.union([end.node for edge in edges for end in edge])
    counted: dict[str, Any] = {name: index for name, index in vars(before).items() if name in INDICES}
    if rewired:
        near = {*edges, *(edge for id in rewired for edge in before.around.get(id, ()))}
        there = [*filter(near.__contains__, graph.edges)] if near else []
        counted = _indices(counted, graph, edges, rewired, there)
    vars(graph).update(counted)  # where cached properties keep their values
    return Touched(nodes, rewired, moved, new is old or _in_order(old, new, moved))


def _in_order(old: Iterable[str], new: Iterable[str], moved: frozenset[str]) -> bool:
    """A node that is removed and made anew is the youngest; undo makes it as old as it was."""
    if not moved:
        return list(old) == list(new)
    return [id for id in old if id not in moved] == [id for id in new if id not in moved]


def _changed(old: tuple[Edge, ...], new: tuple[Edge, ...]) -> list[Edge]:
    """The edges that are in one of the two alone; all between the common ends where the order differs too."""
    start = _alike(old, new)
    stop = _alike(old[:start:-1], new[:start:-1]) if start else _alike(old[::-1], new[::-1])
    gone, come = old[start : len(old) - stop], new[start : len(new) - stop]
    before, after = set(gone), set(come)
    kept = [edge for edge in gone if edge in after]
    if len(before) < len(gone) or len(after) < len(come) or kept != [edge for edge in come if edge in before]:
        return [*gone, *come]
    return [edge for edge in (*gone, *come) if edge not in before or edge not in after]


def _alike(one: tuple[Edge, ...], other: tuple[Edge, ...]) -> int:
    """How many edges from the beginning on are the same, found by halves: to compare slices is quick."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _indices(
    counted: Mapping[str, Any], graph: Graph, edges: Iterable[Edge], near: frozenset[str], there: Iterable[Edge]
) -> dict[str, Any]:
    """The indices, but for the ends of these edges and the nodes near them as they were; `there` are their edges."""
    renew: dict[str, Callable[[Any], Any]] = {
        "incoming": lambda known: _ends(known, {edge.target for edge in edges}, there, 1),
        "outgoing": lambda known: _ends(known, {edge.source for edge in edges}, there, 0),
        "sources": lambda known: _neighbours(known, graph, near, there, 1),
        "targets": lambda known: _neighbours(known, graph, near, there, 0),
        "around": lambda known: _around(known, near, there),
    }
    return {name: renew[name](index) for name, index in counted.items()}


def _ends(
    known: Mapping[End, tuple[Edge, ...]], ends: set[End], there: Iterable[Edge], which: int
) -> Mapping[End, tuple[Edge, ...]]:
    if not ends:
        return known
    found = dict(known)
    fresh: dict[End, list[Edge]] = {end: [] for end in ends}
    for edge in there:
        if edge[which] in fresh:
            fresh[edge[which]].append(edge)
    for end, group in fresh.items():
        found[end] = tuple(group)
        if not group:
            del found[end]
    return found


def _neighbours(
    known: Mapping[str, tuple[str, ...]], graph: Graph, near: frozenset[str], there: Iterable[Edge], which: int
) -> dict[str, tuple[str, ...]]:
    found = dict(known)
    fresh: dict[str, dict[str, None]] = {id: {} for id in near if id in graph.nodes}
    for edge in there:
        if edge[which].node in fresh and edge[1 - which].node in graph.nodes:
            fresh[edge[which].node][edge[1 - which].node] = None
    for id in near:
        found.pop(id, None)
    return found | {id: tuple(others) for id, others in fresh.items()}


def _around(
    known: Mapping[str, tuple[Edge, ...]], near: frozenset[str], there: Iterable[Edge]
) -> dict[str, tuple[Edge, ...]]:
    found = dict(known)
    fresh: dict[str, dict[Edge, None]] = {id: {} for id in near}
    for edge in there:
        for end in edge:
            if end.node in fresh:
                fresh[end.node][edge] = None
    for id, edges in fresh.items():
        found[id] = tuple(edges)
        if not edges:
            del found[id]
    return found
