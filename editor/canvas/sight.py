"""The part of the scene that is seen: zoom, pan, what lies behind and over the nodes, and the minimap."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView

from editor.canvas.background import paint_background
from editor.canvas.detail import seen_from, steadied
from editor.canvas.gestures import Gesture
from editor.canvas.minimap import Minimap
from editor.canvas.stock import NodeViewer
from editor.looks.unharmed import unharmed

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

NEAREST, FARTHEST = 2.5, 0.08
WORLD = QRectF(-1.1e6, -1.1e6, 2.2e6, 2.2e6)
NOTCH = 1.0015
CONTROL = Qt.KeyboardModifier.ControlModifier


class Sight(NodeViewer):
    """NodeGraphQt's viewer with a transform of our own."""

    def __init__(self, canvas: "Canvas") -> None:
        super().__init__(canvas, undo_stack=None)
        self._search_widget.line_edit.deleteLater()  # type: ignore[attr-defined]
        self._search_widget.deleteLater()
        self._ctx_menu_bar.clear()
        self.canvas = canvas
        self.gesture: Gesture | None = None
        self.fitting = 1.15  # how large a small graph is shown that is fitted
        self.fitted = True  # until the user zooms or pans, the graph is kept in view
        self.steady = 1.0  # the scale by which details are chosen
        self.minimap = Minimap(self)
        self.scene().grid_mode = 0  # type: ignore[attr-defined]  # its lines would lie over our background in pictures
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setSceneRect(WORLD)
        self.setTransform(QTransform())
        self.centerOn(0, 0)

    def _update_scene(self) -> None:
        """The stock viewer scales the scene to a range; ours has a transform of its own."""

    # zoom and pan

    @property
    def scale_now(self) -> float:
        """Pixels of the screen for one of the scene."""
        return self.transform().m11()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a position in the viewport, which stays where it is."""
        at = QPointF(self.viewport().rect().center()) if at is None else at
        scale = min(NEAREST, max(FARTHEST, self.scale_now * factor))
        self.steady = steadied(scale, self.steady)
        under = self.scene_at(at)
        self.setTransform(QTransform.fromScale(scale, scale))
        self.pan(self.viewportTransform().map(under) - at)
        self.canvas.scaled()

    def pan(self, by: QPointF) -> None:
        """Scroll by some pixels of the screen."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(by.x()))
        down.setValue(down.value() + round(by.y()))
        self.fitted = False

    def scale_for(self, rect: QRectF) -> float:
        """The scale at which a part of the scene is shown that is fitted."""
        room = self.viewport().rect()
        scale = min(room.width() / max(rect.width(), 1.0), room.height() / max(rect.height(), 1.0), self.fitting)
        return max(FARTHEST, scale)

    def fit(self, rect: QRectF) -> None:
        """Show a part of the scene as large as it goes, up to a little over full size."""
        scale = self.steady = self.scale_for(rect)
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(rect.center())
        self.canvas.scaled()

    def scene_at(self, at: QPointF) -> QPointF:
        """A position in the viewport as one in the scene, without rounding."""
        inverted: QTransform = self.viewportTransform().inverted()[0]
        return inverted.map(at)

    def in_viewport(self, rect: QRectF) -> QRect:
        """A rectangle of the scene in pixels of the viewport."""
        return self.viewportTransform().mapRect(rect).toRect()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Two fingers pan; a notch of a mouse wheel, Ctrl and wheel, or a pinch zoom about the cursor."""
        turned, pixels = event.angleDelta(), event.pixelDelta()
        fingers = not pixels.isNull() or turned.y() % 120 != 0 or turned.x() != 0
        if event.modifiers() & CONTROL or not fingers:
            self.fitted = False
            self.zoom(NOTCH ** (turned.y() or pixels.y() * 4), event.position())
        else:
            self.pan(-QPointF(pixels if not pixels.isNull() else turned / 2))
        event.accept()

    # painting

    @unharmed
    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Dots and sides."""
        paint_background(painter, QRectF(rect), self.scale_now, self.canvas.border)

    @unharmed
    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The minimap, in pixels."""
        painter.resetTransform()
        self.minimap.paint(painter)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Then whatever changed is on the minimap too."""
        with seen_from(self.steady):
            super().paintEvent(event)
        self.minimap.follow()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What is seen already moves along, and what is only new is painted; the minimap stays where it is."""
        super().scrollContentsBy(dx, dy)
        self.viewport().update(self.minimap.rect)
        self.viewport().update(self.minimap.rect.translated(dx, dy))

    def pixel(self, at: QPointF) -> QPoint:
        """Where a scene position is in the viewport."""
        return self.viewportTransform().map(at).toPoint()
