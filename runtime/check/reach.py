"""What lies upstream of the ends of a graph, kept from check to check: an edit is followed from near it alone."""

import heapq
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.check.walk import Walk

Key = frozenset[str] | None  # the nodes back from which gradient flows
USEFUL: Key = None  # for what leads to anything at all, whatever its types are
Leads = Callable[[str], Iterable[str]]  # the nodes that feed a node, in the way that counts


@dataclass(frozen=True)
class Reach:
    """The nodes upstream of some, along wires of some kind."""

    nodes: Set[str]
    layers: tuple[str, ...] | None = None  # among them, once they were asked for
    doubtful: frozenset[str] = frozenset()  # nodes that may belong to them or not any more


def reach(walk: "Walk", key: Key, roots: Collection[str], leads: Leads) -> Reach:
    """What is upstream of the roots, with them; the next check knows it under its key."""
    known = walk.reach.get(key)
    if known is None:
        known = Reach(upstream(roots, leads))
    elif known.doubtful:
        known = _followed(walk, known, roots, leads)
    walk.reach[key] = known
    return known


def upstream(roots: Iterable[str], leads: Leads) -> set[str]:
    """The roots, and all that feeds them."""
    seen = set(roots)
    waiting = [*seen]
    while waiting:
        for source in leads(waiting.pop()):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return seen


def forget_gradient(walk: "Walk") -> None:
    """Nothing is known any more of what lies upstream along wires through which gradient flows."""
    walk.reach = {key: known for key, known in walk.reach.items() if key is USEFUL}
    walk.cuts = None


def doubt(walk: "Walk", ids: Iterable[str], keys: Iterable[Key]) -> None:
    """Note that what is known under these keys may be otherwise near some nodes."""
    for key in keys:
        known = walk.reach[key]
        walk.reach[key] = replace(known, doubtful=known.doubtful.union(ids))
    walk.cuts = None


def _followed(walk: "Walk", known: Reach, roots: Collection[str], leads: Leads) -> Reach:
    """Look at the doubtful nodes again, the last first, and at what feeds those that belong to it or not any more."""
    rank, sources, targets = walk.rank, walk.graph.sources, walk.graph.targets
    turned = {id for id in known.doubtful & known.nodes if id not in rank}
    nodes = {*known.nodes} - turned
    waiting = [(-rank[id], id) for id in known.doubtful if id in rank]
    heapq.heapify(waiting)
    while waiting:
        id = heapq.heappop(waiting)[1]
        belongs = id in roots or any(id in leads(target) for target in targets[id] if target in nodes)
        if belongs != (id in nodes):
            nodes ^= {id}
            turned.add(id)
            for source in sources[id]:
                heapq.heappush(waiting, (-rank[source], source))
    same = all(id in walk.specs and not walk.specs[id].weights for id in turned)
    return Reach(nodes, known.layers if same else None)
