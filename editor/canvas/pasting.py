"""A part of a graph put down on the canvas: where somebody points or amid what is seen, on free ground, selected."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF

from editor.canvas.face import Scenery
from editor.canvas.layout import arranged
from editor.canvas.measure import Shape, measured
from editor.canvas.much import too_much
from editor.canvas.room import Rect
from editor.canvas.spreading import Spread
from runtime.define.change import Refused
from runtime.define.excerpt import HERE, Joined, joined
from runtime.graph.bends import carried
from runtime.graph.edit import Edit, applied
from runtime.graph.frames import frames
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
    sizes = {id: (shape.width, shape.height) for id, shape in shapes.items()}
    spread = Spread(_places(found.level, shapes, report.sides), sizes, (each.rect for each in frames(part).values()))
    taken = [cast(Rect, rect.getCoords()) for rect in canvas.mirror.rects().values()]
    spread.land(taken, canvas.mirror.frame_rects(), at.toTuple())
    shown = {id: placed(*place) for id, place in spread.places().items()}
    moved = applied(found.level.with_(layout={**found.level.layout, **shown}), _layout(part, found, spread))
    said = ", ".join(ids or found.frames.values()) if len(ids) < 4 else f"{len(ids)} nodes"
    canvas.level.become(moved, f"paste {said}")
    canvas.framing.arrived(ids, list(found.frames.values()))


def _layout(part: Graph, found: Joined, spread: Spread) -> list[Edit]:
    """Frames and bends of the part where it is put down."""
    dots = carried(part, found.names, HERE)
    edits: list[Edit] = [
        ("bend", str(edge.source), str(edge.target), [spread.point(each) for each in points])
        for edge, points in dots.items()
    ]
    rects = {id: spread.frame(each.rect) for id, each in frames(part).items() if id in found.frames}
    return edits + [("frame", found.frames[id], {"rect": rect}) for id, rect in rects.items()]


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
