"""Bends: the dots that a user set on a wire and through which it goes. Layout alone; no program knows of them.

They stand in a graph's `extra` as its file holds them: ``[["a.output", "b.input", [[x, y], ...]], ...]``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import dist
from typing import Any

from runtime.graph.model import Edge, End, Graph, end, placed, plain

BENDS = "bends"
Place = tuple[float, float]
Points = tuple[Place, ...]


def bends(graph: Graph) -> dict[Edge, Points]:
    """The dots of each wire that has some, from its output to its input; what is not understood is passed over."""
    found: dict[Edge, Points] = {}
    for entry in _held(graph):
        edge = _edge(entry)
        if edge is not None and edge not in found and (points := _points(entry[2])):
            found[edge] = points
    return found


def understood(graph: Graph) -> bool:
    """Whether bends can be added: what a file holds in their place may be something else altogether."""
    return isinstance(graph.extra.get(BENDS, []), list)


def _held(graph: Graph) -> list[Any]:
    found = graph.extra.get(BENDS)
    return found if isinstance(found, list) else []


def _edge(entry: Any) -> Edge | None:
    if not isinstance(entry, list) or len(entry) != 3:
        return None
    ends = [end(text) for text in entry[:2] if isinstance(text, str) and "." in text]
    return Edge(*ends) if len(ends) == 2 else None


def _points(value: Any) -> Points:
    pairs = value if isinstance(value, list) else []
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(_number, pair)) for pair in pairs):
        return ()
    return tuple(placed(x, y) for x, y in pairs)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def bent(graph: Graph, edge: Edge, points: Iterable[Sequence[float]]) -> Graph:
    """The graph with a wire that goes through these dots, and no others."""
    new = _entry(edge, points)
    held = _held(graph)
    at = next((at for at, entry in enumerate(held) if _edge(entry) == edge), len(held))
    rest = [entry for entry in held if _edge(entry) != edge]
    return _with(graph, [*rest[:at], *([new] if new[2] else []), *rest[at:]])


def led(graph: Graph, ends: Callable[[End], End | None]) -> Graph:
    """The graph with its bends at wires whose ends are others now."""
    if BENDS not in graph.extra:
        return graph
    found = []
    for entry in _held(graph):
        edge = _edge(entry)
        new = [None if edge is None else ends(each) for each in edge or ()]
        found.append([*map(str, new), entry[2]] if edge is not None and None not in new else entry)
    return _with(graph, found)


def settled(had: Sequence[tuple[Edge, ...]], after: Graph) -> Graph:
    """The graph without the bends of wires that are gone; `had` are those that it had, step by step."""
    if BENDS not in after.extra or all(each is after.edges for each in had):
        return after
    gone = set().union(*had).difference(after.edges)
    kept = [entry for entry in _held(after) if _edge(entry) not in gone]
    return after if len(kept) == len(_held(after)) else _with(after, kept)


def carried(graph: Graph, names: Mapping[str, str], way: tuple[float, float]) -> dict[Edge, Points]:
    """The bends of wires between nodes that are called otherwise elsewhere, moved by a way."""
    return {
        Edge(*(End(names[each.node], each.port) for each in edge)): shifted(points, way)
        for edge, points in bends(graph).items()
        if all(each.node in names for each in edge)
    }


def parted(points: Points, ends: tuple[Place, Place], at: Place) -> tuple[Points, Points]:
    """The dots of a wire on which a node is put: those before it and those behind it, so that the way is short."""
    stops = [ends[0], *points, ends[1]]
    around = [dist(one, at) + dist(at, other) - dist(one, other) for one, other in pairwise(stops)]
    before = around.index(min(around))
    return points[:before], points[before:]


def shifted(points: Points, way: tuple[float, float]) -> Points:
    """Dots moved by a way."""
    return tuple(placed(x + way[0], y + way[1]) for x, y in points)


def with_bends(graph: Graph, found: Mapping[Edge, Points]) -> Graph:
    """The graph with the bends of some wires more."""
    if found and understood(graph):
        graph = _with(graph, [*_held(graph), *(_entry(edge, points) for edge, points in found.items())])
    return graph


def _entry(edge: Edge, points: Iterable[Sequence[float]]) -> list[Any]:
    pairs = (placed(x, y) for x, y in points)
    return [str(edge.source), str(edge.target), [[plain(x), plain(y)] for x, y in pairs]]


def _with(graph: Graph, held: list[Any]) -> Graph:
    rest = {key: value for key, value in graph.extra.items() if key != BENDS}
    return graph.with_(extra={**rest, BENDS: held} if held else rest)
