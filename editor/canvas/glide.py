"""Nodes on their way to where they were moved: a moment that shows what went where, and waits for nobody."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, QVariantAnimation
from PySide6.QtGui import QPainterPath

from editor.canvas.panning import Panning, moment
from editor.canvas.wire import Wire

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

MOST = 400  # more nodes than this are where they go to at once: a frame of their movement would take too long
INPUT = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.Wheel,
    QEvent.Type.NativeGesture,
    QEvent.Type.ContextMenu,
    QEvent.Type.DragEnter,
    QEvent.Type.KeyPress,
    QEvent.Type.ShortcutOverride,
}  # with the first of these the nodes are there: the hand finds everything where it will stay


class Glide:
    """The document has the new positions already; this is only how they come to be seen."""

    def __init__(self, canvas: "Canvas") -> None:
        self.canvas = canvas
        self.before: dict[str, QPointF] = {}
        self.after: dict[str, QPointF] = {}
        self.ways: dict[Wire, QPainterPath] = {}
        self.panning = Panning(canvas)
        self.clock = QVariantAnimation(canvas)
        self.clock.setStartValue(0.0)
        self.clock.setEndValue(1.0)
        self.clock.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.clock.valueChanged.connect(self._show)
        self.clock.finished.connect(self.end)

    def begin(self, before: Mapping[str, QPointF]) -> None:
        """Let nodes come from where they stood to where they stand now; at once where no movement is wanted."""
        self.end()
        boxes = self.canvas.mirror.boxes
        moved = {id: at for id, at in before.items() if id in boxes and boxes[id].pos() != at}
        time = moment(self.canvas)
        if not moved or len(moved) > MOST or time <= 0:
            return
        self.before, self.after = moved, {id: QPointF(boxes[id].pos()) for id in moved}
        ports = [port for id in moved for port in boxes[id].ports.values()]
        self.ways = {wire: wire.path() for port in ports for wire in port.wires}
        self.clock.setDuration(time)
        self.clock.start()
        self._show(0.0)

    @property
    def under_way(self) -> bool:
        """Whether nodes are moving."""
        return bool(self.after)

    def rects(self) -> dict[str, QRectF]:
        """The boxes of all nodes where they will stand."""
        found = self.canvas.mirror.rects()
        return found | {id: QRectF(at, found[id].size()) for id, at in self.after.items() if id in found}

    def end(self) -> None:
        """Everything where it belongs, now, and in view."""
        self.panning.end()
        if not self.after:
            return
        after, ways = self.after, self.ways
        self.before, self.after, self.ways = {}, {}, {}
        self.clock.stop()
        mirror = self.canvas.mirror
        for id, at in after.items():
            mirror.put(id, at)
        mirror.restore(ways)

    def _show(self, share: float) -> None:
        if self.after and self.clock.state() == QVariantAnimation.State.Running:
            for id, at in self.after.items():
                self.canvas.mirror.put(id, self.before[id] + (at - self.before[id]) * share)
            self.canvas.mirror.route(self.after, around=False)
