"""Commands on frames, notes and dots: put around nodes, written, resized, set on wires, removed."""

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal

from editor.canvas.arriving import bring_into_view
from editor.canvas.carried import held_by, inside
from editor.canvas.frame_box import CURSORS, FrameBox
from editor.canvas.heading import fitting, head, headroom
from editor.canvas.intents import Intent
from editor.canvas.nested import FRAME, arranged_in_frames
from editor.canvas.room import GRID, Rect, free_place
from editor.canvas.tips import Hit
from editor.canvas.wire import Dot, Wire
from editor.looks import theme
from runtime.graph import bends
from runtime.graph.edit import Edit
from runtime.graph.frames import free_frame, understood
from runtime.graph.model import Edge

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

NOTE = (240.0, 130.0)
LATER = "This file is of a later version, whose {} are others; none can be added."


class Framing(QObject):
    """Acts on what a canvas shows."""

    chosen = Signal(str)  # the frame that alone is selected, or nothing
    text_wanted = Signal(str)  # the frame whose text is to be written

    def __init__(self, canvas: "Canvas") -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self._told = ""
        self._shown: Qt.CursorShape | None = None  # over an edge
        canvas.view.minimap.behind = self._coloured

    def tell(self) -> None:
        """Tell which frame alone is selected, where that is another one."""
        selection = self.canvas.selection
        found = selection.frames()
        one = found[0] if len(found) == 1 and not selection.nodes() else ""
        if one != self._told:
            self._told = one
            self.chosen.emit(one)

    def _coloured(self) -> list[tuple[QRectF, str]]:
        """Where frames lie, and their colours."""
        codes = theme.current().frames
        return [(box.rect, codes[box.frame.colour]) for box in self.canvas.mirror.frames.values()]

    def show_hand(self, hit: Hit, at: QPointF) -> None:
        """The cursor over an edge says which way that goes."""
        view = self.canvas.view
        shape = CURSORS.get(hit.zone(at, view.scale_now)) if isinstance(hit, FrameBox) else None
        if shape != self._shown:
            self._shown = shape
            view.viewport().unsetCursor() if shape is None else view.viewport().setCursor(shape)

    # frames

    def wrap(self) -> None:
        """A frame around what is selected, its title to be typed."""
        canvas = self.canvas
        nodes, frames = canvas.selected(), canvas.selection.frames()
        if not nodes and not frames:
            canvas.refused.emit("Select nodes to put a frame around them.")
        elif self._able():
            id = free_frame(canvas.graph, "frame")
            rect = fitting(canvas.content(nodes, frames))
            said = f"frame {nodes[0] if len(nodes) == 1 else f'{len(nodes)} nodes'}"
            made: Edit = ("frame", id, {"title": "Frame", "rect": rect.getRect()})
            room = headroom(canvas.mirror, rect, canvas.content(nodes, frames), frames)
            canvas.carry_out(Intent((made, *room), said))
            self.select(id)
            canvas.renaming.begin_title(id)

    def note(self, at: QPointF | None = None) -> None:
        """A note at a place or at the cursor, beside the nodes that stand there, its text to be written."""
        canvas = self.canvas
        if self._able():
            at = canvas.view.cursor_place() if at is None else at
            id = free_frame(canvas.graph, "note")
            near = (round(at.x() / GRID) * GRID, round(at.y() / GRID) * GRID)
            free = free_place(near, NOTE, (cast(Rect, rect.getCoords()) for rect in canvas.mirror.rects().values()))
            canvas.carry_out(Intent((("frame", id, {"colour": "yellow", "rect": (*free, *NOTE)}),), "add a note"))
            self.select(id)
            self.text_wanted.emit(id)

    def _able(self) -> bool:
        able = understood(self.canvas.graph)
        if not able:
            self.canvas.refused.emit(LATER.format("frames"))
        return able

    def select(self, id: str) -> None:
        """Select a frame and nothing else."""
        self.canvas.selection.only(self.canvas.mirror.frames[id])

    def resize(self, id: str, rect: QRectF) -> None:
        """A frame of another size."""
        called = self.canvas.mirror.frames[id].frame.called
        self.canvas.carry_out(Intent((("frame", id, {"rect": rect.getRect()}),), f"resize {called}"))

    def entitle(self, id: str, title: str) -> None:
        """Another title for a frame; without one it is a note."""
        title = " ".join(title.split())
        self.canvas.carry_out(Intent((("frame", id, {"title": title}),), f"call a frame {title or 'nothing'}"))

    def double(self, box: FrameBox, at: QPointF) -> None:
        """A double click: on the title another one is typed, on the text, and anywhere in a note, that is written."""
        zone = box.zone(at, self.canvas.view.scale_now)
        self.select(box.id)
        if zone == "text" or (box.is_note and box.rect.contains(at)):
            self.text_wanted.emit(box.id)
        elif zone:
            self.canvas.renaming.begin_title(box.id)

    def arrange(self) -> list[Edit]:
        """Edits that lay the graph out anew, frames around their nodes; and wires find their ways without dots."""
        mirror, scenery = self.canvas.mirror, self.canvas.scenery
        holders = held_by(mirror)
        shapes = {id: box.shape_ for id, box in mirror.boxes.items()}
        sizes = {id: (shape.width, shape.height, shape.axis) for id, shape in shapes.items()}
        links = [(edge.source.node, edge.target.node) for edge in scenery.graph.edges]
        heads = {FRAME + id: head(box) for id, box in mirror.frames.items()}
        places, rects = arranged_in_frames(sizes, links, scenery.report.sides, holders, heads)
        taken = [*rects.values(), *((x, y, x + sizes[id][0], y + sizes[id][1]) for id, (x, y) in places.items())]
        found = {id.removeprefix(FRAME): QRectF(QPointF(*rect[:2]), QPointF(*rect[2:])) for id, rect in rects.items()}
        for id, box in mirror.frames.items():
            if id not in found:  # a note, or a frame that cannot stand around its nodes any more
                size = (box.rect.width(), box.rect.height())
                x, y = free_place((box.rect.x(), box.rect.y()), size, taken)
                found[id] = QRectF(x, y, *size)
                taken.append((x, y, x + size[0], y + size[1]))
        edits: list[Edit] = [("move", id, at) for id, at in places.items()]
        edits += [("frame", id, {"rect": rect.getRect()}) for id, rect in found.items()]
        return edits + self.straightened(set(mirror.boxes))

    # dots

    def straightened(self, ids: Set[str]) -> list[Edit]:
        """Edits that take away the dots of wires between some nodes."""
        wires = self.canvas.mirror.wires.items()
        return [_bend(edge, ()) for edge, wire in wires if wire.dots and {end.node for end in edge} <= ids]

    def set_dot(self, wire: Wire, at: QPointF) -> None:
        """A dot on a wire, where it was clicked."""
        if not bends.understood(self.canvas.graph):
            self.canvas.refused.emit(LATER.format("bends"))
            return
        place, edge = wire.place_of(at), wire.edge
        dots = [dot.toTuple() for dot in wire.dots]
        at = QPointF(round(at.x()), round(at.y()))
        self.canvas.carry_out(Intent((_bend(edge, [*dots[:place], at.toTuple(), *dots[place:]]),), "set a dot"))
        self.canvas.selection.only(Dot(self.canvas.mirror.wires[edge], place))

    def set_dots(self) -> None:
        """A dot in the middle of each selected wire."""
        edges = self.canvas.selection.edges()
        if not edges:
            self.canvas.refused.emit("Select a wire to set a dot on it, or click on one with Alt held.")
        for edge in edges:
            wire = self.canvas.mirror.wires[edge]
            self.set_dot(wire, wire.path().pointAtPercent(0.5))

    def clicked(self, at: QPointF) -> None:
        """A click with Alt: sets a dot on a wire, takes one away."""
        hit = self.canvas.view.hit(at)
        if isinstance(hit, Dot):
            self.canvas.carry_out(Intent(tuple(self.without({hit.wire.edge: frozenset({hit.at})})), "remove a dot"))
        elif isinstance(hit, Wire):
            self.set_dot(hit, at)

    def without(self, dots: Mapping[Edge, frozenset[int]]) -> list[Edit]:
        """Edits that take dots away."""
        wires = self.canvas.mirror.wires
        return [
            _bend(edge, [dot.toTuple() for at, dot in enumerate(wires[edge].dots) if at not in gone])
            for edge, gone in dots.items()
        ]

    def removal(self) -> Intent:
        """The selected frames and dots away; what lies in a frame stays."""
        frames, dots = self.canvas.selection.frames(), self.canvas.selection.dots()
        edits = [*self.without(dots), *(("unframe", id) for id in frames)]
        if frames:
            called = self.canvas.mirror.frames[frames[0]].frame.called
            return Intent(tuple(edits), f"remove {called}" if len(frames) == 1 else f"remove {len(frames)} frames")
        return Intent(tuple(edits), "remove a dot" if sum(map(len, dots.values())) == 1 else "remove dots")

    def taken(self) -> tuple[list[str], list[str]]:
        """The nodes and frames that a copy takes: what is selected, and what lies in the frames; large ones first."""
        nodes, frames = inside(self.canvas.mirror, self.canvas.selection.frames())
        ids = {*nodes, *self.canvas.selected()}
        boxes = self.canvas.mirror.frames
        return [id for id in self.canvas.mirror.boxes if id in ids], sorted(frames, key=lambda id: boxes[id].zValue())

    def arrived(self, nodes: list[str], frames: list[str]) -> None:
        """Select what was put down, and bring it into view."""
        self.canvas.selection.set(set(nodes), set(), set(frames))
        bring_into_view(self.canvas, nodes, frames)


def _bend(edge: Edge, dots: object) -> Edit:
    return ("bend", str(edge.source), str(edge.target), dots)
