"""At which nodes a graph differs from an earlier one, and its indices of edges made from those of the earlier one."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.graph.model import Edge, End, Graph


def touched(before: Graph, graph: Graph) -> set[str]:
    """The nodes that are new, gone or another value, and those at an edge that is new, gone or in another place.

    From then on `graph` has indices of its edges without having counted them all.
    """
    old, new = before.nodes, graph.nodes
    changed = {id for id, node in new.items() if old.get(id) is not node} if new is not old else set()
    moved = (old.keys() ^ new.keys()) if new is not old else set()
    edges = _changed(before.edges, graph.edges) if graph.edges is not before.edges else []
    if moved:  # a wire to a node that is not there, or to one that is again
        edges += [edge for edge in (*before.edges, *graph.edges) if edge[0][0] in moved or edge[1][0] in moved]
    near = {end.node for edge in edges for end in edge} | moved
    _carry(before, graph, edges, near)
    return changed | near


def _changed(old: tuple[Edge, ...], new: tuple[Edge, ...]) -> list[Edge]:
    """The edges that are in one of the two alone; all between the common ends where the order differs too."""
    shortest = min(len(old), len(new))
    start = next((at for at in range(shortest) if old[at] is not new[at]), shortest)
    left = shortest - start
    stop = next((at for at in range(1, left + 1) if old[-at] is not new[-at]), left + 1) - 1
    gone, come = old[start : len(old) - stop], new[start : len(new) - stop]
    before, after = set(gone), set(come)
    kept = [edge for edge in gone if edge in after]
    if len(before) < len(gone) or len(after) < len(come) or kept != [edge for edge in come if edge in before]:
        return [*gone, *come]
    return [edge for edge in (*gone, *come) if edge not in before or edge not in after]


def _carry(before: Graph, graph: Graph, edges: Iterable[Edge], near: set[str]) -> None:
    """Take over the indices, but for the ends of these edges and the nodes near them."""
    known: dict[str, Any] = vars(graph)  # where cached properties keep their values
    if not near:
        known |= {name: getattr(before, name) for name in ("incoming", "outgoing", "sources", "targets")}
        return
    there = [edge for edge in graph.edges if edge[0][0] in near or edge[1][0] in near]
    known["incoming"] = _ends(before.incoming, {edge.target for edge in edges}, there, 1)
    known["outgoing"] = _ends(before.outgoing, {edge.source for edge in edges}, there, 0)
    known["sources"] = _neighbours(before.sources, graph, near, there, 1)
    known["targets"] = _neighbours(before.targets, graph, near, there, 0)


def _ends(
    known: Mapping[End, tuple[Edge, ...]], ends: set[End], there: Iterable[Edge], which: int
) -> dict[End, tuple[Edge, ...]]:
    found = dict(known)
    fresh: dict[End, tuple[Edge, ...]] = dict.fromkeys(ends, ())
    for edge in there:
        if edge[which] in fresh:
            fresh[edge[which]] = (*fresh[edge[which]], edge)
    for end, group in fresh.items():
        if group:
            found[end] = group
        else:
            found.pop(end, None)
    return found


def _neighbours(
    known: Mapping[str, tuple[str, ...]], graph: Graph, near: set[str], there: Iterable[Edge], which: int
) -> dict[str, tuple[str, ...]]:
    found = dict(known)
    fresh: dict[str, dict[str, None]] = {id: {} for id in near if id in graph.nodes}
    for edge in there:
        if edge[which].node in fresh and edge[1 - which].node in graph.nodes:
            fresh[edge[which].node][edge[1 - which].node] = None
    for id in near:
        found.pop(id, None)
    return found | {id: tuple(others) for id, others in fresh.items()}
