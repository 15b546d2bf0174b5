"""The order in which nodes compute, cycles, and which side of collate each node stands on."""

import heapq
from collections.abc import Mapping
from itertools import repeat
from typing import TYPE_CHECKING

from runtime.graph.model import Graph
from runtime.graph.touched import Touched

if TYPE_CHECKING:
    from runtime.check.walk import Walk

SAMPLE, BORDER, BATCH = "sample", "border", "batch"


def ordered(graph: Graph) -> tuple[tuple[str, ...], frozenset[str]]:
    """Every node after what feeds it, ties by age; and the nodes on or behind a cycle."""
    place = {id: at for at, id in enumerate(graph.nodes)}
    waiting = {id: len(sources) for id, sources in graph.sources.items()}
    names = list(place)
    ready = [place[id] for id, count in waiting.items() if not count]
    heapq.heapify(ready)
    found: list[str] = []
    targets = graph.targets
    while ready:
        id = names[heapq.heappop(ready)]
        found.append(id)
        for target in targets[id]:
            waiting[target] -= 1
            if not waiting[target]:
                heapq.heappush(ready, place[target])
    return tuple(found), frozenset(place) - frozenset(found)


def cycle(graph: Graph, among: frozenset[str]) -> list[str]:
    """One cycle among the nodes that could not be ordered, each node feeding the next and the last the first."""
    id = next(iter(sorted(among)))
    path: dict[str, None] = {}
    while id not in path:
        path[id] = None
        id = next(source for source in graph.sources[id] if source in among)
    walk = list(path)
    return walk[walk.index(id) :][::-1]


def sides(graph: Graph, order: tuple[str, ...], allowed: Mapping[str, str]) -> dict[str, str]:
    """Left of collate, collate itself, or right of it, for each node.

    `allowed` is the side on which a node's type may stand; where it is "either", what feeds the node decides. What
    takes samples alone and is fed with batches is told of, and stands with these.
    """
    found: dict[str, str] = {}
    for id in order:
        found[id] = _side(graph, found, id, allowed.get(id, "either"))
    return found


def _side(graph: Graph, known: Mapping[str, str], id: str, allowed: str) -> str:
    sources = graph.sources[id]
    if allowed != "either" and (allowed != SAMPLE or not sources):
        return allowed
    return SAMPLE if any(known.get(source) == SAMPLE for source in sources) else BATCH


def follow(walk: "Walk", before: "Walk", change: Touched) -> set[str]:
    """Order and sides after an edit near some nodes; the nodes whose side is another, or of what feeds them."""
    graph = walk.graph
    if change.rewired and not _kept(walk, before, change):
        walk.order, walk.cyclic = ordered(graph)
    if walk.cyclic:  # such a graph is looked at as a whole
        return set()
    if walk.order is not before.order:
        walk.rank = {id: at for at, id in enumerate(walk.order)}
    for id in change.moved:
        walk.sides.pop(id, None)
    waiting = [(walk.rank[id], id) for id in change.all if id in walk.rank]
    heapq.heapify(waiting)
    turned: set[str] = set()
    while waiting:
        id = heapq.heappop(waiting)[1]
        side = _side(graph, walk.sides, id, walk.specs[id].side if id in walk.specs else "either")
        walk.sides[id] = side
        if before.sides.get(id) != side:
            turned.update((id, *graph.targets[id]))
            for target in graph.targets[id]:
                heapq.heappush(waiting, (walk.rank[target], target))
    return turned


def _kept(walk: "Walk", before: "Walk", change: Touched) -> bool:
    """Whether the old order still is the one that `ordered` finds, but for nodes that are gone or new at its end.

    It is if each node near the edit stands behind what feeds it now, and nothing younger went before it while it was
    ready: that is what `ordered` goes by.
    """
    nodes, rank, place, order = walk.graph.nodes, before.rank, walk.place, before.order
    fresh = [id for id in nodes if id in change.moved] if change.moved else []
    for id in change.rewired:
        if id not in nodes or id in fresh:
            continue
        ready = 1 + max((rank.get(source, len(order)) for source in walk.graph.sources[id]), default=-1)
        if ready > rank[id]:
            return False
        if ready < rank[id] and max(map(place.get, order[ready : rank[id]], repeat(-1))) > place[id]:
            return False
    if any(walk.graph.targets[id] for id in fresh) or fresh != list(nodes)[len(nodes) - len(fresh) :]:
        return False
    if change.moved:
        walk.order = (*(id for id in order if id in nodes), *fresh)
    return True
