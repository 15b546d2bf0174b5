"""The view of the scene: what lies under the cursor, and which gesture a press begins."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsView, QToolTip

from editor.canvas import under
from editor.canvas.carry import Carry, Resize
from editor.canvas.frame_box import CURSORS, FrameBox
from editor.canvas.gestures import Band, Cut, Gesture, Move, Pan, PullOut, Travel
from editor.canvas.glide import INPUT
from editor.canvas.minimap import TIP
from editor.canvas.node import NodeBox
from editor.canvas.port import Port
from editor.canvas.pull import PressWire, PullWire
from editor.canvas.sight import CONTROL, Sight
from editor.canvas.tips import Hit
from editor.canvas.wire import Dot, Wire

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


class View(Sight):
    """NodeGraphQt's viewer with gestures of our own: its own delete wires before they ask."""

    parameters_wanted = Signal()  # of the selected node

    def __init__(self, canvas: "Canvas") -> None:
        super().__init__(canvas)
        self.setAccessibleName("Canvas")
        self.held = Qt.KeyboardModifier.NoModifier  # while a gesture is under way
        self.space: str = ""  # "" or "held" or "used"
        self.pointed: QPointF | None = None  # where a menu was asked for, until it has done what was chosen
        self.hit_now: Hit = None
        self.setMouseTracking(True)
        self.setAcceptDrops(True)

    @staticmethod
    def acyclic_check(start_port: object, end_port: object) -> bool:
        """Always true: the stock walk has no memory and takes exponential time; `intents.refusal` is linear."""
        return True

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinches and tooltips; whatever the hand does, nodes on their way are there first."""
        if event.type() in INPUT:
            self.canvas.glide.end()
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.fitted = False
                self.zoom(1.0 + event.value(), event.position())
                return True
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            on_map = self.minimap.contains(QPointF(event.pos()))
            tip = TIP if on_map else self.canvas.tip(self.hit(self.scene_at(QPointF(event.pos()))))
            QToolTip.showText(event.globalPos(), tip)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the graph in view as long as the user has not looked elsewhere; the stock event would zoom."""
        QGraphicsView.resizeEvent(self, event)
        if self.fitted:
            self.canvas.fit()

    # what lies where

    def hit(self, at: QPointF) -> Hit:
        """What can be taken hold of at a scene position."""
        return under.hit(self, at)

    def wire_at(self, at: QPointF) -> Wire | None:
        """The wire at a scene position, whatever node lies over it."""
        return under.wire_at(self, at)

    def ports_near(self, at: QPointF, reach: float) -> list[Port]:
        """The ports within reach that no node hides."""
        return under.ports_near(self, at, reach)

    def hover(self, hit: Hit) -> None:
        """Light what is under the cursor, and only that."""
        old, hit = self.hit_now, hit.wire if isinstance(hit, Dot) else hit
        if hit is old:
            return
        for item, lit in ((old, False), (hit, True)):
            if isinstance(item, Port) and item.box.scene() is not None:
                item.box.hovered = item if lit else None
                item.box.update()
            elif isinstance(item, Wire) and item.scene() is not None:
                item.hovered = lit
                item.update()
        self.hit_now = hit

    def forget(self) -> None:
        """Nothing is under the cursor, and no gesture under way: items are about to go."""
        if self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            gesture.cancelled()
        self.hit_now = None

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture; a second button takes the one under way back."""
        at = self.scene_at(event.position())
        if self.gesture is not None:
            self.cancel()
            return
        self.canvas.hovered(None, at)
        if self.minimap.contains(event.position()):
            self.gesture = Travel(self, event.position()) if event.button() == LEFT else None
        elif event.button() == MIDDLE or (event.button() == LEFT and self.space):
            self.space = "used" if self.space else ""
            self.gesture = Pan(self, event.position())
        elif event.button() == LEFT and event.modifiers() & ALT:
            hit = self.hit(at)
            self.gesture = PullOut(self, hit, at) if isinstance(hit, NodeBox) else Cut(self, at, True)
        elif event.button() == RIGHT and event.modifiers() & CONTROL:
            self.gesture = Cut(self, at)
        elif event.button() == LEFT:
            self.gesture = self._begin(at, bool(event.modifiers() & SHIFT))
        event.accept()

    def _begin(self, at: QPointF, adding: bool) -> Gesture | None:
        hit = self.hit(at)
        if isinstance(hit, Port):
            return PullWire(self, hit, at)
        if isinstance(hit, NodeBox):
            if hit.badge_rect(self.scale_now).contains(at) and hit.face.problem is not None:
                self.canvas.select([hit.id])
                self.canvas.problem_clicked.emit(hit.face.problem)
                return None
            return Move(self, hit, at, adding)
        if isinstance(hit, Wire):
            return PressWire(self, hit, at, adding)
        if isinstance(hit, FrameBox) and (zone := hit.zone(at, self.scale_now)) in CURSORS:
            return Resize(self, hit, zone, at)
        if isinstance(hit, FrameBox | Dot):
            return Carry(self, hit, at, adding)
        return Band(self, at, adding)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or light what is under the cursor."""
        if self.gesture is not None:
            self.held = event.modifiers()
            if not isinstance(self.gesture, Pan | Travel):
                self.minimap.give_way(event.position())
            self.gesture.moved(self.scene_at(event.position()), event.position())
        elif not event.buttons():
            on_map = self.minimap.contains(event.position())
            hit = None if on_map else self.hit(self.scene_at(event.position()))
            self.hover(hit)
            self.canvas.framing.show_hand(hit, self.scene_at(event.position()))
            self.canvas.hovered(hit, self.scene_at(event.position()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        if self.gesture is not None and event.button() in (LEFT, MIDDLE, RIGHT):
            gesture, self.gesture = self.gesture, None
            gesture.released(self.scene_at(event.position()))
            self.minimap.come_back()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a use: go into its definition. On a name or title: type another one. On a wire: show it.

        On the text of a frame, and anywhere on a note: write it. On nothing: search.
        """
        at = self.scene_at(event.position())
        hit = self.hit(at)
        if self.minimap.contains(event.position()):
            self.mousePressEvent(event)
        elif event.button() == LEFT and isinstance(hit, NodeBox) and hit.face.enters:
            self.canvas.use_entered.emit(hit.id)
        elif event.button() == LEFT and isinstance(hit, NodeBox) and hit.on_title(at):
            self.canvas.rename(hit.id)
        elif event.button() == LEFT and isinstance(hit, Wire):
            self.canvas.preview_wanted.emit(hit.edge.source, at)
        elif event.button() == LEFT and (frame := hit if isinstance(hit, FrameBox) else self._note_at(hit, at)):
            self.canvas.framing.double(frame, at)
        elif event.button() == LEFT and hit is None:
            self.canvas.search_requested.emit(at, None)
        else:
            self.mousePressEvent(event)
        event.accept()

    def _note_at(self, hit: Hit, at: QPointF) -> FrameBox | None:
        """The note at a place where nothing else lies."""
        found = (box for box in self.canvas.mirror.frames.values() if box.is_note and box.rect.contains(at))
        return max(found, key=lambda box: box.zValue(), default=None) if hit is None else None

    def cancel(self) -> None:
        """Take the gesture under way back."""
        if self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            gesture.cancelled()
            self.minimap.come_back()

    # keys

    def event(self, event: QEvent) -> bool:
        """Keys, those of actions too, find nodes where they stay."""
        if event.type() in INPUT:
            self.canvas.glide.end()
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab searches; Shift+Tab leaves the canvas."""
        return False if next else super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The few keys of the canvas; all others are the window's."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self.gesture is not None:
            self.cancel()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and event.modifiers() & CONTROL:
            self.canvas.rewiring.delete_and_heal()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.canvas.delete_selected()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.canvas.chosen_use():
            self.canvas.use_entered.emit(self.canvas.chosen_use())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and len(self.canvas.selected()) == 1:
            self.parameters_wanted.emit()
        elif key == Qt.Key.Key_F2:
            self.canvas.rename_selected()
        elif key == Qt.Key.Key_Tab:
            self.canvas.search_requested.emit(self.cursor_place(), None)
        elif key == Qt.Key.Key_Space:
            self.space = self.space or "held"
        else:
            event.ignore()
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space that was not used for panning searches."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            if self.space == "held":
                self.canvas.search_requested.emit(self.cursor_place(), None)
            self.space = ""
            event.accept()
        else:
            event.ignore()

    def cursor_place(self) -> QPointF:
        """Where the cursor is in the scene, or was when a menu was asked for; else the middle of what is seen."""
        if self.pointed is not None:
            return self.pointed
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        inside = self.viewport().rect().contains(at) and self.viewport().underMouse()
        return self.scene_at(QPointF(at if inside else self.viewport().rect().center()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The stock event would fill a hidden menu bar."""
        QGraphicsView.focusInEvent(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No wire hangs on the cursor of a window that is not looked at."""
        self.cancel()
        self.space = ""
        QGraphicsView.focusOutEvent(self, event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing stays lit."""
        self.hover(None)
        self.canvas.hovered(None, QPointF())
        super().leaveEvent(event)

    # drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Node types and files are welcome."""
        event.setAccepted(self.canvas.welcomes(event.mimeData()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """As on entering; a wire on which a node would be put lights up."""
        event.setAccepted(self.canvas.welcomes(event.mimeData()))
        self.hover(self.canvas.adding.lands_on(event.mimeData(), self.scene_at(event.position())))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing stays lit."""
        self.hover(None)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand it to the canvas."""
        if self.canvas.welcomes(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.canvas.dropped(event.mimeData(), self.scene_at(event.position()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with what lies there; the window has the actions. Ctrl and the right button cut."""
        event.accept()
        on_map = event.reason() == QContextMenuEvent.Reason.Mouse and self.minimap.contains(QPointF(event.pos()))
        if self.gesture is not None or event.modifiers() & CONTROL or on_map:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.canvas.rewiring.ask_what(None if by_key else self.scene_at(QPointF(event.pos())), event.globalPos())
