"""Nodes in layers from left to right: every node after what feeds it, few crossings, short wires. Pure Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from editor.canvas.crossings import uncrossed

Sizes = Mapping[str, tuple[float, float, float]]  # width, height, and how far down the line lies that is to be level
Links = Sequence[tuple[str, str]]
ACROSS, DOWN = 32.0, 20.0  # between columns, between nodes of a column
LANE = 10.0  # the height that a long wire is given in the columns it passes
SWEEPS = 6
LONG = 4000  # where long wires would pass more columns than this in all, they get no lanes: it would take too long


@dataclass
class Layers:
    """Columns of names; a name that is no node stands for a long wire on its way through a column."""

    columns: list[list[str]]
    before: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)


def ranks(ids: Sequence[str], links: Links) -> dict[str, int]:
    """The column of each node: the longest way to it, then as far right as what it feeds allows."""
    feeds: dict[str, list[str]] = {id: [] for id in ids}
    fed: dict[str, set[str]] = {id: set() for id in ids}
    for a, b in links:
        if a in feeds and b in feeds and a != b:
            feeds[a].append(b)
            fed[b].add(a)
    order, rank = _ordered(ids, feeds, fed), dict.fromkeys(ids, 0)
    place = {id: at for at, id in enumerate(order)}
    for id in order:
        for to in feeds[id]:
            if place[to] > place[id]:
                rank[to] = max(rank[to], rank[id] + 1)
    for id in reversed(order):
        ahead = [rank[to] for to in feeds[id] if place[to] > place[id]]
        if ahead:
            rank[id] = min(ahead) - 1
    least = min(rank.values(), default=0)
    return {id: at - least for id, at in rank.items()}


def _ordered(ids: Sequence[str], feeds: Mapping[str, list[str]], fed: Mapping[str, set[str]]) -> list[str]:
    """Every node after what feeds it; a circle is cut where the graph names it first."""
    waiting = {id: len(fed[id]) for id in ids}
    ready = [id for id in ids if not waiting[id]]
    rest = dict.fromkeys(ids)
    found: list[str] = []
    while rest:
        if not ready:
            ready.append(next(iter(rest)))
        id = ready.pop(0)
        if id not in rest:
            continue
        del rest[id]
        found.append(id)
        for to in dict.fromkeys(feeds[id]):
            waiting[to] -= 1
            if waiting[to] == 0:
                ready.append(to)
    return found


def layers(ids: Sequence[str], links: Links, rank: Mapping[str, int]) -> Layers:
    """The nodes by column, long wires included, in an order with few crossings."""
    known, first = set(ids), min((rank[id] for id in ids), default=0)
    made = Layers([[] for _ in range(max((rank[id] for id in ids), default=first - 1) - first + 1)])
    for id in ids:
        made.columns[rank[id] - first].append(id)
    lanes = sum(max(rank[b] - rank[a], 0) for a, b in links if a in known and b in known) <= LONG
    for number, (a, b) in enumerate(links):
        if a in known and b in known and rank[a] < rank[b]:
            between = range(rank[a] + 1, rank[b]) if lanes else ()
            chain = [a, *(f"\n{number}.{at}" for at in between), b]
            for at, name in enumerate(chain[1:-1], rank[a] + 1 - first):
                made.columns[at].append(name)
            for x, y in pairwise(chain):
                made.after.setdefault(x, []).append(y)
                made.before.setdefault(y, []).append(x)
    made.columns = uncrossed(made.columns, made.before, made.after)
    return made


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def placed(made: Layers, sizes: Sizes, across: float = ACROSS, down: float = DOWN) -> dict[str, tuple[float, float]]:
    """Upper left corners: columns beside each other, each node near the height of its neighbours."""
    lane = (0.0, LANE, LANE / 2)
    size = {name: sizes.get(name, lane) for column in made.columns for name in column}
    level = dict.fromkeys(size, 0.0)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        near = made.before if forward else made.after
        for column in made.columns if forward else reversed(made.columns):
            wished = [_mean([level[n] for n in near.get(name, ())], level[name]) - size[name][2] for name in column]
            tops = _apart(wished, [size[name][1] for name in column], down)
            for name, top in zip(column, tops, strict=True):
                level[name] = top + size[name][2]
    found: dict[str, tuple[float, float]] = {}
    x = 0.0
    for column in made.columns:
        for name in column:
            if name in sizes:
                found[name] = (x, level[name] - size[name][2])
        x += max((sizes[name][0] for name in column if name in sizes), default=0.0) + across
    return found


def _apart(wished: Sequence[float], heights: Sequence[float], gap: float) -> list[float]:
    """The tops nearest to the wished ones (least squares) that keep order and gap: pool what would overlap."""
    offsets, total = [], 0.0
    for height in heights:
        offsets.append(total)
        total += height + gap
    pools: list[tuple[float, int]] = []  # (mean, count)
    for value in (w - o for w, o in zip(wished, offsets, strict=True)):
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        pools.append((mean, count))
    flat = [mean for mean, count in pools for _ in range(count)]
    return [z + offset for z, offset in zip(flat, offsets, strict=True)]


def extent(places: Mapping[str, tuple[float, float]], sizes: Sizes) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of placed nodes."""
    if not places:
        return 0.0, 0.0, 0.0, 0.0
    return (
        min(x for x, _ in places.values()),
        min(y for _, y in places.values()),
        max(x + sizes[id][0] for id, (x, _) in places.items()),
        max(y + sizes[id][1] for id, (_, y) in places.items()),
    )


def shifted(places: Mapping[str, tuple[float, float]], dx: float, dy: float) -> dict[str, tuple[float, float]]:
    """All of them moved."""
    return {id: (x + dx, y + dy) for id, (x, y) in places.items()}


def joined(parts: Iterable[Mapping[str, tuple[float, float]]]) -> dict[str, tuple[float, float]]:
    """Several placements as one."""
    return {id: at for part in parts for id, at in part.items()}
