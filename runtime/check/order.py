"""The order in which nodes compute, cycles, and which side of collate each node stands on."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from runtime.graph.model import Graph
from runtime.graph.touched import Touched

if TYPE_CHECKING:
    from runtime.check.walk import Walk

SAMPLE, BORDER, BATCH = "sample", "border", "batch"


def ordered(graph: Graph, place: Mapping[str, int]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Every node after what feeds it, ties by age, which is its `place`; and the nodes on or behind a cycle."""
    found = tuple(_onward(graph, place, set(), place))
    return found, frozenset(place) - frozenset(found) if len(found) < len(place) else frozenset()


def _onward(graph: Graph, place: Mapping[str, int], done: set[str], rest: Iterable[str]) -> Iterator[str]:
    """The `rest` behind the nodes that are done: the oldest of those whose sources are, again and again."""
    sources, targets, names = graph.sources, graph.targets, tuple(place)
    ready = [place[id] for id in rest if done.issuperset(sources[id])]
    heapq.heapify(ready)
    while ready:
        id = names[heapq.heappop(ready)]
        done.add(id)
        yield id
        for target in targets[id]:
            if done.issuperset(sources[target]):
                heapq.heappush(ready, place[target])


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
    if change.rewired:
        walk.order, walk.cyclic = _reordered(walk, before, change)
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


def _reordered(walk: "Walk", before: "Walk", change: Touched) -> tuple[tuple[str, ...], frozenset[str]]:
    """What `ordered` finds, found near the edit alone.

    The order is the earlier one up to where an edit first matters, and again from where the same nodes are done and
    none that it touched is left.
    """
    nodes, start = walk.graph.nodes, min(_parting(walk, before, id) for id in change.rewired)
    if start == len(before.order) and not any(id in nodes for id in change.moved):
        return before.order, frozenset()
    first, last = before.order[:start], before.order[start:]
    done = set(first)
    touched = {id for id in change.rewired if id in nodes} - done
    old = [id for id in last if id in nodes]
    found, apart, at = list[str](), set[str](), 0
    for id in _onward(walk.graph, walk.place, done, (*old, *touched.difference(old))) if touched else ():
        found.append(id)
        touched.discard(id)
        if id in before.rank:
            apart ^= {id} ^ {old[at]}
            at += 1
        if not apart and not touched:
            break
    if touched or apart:
        return (), frozenset(nodes) - done
    return (*first, *found, *old[at:]), frozenset()


def _parting(walk: "Walk", before: "Walk", id: str) -> int:
    """From where on in the order it matters that the wires of a node are others, or that it is new or gone."""
    rank, place, order = before.rank, walk.place, before.order
    last = rank.get(id, len(order))
    if id not in place:
        return last
    ready = 1 + max((rank.get(source, len(order)) for source in walk.graph.sources[id]), default=-1)
    if ready > last:
        return last
    age, between = place[id], order[ready:last]
    return next((at for at, other in enumerate(between, ready) if place.get(other, -1) > age), len(order))
