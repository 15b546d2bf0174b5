"""New nodes on the canvas: where they stand, that there is room for them, and the definitions that come with them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QMimeData, QPointF

from editor.canvas.arriving import ABOVE, bring_into_view, wished
from editor.canvas.face import Scenery
from editor.canvas.fitting import joint
from editor.canvas.intents import Intent, addition, copies, layout_of_copies
from editor.canvas.measure import Shape, measured
from editor.canvas.much import MOST_NODES
from editor.canvas.rewire import insertion, wires_of_copies
from editor.canvas.room import ONWARD, WAYS, Rect, free_place, snap, with_room
from editor.canvas.spreading import Spread
from editor.canvas.typed import addition_of, remarks
from editor.canvas.wire import Dot, Wire
from runtime.check.use import known
from runtime.define.change import Refused
from runtime.graph.edit import Edit, applied
from runtime.graph.model import Edge, End, Graph
from runtime.spec.from_code import Chain

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


NODE_TYPE = "application/x-torchweave-node-type"
ASIDE = 20.0  # from what nodes were pulled out of


class Adding:
    """Adds to what a canvas shows."""

    def __init__(self, canvas: "Canvas") -> None:
        self.canvas = canvas

    def node(self, type_name: str, at: QPointF | None = None, *starts: End) -> str:
        """Add a node, joined to the port that a wire was pulled from, or to several; its id, "" where it cannot be."""
        canvas = self.canvas
        try:
            graph, type_name, brought = canvas.level.offered(type_name)
        except Refused as refused:
            canvas.refused.emit(str(refused))
            return ""
        intent = addition(graph, canvas.report, type_name, self.place(at, *starts), *starts)
        edits = self.on_free_ground(graph, intent.edits, intent.node, behind=at is None)
        canvas.carry_out(Intent((*brought, *edits), intent.text))
        canvas.select([intent.node])
        bring_into_view(canvas, [intent.node])
        return intent.node

    def place(self, at: QPointF | None, *starts: End) -> tuple[float, float]:
        """Where a new node is wished for: at a place, or else behind what it is joined to, see `wished`."""
        return wished(self.canvas, at, self._taken(), [start.node for start in starts])

    def lands_on(self, data: QMimeData, at: QPointF) -> Wire | None:
        """The wire in whose middle a node type goes that is dropped at a place."""
        hit = self.canvas.view.hit(at) if data.hasFormat(NODE_TYPE) else None
        wire = hit.wire if isinstance(hit, Dot) else hit
        spec = known(self.canvas.graph).get(bytes(data.data(NODE_TYPE).data()).decode())
        able = spec is None or joint(spec, spec.starts, None) is not None  # what is in the library is not known yet
        return wire if isinstance(wire, Wire) and able else None

    def drop(self, type_name: str, at: QPointF, edge: Edge | None) -> None:
        """Add a node where it was dropped, on a wire in the middle of it, where it can stand there."""
        canvas = self.canvas
        try:
            graph, name, brought = canvas.level.offered(type_name)
        except Refused as refused:
            canvas.refused.emit(str(refused))
            return
        intent = insertion(graph, canvas.report, name, edge) if edge is not None else None
        if intent is None:
            self.node(type_name, at)
        else:
            edits = [*intent.edits, ("move", intent.node, self._on_wire(graph, intent, at))]
            canvas.carry_out(Intent((*brought, *self._room(graph, edits, [intent.node])), intent.text))
            canvas.select([intent.node])
            bring_into_view(canvas, [intent.node])

    def _on_wire(self, graph: Graph, intent: Intent, at: QPointF) -> tuple[float, float]:
        """The upper left corner of a node whose middle is at a place of the wire in which it comes to stand.

        Where the wire comes level from its source, it stays so.
        """
        after = applied(graph, intent.edits)
        shape = self._shapes(after, [intent.node])[intent.node]
        x, y = snap(at.x() - shape.width / 2), snap(at.y() - shape.axis)
        edges = (edge for edge in after.around[intent.node] if edge.target.node == intent.node)
        straight = next((top for edge in edges if (top := self._straight(edge, shape)) is not None), y)
        y = straight if abs(straight - y) <= ASIDE / 2 else y
        return x, y

    def typed(self, chain: Chain, at: QPointF | None = None, *starts: End) -> list[str]:
        """Add the nodes of typed code as one step; sentences about sizes in it that the wires do not bring."""
        canvas = self.canvas
        graph, report, place = canvas.graph, canvas.report, self.place(at, *starts)
        intent, ids = addition_of(graph, report, chain, place, starts, self._taken().values())
        told = remarks(graph, report, chain, ids, *starts)
        canvas.carry_out(intent)
        canvas.select(ids)
        bring_into_view(canvas, ids)
        return told

    def copies(self, ids: list[str], frames: Sequence[str] = (), fed: bool = False) -> None:
        """Nodes and frames once more, with the wires between them, as they stand to each other, on free ground.

        `fed` ones are fed by what feeds the nodes that they copy.
        """
        canvas, taken = self.canvas, self._taken()
        if len(taken) + len(ids) > MOST_NODES:  # such a file could not be opened again
            canvas.refused.emit(f"Nothing was duplicated: the window draws at most {MOST_NODES:,} nodes.")
            return
        intent, new = copies(canvas.graph, {id: taken[id][:2] for id in ids})
        names = dict(zip(ids, new, strict=True))
        wires = wires_of_copies(canvas.graph, names) if fed else []
        after = applied(canvas.graph, [*intent.edits, *wires])
        framed = (canvas.mirror.frames[id].frame.rect for id in frames)
        spread = Spread({id: after.layout[id] for id in new}, self._sizes(after, new), framed)
        spread.land(taken.values(), canvas.mirror.frame_rects())
        layout, called = layout_of_copies(canvas.graph, names, frames, spread)
        text = intent.text if ids else f"duplicate {canvas.mirror.frames[frames[0]].frame.called}"
        canvas.carry_out(Intent((*intent.edits, *wires, *layout), f"{text} with wires" if fed else text))
        canvas.framing.arrived(new, called)

    def aside(self, ids: Iterable[str]) -> list[Edit]:
        """Moves of nodes to free ground below where they stand, as they stand to each other."""
        taken, ids = self._taken(), list(ids)
        block = self.canvas.content(ids)
        size = (block.width(), block.height())
        x, y = free_place((block.left(), block.bottom() + ASIDE), size, taken.values())
        return [("move", id, (taken[id][0] - block.left() + x, taken[id][1] - block.top() + y)) for id in ids]

    def make_room(self, edits: Iterable[Edit], coming: Iterable[str] = ()) -> list[Edit]:
        """Edits such as a repair's, and moves where a new node, or one that is `coming`, would stand on another one."""
        return self._room(self.canvas.graph, edits, coming)

    def _room(self, graph: Graph, edits: Iterable[Edit], coming: Iterable[str] = ()) -> list[Edit]:
        return with_room(graph, edits, self._taken(), self._sizes, coming)

    def _taken(self) -> dict[str, Rect]:
        """Where nodes stand, those whose types are not shown yet as large as they will be."""
        canvas = self.canvas
        canvas.glide.end()
        found = {id: cast(Rect, rect.getCoords()) for id, rect in canvas.mirror.rects().items()}
        fresh = [id for id in canvas.arrived if id in found]
        for id, (width, height) in self._sizes(canvas.graph, fresh).items() if fresh else ():
            x, y, right, bottom = found[id]
            found[id] = (x, y, max(right, x + width), max(bottom, y + height))
        return found

    def _sizes(self, graph: Graph, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
        """How large nodes will be once the graph has been checked."""
        return {id: (shape.width, shape.height) for id, shape in self._shapes(graph, ids).items()}

    def _shapes(self, graph: Graph, ids: Iterable[str]) -> dict[str, Shape]:
        return {id: measured(face) for id, face in Scenery(*self.canvas.level.checked(graph)).faces(ids).items()}

    def on_free_ground(self, graph: Graph, edits: Iterable[Edit], id: str, behind: bool = False) -> list[Edit]:
        """Edits that add a node, and a move after them where it would stand on another one.

        One that is fed goes nowhere before its source; one that goes `behind` another stands so that its wire is
        straight, or without one level with it.
        """
        edits = list(edits)
        after = applied(graph, edits)
        at, shape = after.layout[id], self._shapes(after, [id])[id]
        wish = (at[0], self._level(after, id, shape, at[1] + ABOVE)) if behind else at
        ways = ONWARD if after.sources[id] else WAYS
        free = free_place(wish, (shape.width, shape.height), self._taken().values(), ways)
        return [*edits, *([("move", id, free)] if free != at else [])]

    def _level(self, graph: Graph, id: str, shape: Shape, height: float) -> float:
        """The top of a new node whose only wire is straight; with another number its first port is at a height."""
        edges = graph.around.get(id, ())
        straight = self._straight(edges[0], shape) if len(edges) == 1 else None
        return height - shape.axis if straight is None else straight

    def _straight(self, edge: Edge, shape: Shape) -> float | None:
        """The top of a node of a shape where a wire to it is straight."""
        box = self.canvas.mirror.boxes.get(edge.source.node)
        port = box.ports.get((edge.source.port, True)) if box else None
        if port is None or edge.target.port not in shape.inlets:
            return None
        return port.anchor().y() - shape.inlets[edge.target.port][0].y()
