"""The order of nodes in their columns: branches stay together, and few wires cross. Pure Python."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

Columns = list[list[str]]
Near = Mapping[str, Sequence[str]]  # for each name those that it is joined to in the column before it, or behind it
SWEEPS = 6
SMALL = 400  # names; in larger drawings neighbours are not exchanged one by one


def uncrossed(columns: Sequence[Sequence[str]], before: Near, after: Near) -> Columns:
    """The columns in an order with few crossings; among equals the one that is nearest to theirs."""
    ways = [[[*column] for column in columns], _along_branches(columns, before, after)]
    found = [_swept(way, before, after) for way in ways]
    if sum(map(len, columns)) <= SMALL:
        found = [_exchanged(way, before, after) for way in found]
    return min(found, key=lambda way: crossings(way, after))


def crossings(columns: Columns, after: Near) -> int:
    """How many pairs of wires between neighbouring columns cross."""
    return sum(_between(one, other, after) for one, other in pairwise(columns))


def _between(column: Sequence[str], fixed: Sequence[str], near: Near) -> int:
    place = {name: at for at, name in enumerate(fixed)}
    passed: list[int] = []
    found = 0
    for name in column:
        ends = [place[end] for end in near.get(name, ()) if end in place]
        found += sum(len(passed) - bisect_right(passed, end) for end in ends)
        for end in ends:
            insort(passed, end)
    return found


def _along_branches(columns: Sequence[Sequence[str]], before: Near, after: Near) -> Columns:
    """Each column in the order in which one meets its names who follows each branch to its end."""
    met: dict[str, int] = {}
    for start in (name for column in columns for name in column):
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in met:
                met[name] = len(met)
                waiting += reversed([*after.get(name, ()), *before.get(name, ())])
    return [sorted(column, key=met.__getitem__) for column in columns]


def _swept(columns: Columns, before: Near, after: Near) -> Columns:
    """Order each column by the mean place of its neighbours, to and fro; the best that comes of it."""
    best, least = columns, crossings(columns, after)
    for sweep in range(SWEEPS):
        if not least:
            break
        forward = sweep % 2 == 0
        way = columns if forward else columns[::-1]
        done = [way[0]] if way else []
        for free in way[1:]:
            done.append(_by_means(free, done[-1], before if forward else after, sweep % 4 > 1))
        columns = done if forward else done[::-1]
        if (now := crossings(columns, after)) < least:
            best, least = columns, now
    return best


def _by_means(free: Sequence[str], fixed: Sequence[str], near: Near, turned: bool) -> list[str]:
    """By the mean place of what each is joined to, `turned` those of one mean; others keep their places."""
    place = {name: at for at, name in enumerate(fixed)}
    means = {name: [place[end] for end in near.get(name, ()) if end in place] for name in free}
    joined = [name for name in (reversed(free) if turned else free) if means[name]]
    drawn = iter(sorted(joined, key=lambda name: sum(means[name]) / len(means[name])))
    return [next(drawn) if means[name] else name for name in free]


def _exchanged(columns: Columns, before: Near, after: Near) -> Columns:
    """Exchange neighbours in a column as long as fewer wires cross then."""
    found, changed = [[*column] for column in columns], True
    while changed:
        changed = False
        for at, column in enumerate(found):
            sides = [(found[at - 1], before)] if at else []
            sides += [(found[at + 1], after)] if at + 1 < len(found) else []
            changed = _exchange(column, sides) or changed
    return found


def _exchange(column: list[str], sides: Iterable[tuple[Sequence[str], Near]]) -> bool:
    """Once through a column; whether any two changed places."""
    places = [({name: at for at, name in enumerate(fixed)}, near) for fixed, near in sides]
    ends = {
        name: [sorted(place[n] for n in near.get(name, ()) if n in place) for place, near in places] for name in column
    }
    changed = False
    for at in range(len(column) - 1):
        one, other = column[at : at + 2]
        if sum(map(_gain, ends[one], ends[other])) > 0:
            column[at : at + 2] = other, one
            changed = True
    return changed


def _gain(one: Sequence[int], other: Sequence[int]) -> int:
    """How many crossings fewer there are if one stands below the other instead of above it."""
    return sum((a > b) - (a < b) for a in one for b in other)
