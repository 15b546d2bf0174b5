"""The hand on frames and dots: carry them, with what lies in a frame, and pull the edges of a frame."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from editor.canvas.carried import Carried
from editor.canvas.frame_box import FrameBox
from editor.canvas.room import snap
from editor.canvas.wire import Dot
from runtime.graph.frames import LEAST

if TYPE_CHECKING:
    from editor.canvas.view import View

SLACK = 4.0  # pixels that a click may tremble
LEVEL = 7.0  # pixels within which a dot comes level with what is beside it on its wire


class Carry:
    """A frame or a dot follows the hand on the grid; a press that does not move selects."""

    def __init__(self, view: "View", hit: FrameBox | Dot, at: QPointF, adding: bool) -> None:
        self.view, self.hit, self.start, self.adding = view, hit, at, adding
        selection = view.canvas.selection
        self.was_chosen = selection.has(hit)
        if adding and not self.was_chosen:
            selection.add(hit)
        elif not self.was_chosen:
            selection.only(hit)
        self.carried = Carried(view.canvas)
        self.moving = False

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Move all that is selected by the same way; with Control held nothing leads the hand."""
        way = at - self.start
        if not self.moving and way.manhattanLength() * self.view.scale_now < SLACK:
            return
        self.moving = True
        self.carried.put(self._led(way))

    def _led(self, way: QPointF) -> QPointF:
        if self.view.held & Qt.KeyboardModifier.ControlModifier:
            return QPointF(round(way.x()), round(way.y()))
        if isinstance(self.hit, FrameBox):
            before = self.carried.frames[self.hit.id].topLeft()
            return _on_grid(before + way) - before
        wire, at = self.hit
        before, goal = self.carried.dots[wire.edge][at], self.carried.dots[wire.edge][at] + way
        led = _on_grid(goal)
        stops = [wire.source.anchor(), *wire.dots, wire.target.anchor(wire)]
        beside = [stops[at].y(), stops[at + 2].y()]
        nearest = min(beside, key=lambda y: abs(y - goal.y()))
        if abs(nearest - goal.y()) * self.view.scale_now <= LEVEL:
            led.setY(nearest)
        return led - before

    def released(self, at: QPointF) -> None:
        """One undo step for all of it; a click selects this alone."""
        canvas = self.view.canvas
        if self.moving:
            places = {id: canvas.mirror.boxes[id].pos() for id in self.carried.nodes}
            edits = tuple(self.carried.edits())
            canvas.rewiring.moved(places, along=edits, text=f"move {self.carried.called}")
        elif self.adding and self.was_chosen:
            canvas.selection.drop(self.hit)
        elif not self.adding:
            canvas.selection.only(self.hit)

    def cancelled(self) -> None:
        """Back to where it stood."""
        self.carried.put(QPointF())


class Resize:
    """An edge or a corner of a frame follows the hand on the grid."""

    def __init__(self, view: "View", box: FrameBox, zone: str, at: QPointF) -> None:
        self.view, self.box, self.zone, self.start = view, box, zone, at
        self.before = QRectF(box.rect)
        view.canvas.selection.only(box)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Draw the frame so large."""
        way, rect = at - self.start, QRectF(self.before)
        free = bool(self.view.held & Qt.KeyboardModifier.ControlModifier)
        led = round if free else snap
        if "l" in self.zone:
            rect.setLeft(min(led(rect.left() + way.x()), rect.right() - LEAST[0]))
        if "r" in self.zone:
            rect.setRight(max(led(rect.right() + way.x()), rect.left() + LEAST[0]))
        if "t" in self.zone:
            rect.setTop(min(led(rect.top() + way.y()), rect.bottom() - LEAST[1]))
        if "b" in self.zone:
            rect.setBottom(max(led(rect.bottom() + way.y()), rect.top() + LEAST[1]))
        self.box.place(rect)

    def released(self, at: QPointF) -> None:
        """One undo step."""
        if self.box.rect != self.before:
            self.view.canvas.framing.resize(self.box.id, self.box.rect)

    def cancelled(self) -> None:
        """As large as it was."""
        self.box.place(self.before)


def _on_grid(at: QPointF) -> QPointF:
    return QPointF(snap(at.x()), snap(at.y()))
