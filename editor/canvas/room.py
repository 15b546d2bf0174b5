"""Room for nodes: free places for added ones; for one on a wire, and one that grows, what is in the way moves. Pure."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from runtime.graph.edit import Edit, applied
from runtime.graph.frames import frames
from runtime.graph.model import Graph

Rect = tuple[float, float, float, float]  # left, top, right, bottom
Sizes = Callable[[Graph, Iterable[str]], Mapping[str, tuple[float, float]]]
GAP, GRID = 32.0, 10.0
NEAR, APART = 8.0, 20.0  # a node this near is in the way; a new one that has to go elsewhere keeps apart
LOOKS = ("set", "unset", "share", "weights")  # edits after which a node says more, and may be larger
LEVEL = ((0, 1), (0, -1))  # down, up
ONWARD = (*LEVEL, (1, 0))  # or right
WAYS = (*ONWARD, (-1, 0))


def with_room(
    graph: Graph, edits: Iterable[Edit], rects: Mapping[str, Rect], sizes: Sizes, coming: Iterable[str] = ()
) -> list[Edit]:
    """The edits, and moves after them so that no new node stands on another one, and none that is `coming` to them.

    One that is coming stays where it was put, new or not, and others make way. What they make larger moves aside what
    it would cover. Frames go along with what is in them.
    """
    found, coming = list(edits), set(coming)
    after = applied(graph, found)
    called = {edit[1]: edit[2] for edit in found if edit[0] == "rename"}
    rects = {called.get(id, id): rect for id, rect in rects.items()}
    stood = {id: rect for id, rect in rects.items() if id in after.nodes and id not in coming}
    now = dict(stood)
    had = {called.get(id, id) for id in graph.nodes}
    new = [id for id in after.nodes if (id not in had or id in coming) and id in after.layout]
    said = [edit[1] for edit in found if edit[0] in LOOKS and edit[1] in after.nodes]
    told = {*called.values(), *after.downstream([*new, *said])}
    changed = sorted(told.intersection(now), key=lambda id: now[id][0])  # types that are known now make nodes wider
    measured = sizes(after, [*new, *changed])
    for id in new:
        x, y = after.layout[id]
        width, height = measured[id]
        if any(_touch((x - NEAR, y - NEAR, x + width + NEAR, y + height + NEAR), rect) for rect in now.values()):
            x, y = _beside(after, id, now, (x, y), measured[id], id in coming)
            found.append(("move", id, (x, y)))
            placed = (x, y, x + width, y + height)
            met = [rect[0] for rect in now.values() if rect[2] > x and _touch(_around(placed), rect)]
            _push(placed, now, _columns(after, now, min([x, *met])))  # what stands in its way begins the columns
        now[id] = (x, y, x + width, y + height)
    for id in changed:
        x, y, right, bottom = now.pop(id)
        larger = (x, y, max(right, x + measured[id][0]), max(bottom, y + measured[id][1]))
        if any(_touch(larger, rect) and not _touch((x, y, right, bottom), rect) for rect in now.values()):
            _push(larger, now, _columns(after, now, right))
        now[id] = larger
    found += [("move", id, now[id][:2]) for id in rects if id in now and now[id][:2] != rects[id][:2]]
    return [*found, *_frames_along(after, stood, now)]


def _frames_along(graph: Graph, rects: Mapping[str, Rect], now: Mapping[str, Rect]) -> Iterator[Edit]:
    """Frames go with the nodes in them; where only some of these move, a frame becomes wider."""
    for id, frame in frames(graph).items():
        x, y, width, height = frame.rect
        held = [each for each, rect in rects.items() if _within(rect, (x, y, x + width, y + height))]
        ways = [now[each][0] - rects[each][0] for each in held]
        if any(ways):
            least, most = min(ways), max(ways)
            yield ("frame", id, {"rect": (x + least, y, width + most - least, height)})


def _within(a: Rect, b: Rect) -> bool:
    return b[0] <= a[0] and b[1] <= a[1] and a[2] <= b[2] and a[3] <= b[3]


def _columns(graph: Graph, rects: Mapping[str, Rect], left: float) -> Set[str]:
    """The nodes with wires that stand right of a place."""
    return {id for id, rect in rects.items() if rect[0] >= left and id in graph.around}


def _push(placed: Rect, rects: dict[str, Rect], columns: Set[str]) -> None:
    """Move aside what a node stands on, and whole columns with it."""
    for id, way in _in_the_way(placed, rects, columns).items():
        left, top, right, bottom = rects[id]
        rects[id] = (left + way, top, right + way, bottom)


def raised(placed: Rect, rects: Mapping[str, Rect]) -> dict[str, tuple[float, float]]:
    """Where nodes are that go up because they stand on what is placed, and those that these come too near to."""
    if not any(_touch(placed, rect) for rect in rects.values()):
        return {}
    turned = {id: (-bottom, left, -top, right) for id, (left, top, right, bottom) in rects.items()}
    left, top, right, bottom = placed
    ways = _in_the_way((-bottom, left, -top, right), turned)
    return {id: (rects[id][0], rects[id][1] - way) for id, way in ways.items()}


def free_place(
    at: tuple[float, float],
    size: tuple[float, float],
    rects: Iterable[Rect],
    ways: Iterable[tuple[int, int]] = WAYS,
) -> tuple[float, float]:
    """Where a node or a block of this size stands on no other: `at`, or as near to it as one straight way leads."""
    taken = list(rects)
    found = [_past(at, size, way, taken) for way in ways]
    return min(found, key=lambda place: abs(place[0] - at[0]) + abs(place[1] - at[1]))


def _past(
    at: tuple[float, float], size: tuple[float, float], way: tuple[int, int], taken: Iterable[Rect]
) -> tuple[float, float]:
    """The first free place on a way from `at`."""
    (x, y), (width, height), (across, down) = at, size, way
    while met := [each for each in taken if _touch((x - NEAR, y - NEAR, x + width + NEAR, y + height + NEAR), each)]:
        if across > 0:
            x = _grid_above(max(right for _, _, right, _ in met) + APART)
        elif across < 0:
            x = -_grid_above(width + APART - min(left for left, _, _, _ in met))
        elif down > 0:
            y = _grid_above(max(bottom for _, _, _, bottom in met) + APART)
        else:
            y = -_grid_above(height + APART - min(top for _, top, _, _ in met))
    return x, y


def _grid_above(length: float) -> float:
    return math.ceil(length / GRID) * GRID


def _around(placed: Rect) -> Rect:
    """What is to stay free around a node that is placed, and right of it."""
    return (placed[0], placed[1] - NEAR, placed[2] + GAP, placed[3] + NEAR)


def _touch(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _beside(
    graph: Graph, id: str, rects: Mapping[str, Rect], at: tuple[float, float], size: tuple[float, float], stays: bool
) -> tuple[float, float]:
    """Right of what feeds the node, at the height of its middle; where nothing feeds it, where it is.

    One that `stays` goes right only as far as it would stand on what feeds it. Of what begins left of there, as in a
    line below, it keeps clear where its way up or down is shorter than theirs.
    """
    feeding = [rects[source] for source in graph.sources[id] if source in rects]
    if not feeding:
        return at
    last = max(feeding, key=lambda rect: rect[2])
    x, y = snap(last[2] + GAP), snap((last[1] + last[3]) / 2 - size[1] / 2)
    begin = last[2]
    if stays:
        here = (at[0] - NEAR, at[1] - NEAR, at[0] + size[0] + NEAR, at[1] + size[1] + NEAR)
        met = [_grid_above(rect[2] + GAP) for rect in feeding if _touch(here, rect)]
        x, y = max(met, default=at[0]), at[1]
        begin = x
    behind = _around((x, y, x + size[0], y + size[1]))
    follows = graph.downstream([id])
    before = [rect for other, rect in rects.items() if rect[0] < begin and other not in follows]
    clear = free_place((x, y), size, before, LEVEL)
    theirs = max((behind[2] - rect[0] for rect in before if _touch(behind, rect)), default=0.0)
    return clear if abs(clear[1] - y) < theirs else (x, y)


def _in_the_way(placed: Rect, rects: Mapping[str, Rect], columns: Set[str] = frozenset()) -> dict[str, float]:
    """How far each node has to go to the right: those too near to the new one, and those too near to them then.

    Where one of the `columns` has to, all of them go as far, so that the picture keeps its shape.
    """
    ways: dict[str, float] = {}
    near = _around(placed)
    step = _grid_above(max((near[2] - rects[id][0] for id in columns if _touch(near, rects[id])), default=0.0))
    pushing = [(placed[0], near[1], placed[2], near[3])]
    for id, (left, top, right, bottom) in sorted(rects.items(), key=lambda item: item[1][0]):
        if right <= placed[0]:
            continue
        level = [other for other in pushing if other[1] < bottom and top < other[3]]
        way = _grid_above(max((other[2] + GAP - left for other in level), default=0.0))
        if step and id in columns and all(other[2] <= left + step for other in level):
            way = step
        if way > 0:
            ways[id] = way
            pushing.append((left + way, top, right + way, bottom))
    return ways


def snap(length: float) -> float:
    """The nearest place on the grid; of two that are as near always the same one, so that what is level stays level."""
    return math.floor(length / GRID + 0.5) * GRID
