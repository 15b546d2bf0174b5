"""Where a new node is wished for when nobody points at a place, and that it is seen once it is there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from editor.canvas.room import Rect, snap

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

BEHIND = 40.0  # from a node to the one that is added behind it
READABLE = 0.7  # a view that is nearer than this goes no further away because of what is new
ABOVE = 15.0  # from the top of a small node to its ports


def wished(
    canvas: "Canvas", at: QPointF | None, rects: Mapping[str, Rect], feeding: Iterable[str] = ()
) -> tuple[float, float]:
    """The upper left corner of a node at a place; without one behind the nodes that feed it, wherever they are.

    Several are joined in the middle of their heights. Where none does, behind the selected node if that is seen, or
    amid what is seen. Nodes stand at `rects`.
    """
    if at is None and (ids := [id for id in feeding if id in rects] or [id for id in [chosen(canvas)] if id]):
        heights = [rects[id][1] + canvas.mirror.boxes[id].shape_.axis - ABOVE for id in ids]
        middle = (min(heights) + max(heights)) / 2
        # Behind a single one the wire is straight, wherever that stands.
        return snap(max(rects[id][2] for id in ids) + BEHIND), middle if len(ids) == 1 else snap(middle)
    at = canvas.glide.panning.seen().center() if at is None else at
    return snap(at.x()), snap(at.y() - ABOVE)


def chosen(canvas: "Canvas") -> str:
    """The selected node if it is the only one and seen, else ""."""
    seen, ids = canvas.glide.panning.seen(), canvas.selected()
    return ids[0] if len(ids) == 1 and seen.intersects(canvas.mirror.boxes[ids[0]].rect) else ""


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
    """The whole graph where it was all in view before and can still be read; else the view goes on to this."""
    view, rect = canvas.view, canvas.content([id for id in ids if id in canvas.mirror.boxes], frames)
    seen = canvas.glide.panning.seen()
    if seen.contains(rect):
        return
    small = view.scale_for(canvas.surroundings()) < READABLE <= view.scale_now
    if (view.fitted and not small) or rect.width() > seen.width() or rect.height() > seen.height():
        canvas.fit()
    else:
        canvas.glide.panning.at(rect)
