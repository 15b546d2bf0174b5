"""The items of the scene, kept equal to the graph: what a difference touches is drawn anew, nothing else."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import cast

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from editor.canvas.face import Scenery, wrong_edges
from editor.canvas.frame_box import BEHIND, FrameBox, Titles
from editor.canvas.ground import Ground
from editor.canvas.lanes import Lanes
from editor.canvas.layout import Places, arranged
from editor.canvas.node import NodeBox
from editor.canvas.room import Rect
from editor.canvas.wire import Wire
from runtime.check.problem import Problem
from runtime.graph.bends import bends
from runtime.graph.difference import Difference
from runtime.graph.frames import frames
from runtime.graph.model import Edge, End, Graph

FEW = 100  # with fewer wires than this every edit that moves nodes may lead any of them another way


MANY = 2500  # among more wires than this none looks for a way around nodes: nobody could follow it, and it takes long


class Mirror:
    """Boxes by node id and wires by edge. `guessed` holds positions that the document does not have."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.scene = scene
        self.boxes: dict[str, NodeBox] = {}
        self.wires: dict[Edge, Wire] = {}
        self.frames: dict[str, FrameBox] = {}
        self.titles = Titles(self.frames)
        scene.addItem(self.titles)
        self.bent = False  # whether any wire has dots
        self.guessed: Places = {}
        self.ground = Ground()
        self.lanes = Lanes()
        self.stamp = 0  # another one after every change of what nodes look like or where they stand

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
        self._bend(scenery.graph)
        self.show_frames(scenery.graph)
        self.route(self.boxes)
        self.colour(scenery)

    def clear(self) -> None:
        """Away with all items."""
        for wire in self.wires.values():
            wire.delete()
        for box in self.boxes.values():
            box.delete()
        for frame in self.frames.values():
            self.scene.removeItem(frame)
        self.frames.clear()
        self.wires.clear()
        self.boxes.clear()
        self.ground.clear()
        self.lanes.clear()
        self.guessed = {}
        self.stamp += 1

    def follow(self, scenery: Scenery, change: Difference) -> None:
        """Show what an edit, an undo or a redo changed."""
        for edge in change.removed_edges():
            self._cut(edge)
        for id in change.removed_nodes():
            self._remove(id)
        touched = _touched(scenery.graph, change)
        grown = self._show(scenery, touched)
        around = (scenery.graph.around.get(id, ()) for id in change.added_nodes())  # some named it before it was there
        self._add_wires((*change.added_edges(), *chain.from_iterable(around)))
        self._number(scenery.graph, touched)
        bent = self._bend(scenery.graph)
        touched += bent
        self.show_frames(scenery.graph)
        for id in change.layout:
            if id in self.boxes:
                touched.append(id)
                self.put(id, QPointF(*self.place(scenery.graph, id)))
        come_or_gone = (*change.added_nodes(), *change.removed_nodes())
        if grown or come_or_gone or change.layout:
            self.route(touched if len(self.wires) > FEW else self.boxes)
        else:  # a wire is in nobody's way, and neither is what is only written on a node
            self.route_new(touched)
            self.route(bent)
        self.colour(scenery, touched)

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
        self.stamp += 1

    def show_frames(self, graph: Graph) -> None:
        """Frames as the graph has them, large ones behind small ones."""
        found = frames(graph)
        for id in [id for id in self.frames if id not in found]:
            self.scene.removeItem(self.frames.pop(id))
        for id, frame in found.items():
            if id not in self.frames:
                self.frames[id] = FrameBox(frame)
                self.scene.addItem(self.frames[id])
            self.frames[id].show_frame(frame)
        order = sorted(self.frames.values(), key=lambda each: -each.rect.width() * each.rect.height())
        for at, box in enumerate(order):
            box.setZValue(BEHIND + at)

    def _bend(self, graph: Graph) -> list[str]:
        """Give wires their dots, `route` them afterwards; the nodes from which wires come that have others now."""
        found, touched = bends(graph), list[str]()
        some, self.bent = found or self.bent, bool(found)
        for edge, wire in self.wires.items() if some else ():
            dots = tuple(QPointF(x, y) for x, y in found.get(edge, ()))
            if dots != wire.dots:
                wire.dots = dots
                wire.choose(frozenset(at for at in wire.chosen if at < len(dots)))
                touched.append(edge.source.node)
        return touched

    def _remove(self, id: str) -> None:
        for edge in [edge for edge, wire in self.wires.items() if id in (edge.source.node, edge.target.node)]:
            self._cut(edge)
        if id in self.boxes:
            self.boxes.pop(id).delete()
        self.ground.take(id)
        self.stamp += 1
        self.guessed.pop(id, None)

    def _cut(self, edge: Edge) -> None:
        if edge in self.wires:
            self.wires.pop(edge).delete()
            self.lanes.take(edge)

    def _add_wires(self, edges: Iterable[Edge]) -> None:
        """Wires between ports that are there, to `route` afterwards; a file may name nodes that are not."""
        for edge in edges:
            source, target = self.boxes.get(edge.source.node), self.boxes.get(edge.target.node)
            if edge in self.wires or source is None or target is None:
                continue
            out, into = source.ports.get((edge.source.port, True)), target.ports.get((edge.target.port, False))
            if out is not None and into is not None:
                wire = self.wires[edge] = Wire(edge, out, into)
                self.scene.addItem(wire)

    def _lead(self, wires: Iterable[Wire]) -> None:
        """Draw wires anew, around nodes and beside each other: those first that have the least choice."""
        if len(self.wires) > MANY:
            for wire in wires:
                wire.route(Ground())
            return
        found = sorted(wires, key=lambda wire: wire.choice)
        for wire in found:
            self.lanes.take(wire.edge)
        for wire in found:
            wire.route(self.ground, self.lanes)

    def _wires_of(self, ids: Iterable[str]) -> Iterable[Wire]:
        return dict.fromkeys(wire for id in ids for port in self.boxes[id].ports.values() for wire in port.wires)

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

    def route(self, ids: Iterable[str], around: bool = True, beside: bool = True) -> None:
        """Draw the wires of these nodes anew; while these move, wires need no way around nodes or beside others."""
        if around and beside:
            self._lead(self._wires_of(ids))
            return
        for wire in self._wires_of(ids):
            wire.route(self.ground if around else Ground())

    def route_new(self, ids: Iterable[str]) -> None:
        """Draw those wires of these nodes that do not lead from port to port yet."""
        self._lead(wire for wire in self._wires_of(ids) if not wire.arrives(wire.path()))

    def restore(self, ways: Mapping[Wire, QPainterPath]) -> None:
        """Draw wires as they were drawn before, where their ends are there again; the others anew."""
        for wire, path in ways.items():
            if wire.arrives(path):
                wire.lie(path)
        self._lead(wire for wire, path in ways.items() if wire.scene() is not None and not wire.arrives(path))

    def colour(self, scenery: Scenery, ids: Iterable[str] | None = None) -> None:
        """Colour the wires, of these nodes or all, by what they carry and by what is wrong with them."""
        self.stamp += 1
        wrong: Mapping[Edge, Problem] = wrong_edges(scenery.report)
        boxes = self.boxes.values() if ids is None else [self.boxes[id] for id in ids]
        ports = [port for box in boxes for port in box.ports.values() if ids is not None or port.output]
        for wire in {wire for port in ports for wire in port.wires}:
            outlets = wire.source.box.face.outlets
            kind = next((outlet.kind for outlet in outlets if outlet.name == wire.source.name), "unknown")
            wire.show_type(kind, wrong.get(wire.edge))

    # positions

    def place(self, graph: Graph, id: str) -> tuple[float, float]:
        """Where a node stands: as the document says, or as guessed, or below everything."""
        if id in graph.layout:
            return graph.layout[id]
        if id not in self.guessed:
            bottom = max((box.rect.bottom() for other, box in self.boxes.items() if other != id), default=-40.0)
            self.guessed[id] = (0.0, round(bottom + 40.0, 2))
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
            self.guessed = {id: (x, round(y + below, 2)) for id, (x, y) in found.items()}  # as they would be kept
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
        return dict(self.ground.rects)

    def frame_rects(self) -> list[tuple[Rect, Rect]]:
        """Where frames lie, and their titles."""
        boxes = self.frames.values()
        return [(cast(Rect, box.rect.getCoords()), cast(Rect, box.title_rect.getCoords())) for box in boxes]


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
