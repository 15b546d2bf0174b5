"""The minimap: in a corner of the canvas the shapes and colours of the whole graph, and the part of it that is seen."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from editor.canvas import paint
from editor.looks.theme import current
from runtime.check.problem import ERROR
from runtime.places import read_settings

if TYPE_CHECKING:
    from editor.canvas.sight import Sight

SETTING = "minimap"
MANY = 40  # from so many nodes on it is shown, and where the graph is larger than the view
LARGEST, SMALLEST, ROOMY = QSize(208, 136), QSize(96, 60), QSize(480, 340)  # of itself, and the least view that has it
MARGIN, PAD = 12, 7  # pixels: from the edges of the view, and around the graph
SPECK = 1.5  # pixels that a node has at least
FEW = 12  # so many selected nodes it does not hide
AROUND = 24  # pixels: nearer than this to it a gesture makes it leave
TIP = "Click or drag to go there."


class Minimap:
    """Painted by the view over everything else; the view asks it whether a press is for it."""

    def __init__(self, view: "Sight") -> None:
        self.view = view
        self.wanted = read_settings().get(SETTING) is not False
        self.behind: Callable[[], Iterable[tuple[QRectF, str]]] = list  # what lies behind the nodes, and its colour
        self.rect = QRect()  # in pixels of the viewport; empty while it is not shown
        self.corner = 0
        self.left = False  # for the rest of the gesture
        self._drawn = QPixmap()
        self._stamp: object = None
        self._content, self._scale = QRectF(), 1.0

    # whether and where

    def follow(self) -> None:
        """After every painting of the view: whether anything of it is to be drawn anew."""
        old, stamp = self.rect, self._now()
        if stamp != self._stamp and not self._busy():
            self._stamp = stamp
            self._content = self._whole()
            self._drawn = QPixmap()
            self.view.viewport().update(old)
        self.rect = self._place() if self._shown() else QRect()
        if self.rect != old:
            self._drawn = self._drawn if self.rect.size() == old.size() else QPixmap()
            self.view.viewport().update(old)
            self.view.viewport().update(self.rect)

    def _busy(self) -> bool:
        """Whether nodes move: what is drawn of them waits until they stand."""
        return not self._drawn.isNull() and (self.view.gesture is not None or self.view.canvas.glide.under_way)

    def _now(self) -> object:
        """What it shows, told apart by equality."""
        return self.view.canvas.mirror.stamp, current().name

    def _whole(self) -> QRectF:
        found = self.view.canvas.content()
        for rect, _ in self.behind():
            found = found.united(rect)
        return found

    def _shown(self) -> bool:
        port, count = self.view.viewport().size(), len(self.view.canvas.mirror.boxes)
        if not self.wanted or self.left or not count or self._content.isEmpty():
            return False
        if port.width() < ROOMY.width() or port.height() < ROOMY.height():
            return False
        size = self._content.size() * self.view.scale_now
        larger = size.width() > port.width() or size.height() > port.height()
        if self.view.gesture is None and self._view().contains(self._content):
            return False  # nothing to travel to, and it would hide some of it
        return count >= MANY or larger

    def _place(self) -> QRect:
        """A corner; another one where it would hide a selected node."""
        room = self._content
        self._scale = min(LARGEST.width() / room.width(), LARGEST.height() / room.height())
        size = (room.size() * self._scale).toSize().expandedTo(SMALLEST) + QSize(2 * PAD, 2 * PAD)
        if self.view.gesture is None:
            canvas = self.view.canvas
            chosen = canvas.selected()[: FEW + 1]
            rects = [self.view.in_viewport(canvas.mirror.boxes[id].rect) for id in chosen] if len(chosen) <= FEW else []
            free = [at for at in (self.corner, 0, 1, 2, 3) if not any(self._at(at, size).intersects(r) for r in rects)]
            self.corner = free[0] if free else self.corner
        return self._at(self.corner, size)

    def _at(self, corner: int, size: QSize) -> QRect:
        """Bottom right, bottom left, top right, top left."""
        port = self.view.viewport().rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        found = QRect(port.topLeft(), size)
        if corner in (0, 2):
            found.moveRight(port.right())
        if corner in (0, 1):
            found.moveBottom(port.bottom())
        return found

    def give_way(self, pixel: QPointF) -> None:
        """A gesture came near that has something to do there."""
        if not self.left and self.rect.adjusted(-AROUND, -AROUND, AROUND, AROUND).contains(pixel.toPoint()):
            self.left = True
            self.follow()

    def come_back(self) -> None:
        """The gesture is over."""
        self.left = False
        self.follow()

    def switch(self) -> bool:
        """Show it or not; whether it is wanted now."""
        self.wanted = not self.wanted
        self.follow()
        return self.wanted

    # to and fro

    def contains(self, pixel: QPointF) -> bool:
        """Whether a pixel of the viewport is on it."""
        return self.rect.contains(pixel.toPoint())

    def go(self, pixel: QPointF) -> None:
        """Bring what lies under a pixel of it to the middle of the view."""
        inside = (pixel - self._origin) / self._scale
        at = QPointF(
            min(max(inside.x(), self._content.left()), self._content.right()),
            min(max(inside.y(), self._content.top()), self._content.bottom()),
        )
        self.view.pan(QPointF(self.view.pixel(at) - self.view.viewport().rect().center()))

    @property
    def _origin(self) -> QPointF:
        """Where the scene's origin lies in the viewport, as it is drawn here."""
        return QRectF(self.rect).center() - self._content.center() * self._scale

    def _seen(self) -> QRectF:
        """The visible part, in pixels of the viewport; what reaches further than the map ends at its edge."""
        view, origin = self._view(), self._origin
        seen = QRectF(origin + view.topLeft() * self._scale, origin + view.bottomRight() * self._scale)
        return seen.intersected(QRectF(self.rect).adjusted(2, 2, -2, -2))

    def _view(self) -> QRectF:
        """The visible part of the scene."""
        view = self.view
        return QRectF(view.scene_at(QPointF(0, 0)), view.scene_at(QPointF(view.viewport().rect().bottomRight())))

    # painting

    def paint(self, painter: QPainter) -> None:
        """The plate with all nodes, and a frame around what is seen."""
        if self.rect.isEmpty():
            return
        ratio = self.view.devicePixelRatioF()
        if self._drawn.isNull() or self._drawn.devicePixelRatioF() != ratio:
            self._draw(ratio)
        theme, seen = current(), self._seen()
        painter.drawPixmap(self.rect.topLeft(), self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(paint.pen(theme.muted, 1.2, alpha=200))
        painter.setBrush(paint.colour(theme.muted, 34))
        painter.drawRoundedRect(seen.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)

    def _draw(self, ratio: float) -> None:
        theme = current()
        self._drawn = QPixmap(self.rect.size() * ratio)
        self._drawn.setDevicePixelRatio(ratio)
        self._drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(paint.pen(theme.border, 1.0))
        painter.setBrush(paint.colour(theme.panel, 245))
        painter.drawRoundedRect(QRectF(QPointF(), QRectF(self.rect).size()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.translate(self._origin - QPointF(self.rect.topLeft()))
        painter.scale(self._scale, self._scale)
        painter.setPen(paint.NO_PEN)
        for rect, code in self.behind():
            painter.fillRect(rect, paint.colour(code, 70))
        for (code, alpha), rects in self._coloured().items():
            painter.setBrush(paint.colour(code, alpha))
            painter.drawRects(rects)
        painter.end()

    def _coloured(self) -> dict[tuple[str, int], list[QRectF]]:
        """The boxes by colour: of the family, of an error, of the selection; none so small that it is not seen."""
        theme, mirror = current(), self.view.canvas.mirror
        rects = mirror.rects()
        found: dict[tuple[str, int], list[QRectF]] = {}
        least = SPECK / self._scale
        for id, box in mirror.boxes.items():
            wrong = box.face.problem is not None and box.face.problem.severity == ERROR
            code = (theme.error, 255) if wrong else (paint.family_colour(theme, box.face.family), 165)
            rect = rects[id]
            if rect.height() < least:
                rect = QRectF(rect.left(), rect.top(), max(rect.width(), least), least)
            found.setdefault((theme.accent, 255) if box.isSelected() else code, []).append(rect)
        return found
