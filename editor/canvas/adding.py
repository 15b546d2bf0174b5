"""New nodes on a canvas: each on free ground, joined to what it was asked for from, selected and in view."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF

from editor.canvas.arriving import bring_into_view, wished
from editor.canvas.face import Scenery
from editor.canvas.intents import Intent, addition, copies, insertion
from editor.canvas.measure import measured
from editor.canvas.room import Rect, free_place, with_room
from editor.canvas.typed import addition_of, remarks
from editor.canvas.wire import Wire
from runtime.check.check import Checker
from runtime.graph.edit import Edit, applied
from runtime.graph.model import End, Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.from_code import Chain

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


def add_node(canvas: "Canvas", type_name: str, scene_pos: QPointF | None, connect_from: End | None) -> str:
    """Add a node, joined to the port that a wire was pulled from; its id, or "" for an unknown node type."""
    if type_name not in catalogue():
        canvas.refused.emit(f"There is no node type {type_name}.")
        return ""
    intent = addition(canvas.graph, canvas.report, type_name, wished(canvas, scene_pos), connect_from)
    canvas.carry_out(Intent(tuple(_on_free_ground(canvas, intent)), intent.text))
    canvas.select([intent.node])
    bring_into_view(canvas, [intent.node])
    return intent.node


def add_typed(canvas: "Canvas", chain: Chain, scene_pos: QPointF | None, connect_from: End | None) -> list[str]:
    """Add the nodes of typed code as one step; sentences about sizes in it that the wires do not bring."""
    at = wished(canvas, scene_pos)
    intent, ids = addition_of(canvas.graph, canvas.report, chain, at, connect_from, _taken(canvas).values())
    told = remarks(canvas.graph, canvas.report, chain, ids, connect_from)
    canvas.carry_out(intent)
    canvas.select(ids)
    bring_into_view(canvas, ids)
    return told


def insert_node(canvas: "Canvas", type_name: str, wire: Wire, at: QPointF) -> None:
    """Put a new node on a wire, with room for it; one that cannot stand there is added beside it."""
    intent = insertion(canvas.graph, type_name, wire.edge)
    if intent is None:
        add_node(canvas, type_name, at, None)
    else:
        canvas.carry_out(Intent(tuple(make_room(canvas, intent.edits)), intent.text))
        canvas.select([intent.node])


def duplicate(canvas: "Canvas", ids: list[str]) -> None:
    """Nodes once more, with the wires between them: as they stand to each other, on free ground beside them."""
    block = canvas.content(ids)
    at, size = (block.left(), block.top()), (block.width(), block.height())
    free = free_place(at, size, _taken(canvas).values())
    places = {
        id: (left - at[0] + free[0], top - at[1] + free[1])
        for id, (left, top, _, _) in _taken(canvas).items()
        if id in ids
    }
    intent, new = copies(canvas.graph, places)
    canvas.carry_out(intent)
    canvas.select(new)
    bring_into_view(canvas, new)


def make_room(canvas: "Canvas", edits: Iterable[Edit]) -> list[Edit]:
    """Edits such as a repair's, with moves after them where a new node would stand on another one."""
    return with_room(canvas.graph, edits, _taken(canvas), _sizes)


def _taken(canvas: "Canvas") -> dict[str, Rect]:
    return {id: cast(Rect, rect.getCoords()) for id, rect in canvas.mirror.rects().items()}


def _sizes(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
    """How large nodes will be once the graph has been checked."""
    shapes = {id: measured(face) for id, face in Scenery(graph, Checker().check(graph, False)).faces(ids).items()}
    return {id: (shape.width, shape.height) for id, shape in shapes.items()}


def _on_free_ground(canvas: "Canvas", intent: Intent) -> list[Edit]:
    """The edits, and a move after them where the new node would stand on another one."""
    after = applied(canvas.graph, intent.edits)
    at, size = after.layout[intent.node], _sizes(after, [intent.node])[intent.node]
    free = free_place(at, size, _taken(canvas).values())
    return [*intent.edits, *([("move", intent.node, free)] if free != at else [])]
