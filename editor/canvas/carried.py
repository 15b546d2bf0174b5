"""What follows the hand: the selected nodes, frames with all that lies in them, and dots of wires."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.mirror import Mirror
from editor.canvas.nested import FRAME
from runtime.graph.edit import Edit
from runtime.graph.model import Edge

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

CROWD = 40  # more nodes than this move with plain wires until they are let go


def inside(mirror: Mirror, frames: Iterable[str]) -> tuple[list[str], list[str]]:
    """The nodes that lie wholly in frames, and these frames with those that lie in them."""
    outer = [mirror.frames[id] for id in frames]
    nodes = [id for id, box in mirror.boxes.items() if any(frame.holds(box.rect) for frame in outer)]
    found = {frame.id for frame in outer}
    for id, box in mirror.frames.items():
        if any(frame.holds(box.rect) and frame.rect != box.rect for frame in outer):
            found.add(id)
    return nodes, [id for id in mirror.frames if id in found]


def held_by(mirror: Mirror) -> dict[str, str]:
    """The smallest frame that holds each node, and each frame that holds nodes, as `nested` calls them."""
    held = dict.fromkeys(mirror.boxes, "")
    for frame in sorted(mirror.frames.values(), key=lambda each: each.zValue()):  # large ones first
        nodes, frames = inside(mirror, [frame.id])
        if nodes:
            held.setdefault(FRAME + frame.id, "")
            for each in (*nodes, *(FRAME + id for id in frames if id != frame.id)):
                held[each] = FRAME + frame.id
    full = {holder for holder in held.values() if holder}
    return {each: holder for each, holder in held.items() if not each.startswith(FRAME) or each in full}


class Carried:
    """Where everything stood; `put` moves it all by one way, `edits` says what that does to the document."""

    def __init__(self, canvas: "Canvas") -> None:
        self.mirror = mirror = canvas.mirror
        framed, frames = inside(mirror, canvas.selection.frames())
        ids = {*canvas.selected(), *framed}
        self.nodes = {id: QPointF(box.pos()) for id, box in mirror.boxes.items() if id in ids}
        self.frames = {id: QRectF(mirror.frames[id].rect) for id in frames}
        chosen = canvas.selection.dots()
        self.dots: dict[Edge, tuple[QPointF, ...]] = {}
        self.moving: dict[Edge, set[int]] = {}  # which of them
        for edge, wire in mirror.wires.items():
            which = {at for at, dot in enumerate(wire.dots) if any(rect.contains(dot) for rect in self.frames.values())}
            whole = edge.source.node in ids and edge.target.node in ids
            if which := {*which, *chosen.get(edge, ()), *(range(len(wire.dots)) if whole else ())}:
                self.dots[edge], self.moving[edge] = wire.dots, which

    def put(self, way: QPointF) -> None:
        """Stand everything where it goes when the hand went so far."""
        mirror = self.mirror
        for id, at in self.nodes.items():
            mirror.put(id, at + way)
        for id, rect in self.frames.items():
            mirror.frames[id].place(rect.translated(way))
        for edge in self.dots:
            mirror.wires[edge].dots = tuple(self._moved(edge, way))
            mirror.wires[edge].route(mirror.ground)
        mirror.route(self.nodes, around=len(self.nodes) <= CROWD, beside=False)

    def _moved(self, edge: Edge, way: QPointF) -> Iterable[QPointF]:
        moving = self.moving[edge]
        return (dot + way if at in moving else dot for at, dot in enumerate(self.dots[edge]))

    def edits(self) -> list[Edit]:
        """Frames and dots where they are now; nodes are the caller's."""
        boxes, wires = self.mirror.frames, self.mirror.wires
        placed: list[Edit] = [("frame", id, {"rect": boxes[id].rect.getRect()}) for id in self.frames]
        return placed + [
            ("bend", str(edge.source), str(edge.target), [dot.toTuple() for dot in wires[edge].dots])
            for edge in self.dots
        ]

    @property
    def called(self) -> str:
        """What an undo step says was moved, where no node was meant."""
        if len(self.frames) + len(self.nodes) == 0:
            return "a dot" if sum(map(len, self.moving.values())) == 1 else "dots"
        outermost = max(self.frames, key=lambda id: self.frames[id].width() * self.frames[id].height(), default="")
        return self.mirror.frames[outermost].frame.called if outermost else ""
