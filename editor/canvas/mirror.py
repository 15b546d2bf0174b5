"""The items of the scene, kept equal to the graph: what a difference touches is drawn anew, nothing else."""

from collections.abc import Iterable, Mapping
from itertools import chain

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from editor.canvas.face import Scenery, wrong_edges
from editor.canvas.ground import Ground
from editor.canvas.layout import Places, arranged
from editor.canvas.node import NodeBox
from editor.canvas.wire import Wire
from runtime.check.problem import Problem
from runtime.graph.difference import Difference
from runtime.graph.model import Edge, End, Graph

FEW = 150  # with fewer wires than this every edit may lead any of them another way


MANY = 600  # among more wires than this none looks for a way around nodes: nobody could follow it, and it takes long


class Mirror:
    """Boxes by node id and wires by edge. `guessed` holds positions that the document does not have."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.scene = scene
        self.boxes: dict[str, NodeBox] = {}
        self.wires: dict[Edge, Wire] = {}
        self.guessed: Places = {}
        self.ground = Ground()
        self.tracks: dict[End, int] = {}  # wires of one source go the same way, others beside it

    def rebuild(self, scenery: Scenery) -> None:
        """Another graph altogether."""
        self.clear()
        for id, face in scenery.faces().items():
            self.boxes[id] = NodeBox(face)
        self.guess(scenery)
        for box in self.boxes.values():
            self.scene.addItem(box)
        self._add_wires(scenery.graph.edges)
        self._number(scenery.graph, self.boxes)
        self.route(self.boxes)
        self.colour(scenery)

    def clear(self) -> None:
        """Away with all items."""
        for wire in self.wires.values():
            wire.delete()
        for box in self.boxes.values():
            box.delete()
        self.wires.clear()
        self.boxes.clear()
        self.ground.clear()
        self.tracks.clear()
        self.guessed = {}

    def follow(self, scenery: Scenery, change: Difference) -> None:
        """Show what an edit, an undo or a redo changed."""
        for edge in change.removed_edges():
            if edge in self.wires:
                self.wires.pop(edge).delete()
        for id in change.removed_nodes():
            self._remove(id)
        touched = _touched(scenery.graph, change)
        self._show(scenery, touched)
        around = (scenery.graph.around.get(id, ()) for id in change.added_nodes())  # some named it before it was there
        self._add_wires((*change.added_edges(), *chain.from_iterable(around)))
        self._number(scenery.graph, touched)
        for id in change.layout:
            if id in self.boxes:
                touched.append(id)
                self.put(id, QPointF(*self.place(scenery.graph, id)))
        self.route(touched if len(self.wires) > FEW else self.boxes)
        self.colour(scenery)

    def refresh(self, scenery: Scenery) -> bool:
        """Show another report or another progress; whether any node changed its size."""
        moved = self._show(scenery, scenery.graph.nodes)
        if moved:  # wires of others may have to go around these now, or need to no longer
            self.route(moved if len(self.wires) > FEW else self.boxes)
        self.colour(scenery)
        return bool(moved)

    def _show(self, scenery: Scenery, ids: Iterable[str]) -> list[str]:
        moved = []
        for id, face in scenery.faces(ids).items():
            box = self.boxes.get(id)
            if box is None:
                box = self.boxes[id] = NodeBox(face)
                self.put(id, QPointF(*self.place(scenery.graph, id)))
                self.scene.addItem(box)
            elif box.show_face(face):
                self.ground.put(id, box.rect)
                moved.append(id)
        return moved

    def put(self, id: str, at: QPointF) -> None:
        """Stand a node at a position; `route` its wires afterwards."""
        box = self.boxes[id]
        box.setPos(at)
        self.ground.put(id, box.rect)

    def _remove(self, id: str) -> None:
        for edge in [edge for edge, wire in self.wires.items() if id in (edge.source.node, edge.target.node)]:
            self.wires.pop(edge).delete()
        if id in self.boxes:
            self.boxes.pop(id).delete()
        self.ground.take(id)
        self.guessed.pop(id, None)

    def _add_wires(self, edges: Iterable[Edge]) -> None:
        """Wires between ports that are there, to `route` afterwards; a file may name nodes that are not."""
        for edge in edges:
            source, target = self.boxes.get(edge.source.node), self.boxes.get(edge.target.node)
            if edge in self.wires or source is None or target is None:
                continue
            out, into = source.ports.get((edge.source.port, True)), target.ports.get((edge.target.port, False))
            if out is not None and into is not None:
                wire = self.wires[edge] = Wire(edge, out, into, self.tracks.setdefault(edge.source, len(self.tracks)))
                self.scene.addItem(wire)

    def _ground(self) -> Ground:
        return self.ground if len(self.wires) <= MANY else Ground()

    def _number(self, graph: Graph, ids: Iterable[str]) -> None:
        """Give each wire its slot; `route` them afterwards."""
        for id in ids:
            for (name, output), port in self.boxes[id].ports.items():
                if not output and len(port.slots) > 1:
                    for at, edge in enumerate(graph.incoming.get(End(id, name), ())):
                        if edge in self.wires:
                            self.wires[edge].slot = at
                elif not output:
                    for wire in port.wires:
                        wire.slot = 0

    def route(self, ids: Iterable[str], hurried: bool = False) -> None:
        """Draw the wires of these nodes anew; hurried ones look for no way around other nodes."""
        ground = Ground() if hurried else self._ground()
        found = {wire for id in ids for port in self.boxes[id].ports.values() for wire in port.wires}
        for wire in found:
            wire.route(ground)

    def colour(self, scenery: Scenery) -> None:
        """Colour the wires by what they carry and by what is wrong with them."""
        wrong: Mapping[Edge, Problem] = wrong_edges(scenery.report)
        kinds = {End(id, outlet.name): outlet.kind for id, box in self.boxes.items() for outlet in box.face.outlets}
        for edge, wire in self.wires.items():
            wire.show_type(kinds.get(edge.source, "unknown"), wrong.get(edge))

    # positions

    def place(self, graph: Graph, id: str) -> tuple[float, float]:
        """Where a node stands: as the document says, or as guessed, or below everything."""
        if id in graph.layout:
            return graph.layout[id]
        if id not in self.guessed:
            bottom = max((box.rect.bottom() for other, box in self.boxes.items() if other != id), default=-40.0)
            self.guessed[id] = (0.0, bottom + 40.0)
        return self.guessed[id]

    def guess(self, scenery: Scenery) -> None:
        """Lay out the nodes for which the document has no position, below those that have one."""
        lacking = [id for id in self.boxes if id not in scenery.graph.layout]
        self.guessed = {}
        if lacking:
            found = self.arranged(scenery, lacking)
            rest = [
                scenery.graph.layout[id][1] + box.shape_.height for id, box in self.boxes.items() if id not in found
            ]
            below = max(rest, default=-60.0) + 60.0
            self.guessed = {id: (x, y + below) for id, (x, y) in found.items()}
        for id in self.boxes:
            self.put(id, QPointF(*self.place(scenery.graph, id)))

    def arranged(self, scenery: Scenery, ids: Iterable[str]) -> Places:
        """Positions for these nodes from their measured sizes."""
        shapes = {id: self.boxes[id].shape_ for id in ids}
        sizes = {id: (shape.width, shape.height, shape.axis) for id, shape in shapes.items()}
        links = [(edge.source.node, edge.target.node) for edge in scenery.graph.edges]
        return arranged(sizes, links, scenery.report.sides)

    def rects(self) -> dict[str, QRectF]:
        """The boxes of all nodes in scene coordinates."""
        return {id: box.rect for id, box in self.boxes.items()}


def _touched(graph: Graph, change: Difference) -> list[str]:
    """The nodes that may look different: new or changed, at a new or removed edge, or with wires in another order.

    What comes through a bypassed node is seen at those that it feeds.
    """
    ids = [node.id for node in change.nodes.new]
    ids += [end.node for edge in (*change.removed_edges(), *change.added_edges()) for end in edge]
    ids += [edge.target.node for edge in change.edges.new if len(graph.incoming[edge.target]) > 1]
    found = dict.fromkeys(id for id in ids if id in graph.nodes)
    passing = {node.id for node in change.nodes.old if "bypass" in node.extra}
    waiting = list(found)
    while waiting:
        id = waiting.pop()
        if id in passing or "bypass" in graph.nodes[id].extra:
            waiting += [each for each in graph.targets[id] if each not in found]
            found.update(dict.fromkeys(graph.targets[id]))
    return list(found)
