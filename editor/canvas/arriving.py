"""Where a new node is wished for when nobody points at a place, and that it is seen once it is there."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from editor.canvas.room import snap

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

BEHIND = 40.0  # from a node to the one that is added behind it
ABOVE = 20.0  # from the top of a small node to its middle
MARGIN = 24  # pixels


def wished(canvas: "Canvas", at: QPointF | None) -> tuple[float, float]:
    """The upper left corner of a node at a place; without one behind the selected node, or amid what is seen."""
    if at is None:
        seen = canvas.view.mapToScene(canvas.view.viewport().rect()).boundingRect()
        chosen = [canvas.mirror.boxes[id] for id in canvas.selected()]
        at = seen.center()
        if len(chosen) == 1 and seen.intersects(chosen[0].rect):
            at = QPointF(chosen[0].rect.right() + BEHIND, chosen[0].pos().y() + chosen[0].shape_.axis)
    return snap(at.x()), snap(at.y() - ABOVE)


def bring_into_view(canvas: "Canvas", ids: Iterable[str], frames: Iterable[str] = ()) -> None:
    """What is new into view, as it is now and once the types of nodes, which make them wider, are known."""
    canvas.arrived = list(ids)
    see(canvas, canvas.arrived, frames)


def see_some(canvas: "Canvas", gone: Sequence[str]) -> None:
    """The whole graph, where nodes are gone and none of those that are left is in view."""
    seen, rects = canvas.view.mapToScene(canvas.view.viewport().rect()).boundingRect(), canvas.mirror.rects().values()
    if gone and rects and not any(seen.intersects(rect) for rect in rects):
        canvas.fit()


def see(canvas: "Canvas", ids: Iterable[str], frames: Iterable[str] = ()) -> None:
    """The whole graph where it was all in view before; else no further than this needs, where it fits."""
    view, rect = canvas.view, canvas.content([id for id in ids if id in canvas.mirror.boxes], frames)
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    if seen.contains(rect):
        return
    if view.fitted or rect.width() > seen.width() or rect.height() > seen.height():
        canvas.fit()
    else:
        view.ensureVisible(rect, MARGIN, MARGIN)
