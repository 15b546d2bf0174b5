"""The view on its way to what is new: a moment that shows where it lies, and waits for nobody."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QRectF, QVariantAnimation
from PySide6.QtWidgets import QStyle, QWidget

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

Pixels = tuple[int, int]
LONGEST = 220  # ms
AHEAD = 0.3  # of the view stays free behind what it goes on to: for the node that is added next


def moment(widget: QWidget) -> int:
    """How long things move, in ms; 0 where nobody sees them or the platform wants no movement."""
    time: int = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    return min(LONGEST, time) if widget.isVisible() else 0


class Panning:
    """Scrolls the view of a canvas, unless somebody else does meanwhile."""

    def __init__(self, canvas: "Canvas") -> None:
        self.canvas = canvas
        self.before = self.now = self.after = (0, 0)
        self.clock = QVariantAnimation(canvas)
        self.clock.setStartValue(0.0)
        self.clock.setEndValue(1.0)
        self.clock.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.clock.valueChanged.connect(self._show)
        self.clock.finished.connect(self.end)

    def seen(self) -> QRectF:
        """What of the scene is in view once the view is there."""
        across, down = self._left()
        view = self.canvas.view
        port = view.viewport().rect().translated(across, down)
        return view.mapToScene(port).boundingRect()

    def at(self, rect: QRectF) -> None:
        """Go on to a part of the scene, no further than it needs, but with room ahead for what comes next."""
        view, port = self.canvas.view, self.canvas.view.viewport().rect()
        left, there = self._left(), view.in_viewport(rect).translated(-self._left()[0], -self._left()[1])
        way = (_way(there.left(), there.right(), port.width()), _way(there.top(), there.bottom(), port.height()))
        if way == (0, 0):
            return
        self.before = self.now = self._values()
        self.after = (self.now[0] + left[0] + way[0], self.now[1] + left[1] + way[1])
        view.fitted = False
        self.clock.stop()
        self.clock.setDuration(moment(self.canvas))
        self.clock.start()
        if self.clock.duration() == 0:
            self._scroll(self.after)

    def end(self) -> None:
        """There, now."""
        way = self._left()
        self.clock.stop()
        if way != (0, 0):
            self._scroll(self.after)

    def _left(self) -> Pixels:
        """How far it still has to go; nowhere once somebody else has scrolled."""
        if self.clock.state() != QVariantAnimation.State.Running or self._values() != self.now:
            return (0, 0)
        return self.after[0] - self.now[0], self.after[1] - self.now[1]

    def _show(self, share: float) -> None:
        if self._left() == (0, 0):
            return
        (x, y), (right, down) = self.before, self.after
        self._scroll((round(x + (right - x) * share), round(y + (down - y) * share)))

    def _scroll(self, to: Pixels) -> None:
        across, down = self.canvas.view.horizontalScrollBar(), self.canvas.view.verticalScrollBar()
        across.setValue(to[0])
        down.setValue(to[1])
        self.now = self._values()

    def _values(self) -> Pixels:
        return self.canvas.view.horizontalScrollBar().value(), self.canvas.view.verticalScrollBar().value()


def _way(low: int, high: int, size: int) -> int:
    """How far to scroll so that what lies from `low` to `high` comes into view."""
    room = round(max(0.0, min(AHEAD * size, (size - high + low) / 2)))
    return 0 if low >= 0 and high <= size else low - room if low < 0 else high + room - size
