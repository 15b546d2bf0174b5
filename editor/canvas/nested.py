"""Positions for a graph with frames: what stands in a frame is laid out by itself, and the frame as one node. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from editor.canvas.layers import Links, Sizes, extent
from editor.canvas.layout import Places, arranged
from editor.canvas.room import GRID, Rect

FRAME = "\0"  # what the key of a frame begins with, beside those of nodes
AROUND = 20.0  # from nodes to the edge of their frame
Link = tuple[str, str]
Holders = Mapping[str, str]  # the frame that holds a node or a frame directly, "" for none


def arranged_in_frames(
    sizes: Sizes, links: Links, sides: Mapping[str, str], holders: Holders, heads: Mapping[str, float]
) -> tuple[Places, dict[str, Rect]]:
    """Upper left corners of all nodes, and where the frames around them lie.

    `heads` says how much room a frame has above its nodes. A frame that cannot stand as one node, because something
    outside stands between its nodes, has no place: its nodes are laid out with the others.
    """
    return _laid("", sizes, links, sides, _sound(holders, "", links), heads)


def _laid(
    level: str, sizes: Sizes, links: Links, sides: Mapping[str, str], holders: Holders, heads: Mapping[str, float]
) -> tuple[Places, dict[str, Rect]]:
    """What a frame holds, or all, from an upper left corner; `links` are those between its nodes."""
    units = [each for each, holder in holders.items() if holder == level]
    between, within = _parted(level, links, holders)
    blocks = {
        each: _laid(each, sizes, within.get(each, []), sides, holders, heads)
        for each in units
        if each.startswith(FRAME)
    }
    measured = {each: _measured(*blocks[each], sizes, heads[each]) if each in blocks else sizes[each] for each in units}
    places, rects = Places(), dict[str, Rect]()
    for each, (x, y) in arranged(measured, between, _sides(units, blocks, sides)).items():
        if each not in blocks:
            places[each] = (x, y)
            continue
        inner, frames = blocks[each]
        left, top = x + AROUND, y + heads[each]
        places |= {id: (left + u, top + v) for id, (u, v) in inner.items()}
        rects |= {id: (left + a, top + b, left + c, top + d) for id, (a, b, c, d) in frames.items()}
        width, height, _ = measured[each]
        rects[each] = (x, y, x + width, y + height)
    return places, rects


def _measured(places: Places, rects: Mapping[str, Rect], sizes: Sizes, head: float) -> tuple[float, float, float]:
    """Width and height of a frame around what it holds, and at what height wires come to its first node."""
    _, _, right, bottom = extent(places, sizes)
    right, bottom = (max([far, *(rect[at] for rect in rects.values())]) for far, at in ((right, 2), (bottom, 3)))
    first = min(places, key=lambda id: places[id])
    width, height = (-(-length // GRID) * GRID for length in (right + 2 * AROUND, bottom + head + AROUND))
    return width, height, head + places[first][1] + sizes[first][2]


def _sides(
    units: Iterable[str], blocks: Mapping[str, tuple[Places, object]], sides: Mapping[str, str]
) -> dict[str, str]:
    """The sides of the loader on which nodes stand, and frames where all their nodes stand on one."""
    found = {each: {sides.get(id, "") for id in blocks[each][0]} if each in blocks else set() for each in units}
    return {each: (of.pop() if len(of) == 1 else "") if of else sides.get(each, "") for each, of in found.items()}


def _parted(level: str, links: Links, holders: Holders) -> tuple[list[Link], dict[str, list[Link]]]:
    """The wires between what a level holds directly, those of nodes in frames as wires of these; and those within."""
    between, within = list[Link](), dict[str, list[Link]]()
    for link in links:
        source, target = (_unit(end, level, holders) for end in link)
        if source and source == target:
            within.setdefault(source, []).append(link)
        elif source and target:
            between.append((source, target))
    return between, within


def _unit(each: str, level: str, holders: Holders) -> str:
    """That which a level holds directly and in which a node is; nothing where it is elsewhere."""
    while each in holders and holders[each] != level:
        each = holders[each]
    return each if each in holders else ""


def _sound(holders: Holders, level: str, links: Links) -> Holders:
    """Without the frames that feed what feeds them: no layout from left to right has them as one node."""
    between, within = _parted(level, links, holders)
    while frame := next((each for each in _in_a_circle(between) if each.startswith(FRAME)), ""):
        holders = {each: level if at == frame else at for each, at in holders.items() if each != frame}
        between, within = _parted(level, links, holders)
    for frame in [each for each, at in holders.items() if at == level and each.startswith(FRAME)]:
        holders = _sound(holders, frame, within.get(frame, []))
    return holders


def _in_a_circle(links: Sequence[Link]) -> Iterable[str]:
    """What remains when that which nothing feeds is taken away again and again, and that which feeds nothing."""
    found = {end for link in links for end in link}
    while True:
        fed, feeding = ({link[at] for link in links} for at in (1, 0))
        kept = found & fed & feeding
        if kept == found:
            return sorted(found)
        found = kept
        links = [link for link in links if link[0] in found and link[1] in found]
