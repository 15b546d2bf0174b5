"""Positions for a whole graph: samples, collate, batches from left to right, long chains folded like lines of text."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from editor.canvas.layers import ACROSS, DOWN, Links, Sizes, extent, joined, layers, placed, ranks, shifted
from editor.canvas.room import snap

ROOM = (824.0, 528.0)  # the canvas in a small window
BORDER = 44.0  # on both sides of collate
LINES = 34.0  # between two lines of a folded chain
READABLE = 0.84  # the smallest text is 9 pixels high then
FEW = 60  # of graphs with more nodes one way to fold them is looked at, and lines break where few wires are cut
SHORTER, LAST = 0.7, 1.15  # a line may end so early for that, and the last one be so long before it is broken once more
BACK, LATER = 0.91, 0.93  # what a page is worth less for a wire that leads back, and a branch that begins a line later
Places = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Page:
    """One way to lay the graph out, and how large it would be seen."""

    places: Places
    ease: float  # with which it is read: less where it is folded
    scale: float

    @property
    def worth(self) -> float:
        """Large is good until it can be read well; a fold has to make it larger by so much."""
        return min(self.scale, READABLE) * self.ease


def arranged(sizes: Sizes, links: Links, sides: Mapping[str, str] | None = None) -> Places:
    """Upper left corners on the grid for all nodes; the best of a few ways to fold."""
    if not sizes:
        return {}
    pages = list(_pages(sizes, links, sides or {}))
    best = max(pages, key=lambda page: page.worth)
    left, top, _, _ = extent(best.places, sizes)
    return {id: (snap(x - left), snap(y - top)) for id, (x, y) in best.places.items()}


def _pages(sizes: Sizes, links: Links, sides: Mapping[str, str]) -> Iterator[Page]:
    before = [id for id in sizes if sides.get(id) == "sample"]
    border = [id for id in sizes if sides.get(id) == "border"]
    behind = [id for id in sizes if sides.get(id) not in ("sample", "border")]
    if not border:
        behind, before = [*before, *behind], []
    lefts, rights = (_foldings(ids, sizes, links) for ids in (before, behind))
    for one, ease in lefts:
        for two, more in rights:
            places = _beside(one, border, two, sizes, links)
            left, top, right, bottom = extent(places, sizes)
            scale = min(ROOM[0] / max(right - left, 1.0), ROOM[1] / max(bottom - top, 1.0))
            yield Page(places, ease * more, scale)


def _beside(one: Places, border: Sequence[str], two: Places, sizes: Sizes, links: Links) -> Places:
    """Samples level with the ports of collate that they feed, then collate and batches with their middles level."""
    stack: Places = {}
    y = 0.0
    for id in border:
        stack[id] = (0.0, y)
        y += sizes[id][1] + LINES
    stack, two = _centred(stack, sizes), _centred(two, sizes)
    one = _centred(one, sizes)
    steps = [_level(stack, sizes, b) - _level(one, sizes, a) for a, b in links if a in one and b in stack]
    one = shifted(one, 0.0, sum(steps) / len(steps) if steps else 0.0)
    parts, x = [], 0.0
    for part in (one, stack, two):
        if part:
            left, _, right, _ = extent(part, sizes)
            parts.append(shifted(part, x - left, 0.0))
            x += right - left + BORDER
    return joined(parts)


def _centred(part: Places, sizes: Sizes) -> Places:
    _, top, _, bottom = extent(part, sizes)
    return shifted(part, 0.0, -(top + bottom) / 2)


def _level(part: Places, sizes: Sizes, id: str) -> float:
    return part[id][1] + sizes[id][2]


def _foldings(ids: Sequence[str], sizes: Sizes, links: Links) -> list[tuple[Places, float]]:
    """The nodes in one line of columns, and broken into two, three, ... lines, with how easily that is read.

    A line ends only where branches neither begin nor meet: what joins them stands right of all of them.
    """
    if not ids:
        return [({}, 1.0)]
    rank = ranks(ids, links)
    widths = [0.0] * (max(rank.values()) + 1)
    for id in ids:
        widths[rank[id]] = max(widths[rank[id]], sizes[id][0] + ACROSS)
    if len(sizes) > FEW:
        lines = _broken(widths, _page(ids, sizes, rank, widths), _cuts(rank, links, len(widths)))
        return [(_folded(ids, sizes, links, rank, lines), 1.0)]
    wires = [(a, b) for a, b in dict.fromkeys(links) if a in rank and b in rank]
    passing = [[(a, b) for a, b in wires if rank[a] <= at < rank[b]] for at in range(len(widths) - 1)]
    fed = Counter(b for _, b in wires)
    parts = [0, *accumulate(_ends(some, fed) for some in passing)]  # of columns, each in one line
    wide = [sum(width for width, at in zip(widths, parts, strict=True) if at == part) for part in range(parts[-1] + 1)]
    ways = [[way[part] for part in parts] for way in sorted({tuple(_lines(wide, width)) for width in _widths(wide)})]
    begun = max((rank[id] for id in ids if id not in fed), default=0)
    return [
        (_folded(ids, sizes, links, rank, lines), BACK ** _back(lines, passing) * LATER ** lines[begun])
        for lines in ways
    ]


def _back(lines: Sequence[int], passing: Sequence[Links]) -> int:
    """How many wires lead back to the left, from the end of a line to the next one."""
    return sum(len(wires) for (one, next), wires in zip(pairwise(lines), passing, strict=True) if one != next)


def _ends(passing: Links, fed: Mapping[str, int]) -> bool:
    """Whether a line may end where these wires pass: they come from one node, and nothing joins them with others."""
    return len({a for a, _ in passing}) <= 1 and all(fed[b] == 1 for _, b in passing)


def _page(ids: Sequence[str], sizes: Sizes, rank: Mapping[str, int], widths: Sequence[float]) -> float:
    """The width of lines that fill a page of the shape of the window."""
    heights = [0.0] * len(widths)
    for id in ids:
        heights[rank[id]] += sizes[id][1] + DOWN
    high = sorted(heights)[len(heights) * 9 // 10] + 2 * LINES
    lines = max(1, round(math.sqrt(sum(widths) / high * ROOM[1] / ROOM[0])))
    return sum(widths) / lines / (SHORTER + 1) * 2


def _cuts(rank: Mapping[str, int], links: Links, columns: int) -> list[int]:
    """How many wires pass from each column, or over it, to a later one."""
    steps = [0] * (columns + 1)
    for a, b in links:
        if a in rank and b in rank and rank[a] < rank[b]:
            steps[rank[a]] += 1
            steps[rank[b]] -= 1
    return list(accumulate(steps))[:columns]


def _broken(widths: Sequence[float], most: float, cuts: Sequence[int]) -> list[int]:
    """The line of each column when lines are filled up to a width, or a little less where fewer wires are cut then."""
    found: list[int] = []
    line, first = 0, 0
    while first < len(widths):
        ends = list(accumulate(widths[first:]))
        fitting = [at for at, end in enumerate(ends) if end <= most] or [0]
        last = len(ends) - 1
        if ends[-1] > LAST * most:
            good = [at for at in fitting if ends[at] >= SHORTER * most] or fitting[-1:]
            last = min(good, key=lambda at: (cuts[first + at], -at))
        found += [line] * (last + 1)
        line, first = line + 1, first + last + 1
    return found


def _widths(widths: Sequence[float]) -> set[float]:
    """Every width that some run of neighbouring columns has, and in which each column fits."""
    runs = {sum(widths[a:b]) for a in range(len(widths)) for b in range(a + 1, len(widths) + 1)}
    return {run for run in runs if run >= max(widths)}


def _lines(widths: Sequence[float], most: float) -> list[int]:
    """The line of each column when lines are filled up to a width."""
    found, line, used = [], 0, 0.0
    for width in widths:
        if used and used + width > most + 0.5:
            line, used = line + 1, 0.0
        used += width
        found.append(line)
    return found


def _folded(ids: Sequence[str], sizes: Sizes, links: Links, rank: Mapping[str, int], lines: Sequence[int]) -> Places:
    parts, y = [], 0.0
    for line in sorted(set(lines)):
        some = [id for id in ids if lines[rank[id]] == line]
        part = placed(layers(some, links, rank), sizes)
        left, top, _, bottom = extent(part, sizes)
        parts.append(shifted(part, -left, y - top))
        y += bottom - top + LINES
    return joined(parts)
