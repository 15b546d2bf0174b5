"""New nodes on the canvas: where they stand, that there is room for them, and the definitions that come with them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF

from editor.canvas.arriving import bring_into_view, wished
from editor.canvas.face import Scenery
from editor.canvas.intents import Intent, addition, copies, insertion
from editor.canvas.measure import measured
from editor.canvas.room import Rect, free_place, with_room
from editor.canvas.typed import addition_of, remarks
from runtime.define.change import Refused
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Edge, End, Graph
from runtime.spec.from_code import Chain

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


class Adding:
    """Adds to what a canvas shows."""

    def __init__(self, canvas: "Canvas") -> None:
        self.canvas = canvas

    def node(self, type_name: str, at: QPointF | None = None, start: End | None = None) -> str:
        """Add a node, joined to the port that a wire was pulled from; its id, or "" where it cannot be."""
        canvas = self.canvas
        try:
            graph, type_name, brought = canvas.level.offered(type_name)
        except Refused as refused:
            canvas.refused.emit(str(refused))
            return ""
        intent = addition(graph, canvas.report, type_name, wished(canvas, at), start)
        canvas.carry_out(Intent((*brought, *self._on_free_ground(graph, intent)), intent.text))
        canvas.select([intent.node])
        bring_into_view(canvas, [intent.node])
        return intent.node

    def drop(self, type_name: str, at: QPointF, edge: Edge | None) -> None:
        """Add a node where it was dropped, on a wire in the middle of it, where it can stand there."""
        canvas = self.canvas
        try:
            graph, name, brought = canvas.level.offered(type_name)
        except Refused as refused:
            canvas.refused.emit(str(refused))
            return
        intent = insertion(graph, name, edge) if edge is not None else None
        if intent is None:
            self.node(type_name, at)
        else:
            canvas.carry_out(Intent((*brought, *self._room(graph, intent.edits)), intent.text))
            canvas.select([intent.node])

    def typed(self, chain: Chain, at: QPointF | None = None, start: End | None = None) -> list[str]:
        """Add the nodes of typed code as one step; sentences about sizes in it that the wires do not bring."""
        canvas = self.canvas
        place, graph, report = wished(canvas, at), canvas.graph, canvas.report
        intent, ids = addition_of(graph, report, chain, place, start, self._taken().values())
        told = remarks(graph, report, chain, ids, start)
        canvas.carry_out(intent)
        canvas.select(ids)
        bring_into_view(canvas, ids)
        return told

    def copies(self, ids: list[str]) -> None:
        """Nodes once more, with the wires between them: as they stand to each other, on free ground beside them."""
        canvas, taken = self.canvas, self._taken()
        block = canvas.content(ids)
        at, size = (block.left(), block.top()), (block.width(), block.height())
        free = free_place(at, size, taken.values())
        places = {id: (taken[id][0] - at[0] + free[0], taken[id][1] - at[1] + free[1]) for id in ids}
        intent, new = copies(canvas.graph, places)
        canvas.carry_out(intent)
        canvas.select(new)
        bring_into_view(canvas, new)

    def make_room(self, edits: Iterable[Edit]) -> list[Edit]:
        """Edits such as a repair's, with moves after them where a new node would stand on another one."""
        return self._room(self.canvas.graph, edits)

    def _room(self, graph: Graph, edits: Iterable[Edit]) -> list[Edit]:
        return with_room(graph, edits, self._taken(), self._sizes)

    def _taken(self) -> dict[str, Rect]:
        return {id: cast(Rect, rect.getCoords()) for id, rect in self.canvas.mirror.rects().items()}

    def _sizes(self, graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
        """How large nodes will be once the graph has been checked."""
        shapes = {id: measured(face) for id, face in Scenery(*self.canvas.level.checked(graph)).faces(ids).items()}
        return {id: (shape.width, shape.height) for id, shape in shapes.items()}

    def _on_free_ground(self, graph: Graph, intent: Intent) -> list[Edit]:
        """The edits, and a move after them where the new node would stand on another one."""
        after = applied(graph, intent.edits)
        at, size = after.layout[intent.node], self._sizes(after, [intent.node])[intent.node]
        free = free_place(at, size, self._taken().values())
        return [*intent.edits, *([("move", intent.node, free)] if free != at else [])]
