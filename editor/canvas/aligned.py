"""Nodes in a line, or with equal room between them: where each has to go. Pure; no Qt."""

from collections.abc import Mapping

from editor.canvas.room import Rect
from runtime.graph.model import placed

Places = dict[str, tuple[float, float]]
SIDES = {"left": (0, 0.0), "column": (0, 0.5), "right": (0, 1.0), "top": (1, 0.0), "row": (1, 0.5), "bottom": (1, 1.0)}
"""What of the nodes is brought into a line: across or down, and how far between their two edges."""


def aligned(rects: Mapping[str, Rect], side: str) -> Places:
    """Upper left corners that bring one side of the nodes, or their middles, to that of all of them together."""
    axis, share = SIDES[side]
    low, high = min(rect[axis] for rect in rects.values()), max(rect[axis + 2] for rect in rects.values())
    line = low + share * (high - low)
    return {id: _at(rect, axis, line - share * _size(rect, axis)) for id, rect in rects.items()}


def distributed(rects: Mapping[str, Rect], axis: int) -> Places:
    """Upper left corners with equal room between neighbours, across (0) or down (1); the outermost stay."""
    order = sorted(rects, key=lambda id: (rects[id][axis] + rects[id][axis + 2], id))
    first, last = rects[order[0]], rects[order[-1]]
    inner = sum(_size(rects[id], axis) for id in order[1:-1])
    room = (last[axis] - first[axis + 2] - inner) / (len(order) - 1)
    places, at = {order[0]: first[:2], order[-1]: last[:2]}, first[axis + 2]
    for id in order[1:-1]:
        places[id] = _at(rects[id], axis, at + room)
        at += room + _size(rects[id], axis)
    return places


def _size(rect: Rect, axis: int) -> float:
    return rect[axis + 2] - rect[axis]


def _at(rect: Rect, axis: int, line: float) -> tuple[float, float]:
    return placed(line, rect[1]) if axis == 0 else placed(rect[0], line)
