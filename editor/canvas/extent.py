"""How far what is drawn reaches: around nodes and frames, and with what is to stay free around them."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF

from editor.canvas.mirror import Mirror

AROUND, BESIDE = 22.0, 3.0  # what stays free around a graph that is fitted: around its nodes, and its wires
TITLES = 16.0  # above a graph whose sides are named


def content(mirror: Mirror, ids: Iterable[str] | None, frames: Iterable[str], titled: bool) -> QRectF:
    """The rectangle around nodes and frames, all of them unless some are given; empty for none."""
    rect, rects = QRectF(), mirror.rects()
    for id in rects if ids is None else ids:
        rect |= rects[id]
    for id in mirror.frames if ids is None else frames:
        rect |= mirror.frames[id].rect
    if ids is None and titled:
        rect.setTop(rect.top() - TITLES)
    return rect


def surroundings(mirror: Mirror, rect: QRectF) -> QRectF:
    """What is to stay free around the whole graph in `rect`, and the wires that reach further than its nodes."""
    rect = (rect if not rect.isEmpty() else QRectF(-1, -1, 2, 2)).adjusted(-AROUND, -AROUND, AROUND, AROUND)
    for wire in mirror.wires.values():
        rect = rect.united(wire.boundingRect().adjusted(-BESIDE, -BESIDE, BESIDE, BESIDE))
    return rect
