"""The item of a frame: a tinted rectangle behind the nodes, its title above, its Markdown below that."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas import paint
from editor.canvas.markdown import Markdown
from editor.looks.theme import Theme, current, family_font
from editor.looks.unharmed import unharmed
from runtime.graph.frames import LEAST, Frame

HEAD, PAD, ROUND = 26.0, 10.0, 9.0
BEHIND = -1000.0  # of all nodes and wires; smaller frames lie over larger ones
BESIDE, LARGEST = 14.0, 5.0  # room around a frame; how much larger than its bar a title becomes
GRIP = 6.0  # pixels beside an edge where it can be taken hold of
FAR, FARTHER = 0.38, 0.6  # below these scales a text is not read, and a title is written larger
EVERYWHERE = 1e7
UPRIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
HINT = "Double-click to write"
CURSORS = {
    "l": Qt.CursorShape.SizeHorCursor,
    "r": Qt.CursorShape.SizeHorCursor,
    "t": Qt.CursorShape.SizeVerCursor,
    "b": Qt.CursorShape.SizeVerCursor,
    "lt": Qt.CursorShape.SizeFDiagCursor,
    "rb": Qt.CursorShape.SizeFDiagCursor,
    "lb": Qt.CursorShape.SizeBDiagCursor,
    "rt": Qt.CursorShape.SizeBDiagCursor,
}


class FrameBox(QGraphicsItem):
    """A frame on the canvas. `show_frame` and `place` are the only ways to change what it looks like."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.frame = frame
        self.rect = QRectF(*frame.rect)
        self._text: Markdown | None = None  # made when it is seen first

    @property
    def id(self) -> str:
        """The frame's id."""
        return self.frame.id

    def show_frame(self, frame: Frame) -> None:
        """Look like `frame`."""
        if bool(frame.title) != bool(self.frame.title):
            self.prepareGeometryChange()
        if frame.text != self.frame.text:
            self._text = None
        self.frame = frame
        self.place(QRectF(*frame.rect))
        self.update()

    def place(self, rect: QRectF) -> None:
        """Lie somewhere; the document may not know of it yet."""
        if rect != self.rect:
            self.prepareGeometryChange()
            self.rect = QRectF(rect)

    # what is where

    @property
    def title_rect(self) -> QRectF:
        """The bar of the title; a frame without one can be taken hold of there as well."""
        return QRectF(self.rect.left(), self.rect.top(), self.rect.width(), min(HEAD, self.rect.height()))

    @property
    def text_rect(self) -> QRectF:
        """Where the text stands, as far as it reaches."""
        room = self._room
        text = self.text
        return room if text is None else QRectF(room.topLeft(), QPointF(room.right(), self._end(text, room)))

    @staticmethod
    def _end(text: Markdown, room: QRectF) -> float:
        return min(room.bottom(), room.top() + text.height)

    @property
    def _room(self) -> QRectF:
        top = HEAD + 4.0 if self.frame.title else PAD - 1.0
        return self.rect.adjusted(PAD, min(top, self.rect.height()), -PAD, -PAD / 2)

    @property
    def text(self) -> Markdown | None:
        """The text, laid out in the width that there is; None for no text."""
        if not self.frame.text.strip():
            return None
        width, theme = self._room.width(), current()
        if self._text is None or self._text.theme is not theme:
            self._text = Markdown(self.frame.text, width, theme)
        elif self._text.document.textWidth() != max(width, 20.0):
            self._text.set_width(width)
        return self._text

    def zone(self, at: QPointF, scale: float) -> str:
        """What lies at a scene position: letters of the edges there, "title", "text", or nothing."""
        reach = min(GRIP / scale, min(LEAST) / 4)
        if not self.rect.adjusted(-reach, -reach, reach, reach).contains(at):
            return ""
        across = "l" if at.x() < self.rect.left() + reach else "r" if at.x() > self.rect.right() - reach else ""
        down = "t" if at.y() < self.rect.top() + reach / 2 else "b" if at.y() > self.rect.bottom() - reach else ""
        if across or down:
            return across + down
        if self.title_rect.contains(at):
            return "text" if self.is_note and self._on_text(at) else "title"
        return "text" if self._on_text(at) else ""

    @property
    def is_note(self) -> bool:
        """Whether it has no title: it is for writing everywhere."""
        return not self.frame.title

    def _on_text(self, at: QPointF) -> bool:
        """An empty note is for writing everywhere."""
        return (bool(self.frame.text) or self.is_note) and self.text_rect.contains(at)

    def holds(self, rect: QRectF) -> bool:
        """Whether something lies wholly inside."""
        return self.rect.contains(rect)

    def boundingRect(self) -> QRectF:
        """With room for the ring of a selection, and above for a title that is seen from far away."""
        return self.rect.adjusted(-BESIDE, -HEAD * LARGEST if self.frame.title else -BESIDE, BESIDE, BESIDE)

    def shape(self) -> QPainterPath:
        """With room for a hand that misses the edge."""
        path = QPainterPath()
        path.addRect(self.rect.adjusted(-BESIDE, -BESIDE, BESIDE, BESIDE))
        return path

    # painting

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """A tint, a rim, and what is written."""
        theme, scale = current(), option.levelOfDetailFromTransform(painter.worldTransform())
        code = theme.frames[self.frame.colour]
        outline = QPainterPath()
        outline.addRoundedRect(self.rect, ROUND, ROUND)
        painter.setPen(paint.NO_PEN)
        tint = paint.ground(theme, code)
        painter.fillPath(outline, paint.colour(tint, theme.frame_tint))
        if self.frame.title and scale >= FARTHER:
            head = QPainterPath()
            head.addRect(self.title_rect)
            painter.fillPath(outline.intersected(head), paint.colour(tint, theme.title_tint))
        painter.strokePath(outline, paint.pen(code, 1.2, alpha=theme.frame_edge))
        if self.isSelected():
            ring = QPainterPath()
            ring.addRoundedRect(self.rect.adjusted(-3, -3, 3, 3), ROUND + 3, ROUND + 3)
            painter.strokePath(ring, paint.pen(theme.accent, 2.0))
        self._write(painter, theme, scale)

    def _write(self, painter: QPainter, theme: Theme, scale: float) -> None:
        if scale < FAR:
            return
        if (text := self.text) is not None:
            text.draw(painter, self._room)
        elif self.is_note:
            painter.setFont(family_font(12))
            painter.setPen(paint.colour(theme.muted))
            words = QFontMetricsF(family_font(12)).elidedText(HINT, Qt.TextElideMode.ElideRight, self._room.width())
            painter.drawText(self._room, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), words)

    def write_title(self, painter: QPainter, scale: float) -> None:
        """The title in its bar, on a ground of its own; from far away larger, out of the bar upwards, as a landmark."""
        theme = current()
        code = theme.frames[self.frame.colour]
        larger = min(FARTHER / scale, LARGEST) if scale < FARTHER else 1.0
        font = family_font(max(13, round(13 * larger)), 600)
        place = self.title_rect.adjusted(PAD, 0, -PAD, 0)
        if larger > 1.0:
            place.setTop(place.bottom() - HEAD * larger)
        shown = QFontMetricsF(font).elidedText(self.frame.title, Qt.TextElideMode.ElideRight, place.width())
        if larger == 1.0:
            letters = QFontMetricsF(font).boundingRect(place, int(UPRIGHT), shown).adjusted(-3, 2, 3, -2)
            tint = paint.ground(theme, code)
            body = paint.blend(theme.batch_tint, tint, theme.frame_tint / 255).name()
            painter.fillRect(letters, paint.blend(body, tint, theme.title_tint / 255))
        painter.setFont(font)
        painter.setPen(paint.colour(code))
        painter.drawText(place, int(UPRIGHT), shown)


class Titles(QGraphicsItem):
    """The titles of all frames, over the wires that cross them and below the nodes."""

    def __init__(self, frames: Mapping[str, FrameBox]) -> None:
        super().__init__()
        self.frames = frames
        self.setZValue(0.0)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # which tells what is in sight

    def boundingRect(self) -> QRectF:
        """Everywhere: whatever is painted anew of a frame, its title is too."""
        return QRectF(-EVERYWHERE, -EVERYWHERE, 2 * EVERYWHERE, 2 * EVERYWHERE)

    def shape(self) -> QPainterPath:
        """Nothing that could be taken hold of: that is the frame."""
        return QPainterPath()

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Those that are in sight."""
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        seen: QRectF = option.exposedRect
        for box in self.frames.values():
            if box.frame.title and box.boundingRect().intersects(seen):
                box.write_title(painter, scale)
