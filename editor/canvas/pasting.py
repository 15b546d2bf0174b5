"""A part of a graph put down on the canvas: where somebody points or amid what is seen, on free ground, selected."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.arriving import bring_into_view
from editor.canvas.face import Scenery
from editor.canvas.layout import arranged
from editor.canvas.measure import Shape, measured
from editor.canvas.much import too_much
from editor.canvas.room import Rect, free_place, snap
from runtime.define.change import Refused
from runtime.define.excerpt import joined
from runtime.graph.model import Graph, placed

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


def paste(canvas: "Canvas", part: Graph, at: QPointF) -> None:
    """The nodes of a part as they stand to each other, their middle at a place, as one undo step. Raises Refused."""
    _examine(part)
    found = joined(canvas.graph, part, canvas.level.name)
    _examine(found.level)
    ids = list(found.names.values())
    seen, report = canvas.level.checked(found.level)  # types make nodes wider
    shapes = {id: measured(face) for id, face in Scenery(seen, report).faces(ids).items()}
    places = _places(found.level, shapes, report.sides)
    block = QRectF()
    for id, (x, y) in places.items():
        block = block.united(QRectF(x, y, shapes[id].width, shapes[id].height))
    taken = [cast(Rect, rect.getCoords()) for rect in canvas.mirror.rects().values()]
    corner = at - (block.center() - block.topLeft())
    left, top = free_place((snap(corner.x()), snap(corner.y())), (block.width(), block.height()), taken)
    shown = {id: placed(x - block.left() + left, y - block.top() + top) for id, (x, y) in places.items()}
    said = ", ".join(ids) if len(ids) < 4 else f"{len(ids)} nodes"
    canvas.level.become(found.level.with_(layout={**found.level.layout, **shown}), f"paste {said}")
    canvas.select(ids)
    bring_into_view(canvas, ids)


def _examine(graph: Graph) -> None:
    if why := too_much(graph):
        raise Refused(f"Nothing was pasted: {why[0].lower()}{why[1:]}")


def _places(graph: Graph, shapes: dict[str, Shape], sides: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """Where the nodes stand to each other: as the part says, or in layers where it does not say so of all of them."""
    if all(id in graph.layout for id in shapes):
        return {id: graph.layout[id] for id in shapes}
    sizes = {id: (shape.width, shape.height, shape.axis) for id, shape in shapes.items()}
    links = [(edge.source.node, edge.target.node) for edge in graph.edges]
    return dict(arranged(sizes, links, sides))
