"""The order in which nodes compute, cycles, and which side of collate each node stands on."""

import heapq
from collections.abc import Mapping

from runtime.graph.model import Graph

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

    `allowed` is the side on which a node's type may stand; where it is "either", what feeds the node decides.
    """
    found: dict[str, str] = {}
    sources = graph.sources
    for id in order:
        side = allowed.get(id, "either")
        if side == "either":
            side = SAMPLE if any(found.get(source) == SAMPLE for source in sources[id]) else BATCH
        found[id] = side
    return found
