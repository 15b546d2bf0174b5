"""The item of a node: paints its face, holds its ports, and knows what lies under the cursor."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from editor.canvas import paint
from editor.canvas.detail import FAR, NEAR, SMALLEST, name_font, seen_at
from editor.canvas.face import MORE, Face, Inlet
from editor.canvas.measure import CHIP_PAD, EDGE, HEADER, LINE, SLOT, Label, Shape, measured, name_alone, wide
from editor.canvas.port import Port
from editor.canvas.route import soft
from editor.canvas.stock import AbstractNodeItem
from editor.looks.theme import Theme, current, icon_pixmap
from editor.looks.unharmed import unharmed
from runtime.check.problem import ERROR, OPEN

MARGIN = 12.0  # what badges, ports and the ring of a selection need around the node
ROUND = 8.0
BADGE = 15.0
LEGIBLE = 13.0  # pixels of a badge on the screen from far away, where it grows with the distance
LARGEST_BADGE = 2 * LEGIBLE / FAR
PLATE = 15.0
SOLID_DOT = 4.5
RING = 8.0  # around a port that a pulled wire fits
RIM = 1.5  # pixels inside and outside of a node that is seen from far away
CHOSEN = 8.0  # between a node that is seen from far away and the ring that says that it is selected
BYPASSED, PASSED_OVER = 0.4, 0.75  # how opaque a bypassed node is, and its words
PALE = 0.3  # other ports while a wire is pulled
VEIL, VEILED = 140, 0.65  # of 255, over nodes that have none; how much of the colour of text is left there
TINT = 0.18  # of the warmest node: text on it can still be read
COLOURS = {"title": "text", "type": "muted", "summary": "muted", "port": "muted", "number": "muted"}


class NodeBox(AbstractNodeItem):
    """A node on the canvas. `show_face` is the only way to change what it looks like."""

    def __init__(self, face: Face) -> None:
        super().__init__(face.id)
        self.id = face.id
        self.face = face
        self.ports: dict[tuple[str, bool], Port] = {}  # (name, is an output)
        self.hovered: Port | None = None
        self.fitting: frozenset[tuple[str, bool]] | None = None  # while a wire is pulled, the ports that it fits
        self.shape_: Shape = measured(face)
        self._outlined()
        self._fit_ports(face)

    def setCacheMode(self, *_: object) -> None:
        """Nothing: the stock class asks for a cache, which takes most of the time in which an item is made."""

    def show_face(self, face: Face) -> bool:
        """Look like `face`; whether that changed its size or moved any port.

        Most edits change what is written on many nodes and the size of few: only those get another outline.
        """
        if face == self.face:
            return False
        before, old, new = self.face, self.shape_, measured(face)
        self.face, self.shape_ = face, new
        sized = (old.width, old.height) != (new.width, new.height)
        if sized or old.header != new.header:
            self._outlined()
        elif bool(before.problem) != bool(face.problem):
            self._bound()
        moved = old.inlets != new.inlets or old.outlets != new.outlets
        if moved or _many(before) != _many(face):
            self._fit_ports(face)
        self.update()
        return sized or moved

    def _outlined(self) -> None:
        self._rect = QRectF(0, 0, self.shape_.width, self.shape_.height)
        self._bound()
        self._alone = name_alone(self.shape_)
        self._cut: tuple[str, int, QPointF] | None = None  # the same name from far away, made when it is seen so
        self._far = self._rect.adjusted(-RIM, -RIM, RIM, RIM), self._rect.adjusted(RIM, RIM, -RIM, -RIM)
        self._outline = QPainterPath()
        radius = self.shape_.height / 2 if self.face.pill else ROUND
        self._outline.addRoundedRect(self._rect, radius, radius)
        self._top = QPainterPath()
        if self.shape_.header:
            head = QPainterPath()
            head.addRect(QRectF(0, 0, self.shape_.width, HEADER))
            self._top = self._outline.intersected(head)

    def _bound(self) -> None:
        self.prepareGeometryChange()
        self._bounds = self._rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        if self.face.problem:
            self._bounds = self._bounds.united(self._badge(FAR / 2))

    def _fit_ports(self, face: Face) -> None:
        wanted = {(inlet.name, False): self.shape_.inlets[inlet.name] for inlet in face.inlets}
        wanted |= {(outlet.name, True): (self.shape_.outlets[outlet.name],) for outlet in face.outlets}
        for key in [key for key in self.ports if key not in wanted]:
            self.ports.pop(key).setParentItem(None)  # type: ignore[arg-type]
        many = _many(face)
        for (name, output), slots in wanted.items():
            if (name, output) not in self.ports:
                self.ports[name, output] = Port(self, name, output)
            port = self.ports[name, output]
            port.fit(slots, output or many.get(name, False))

    def show_fitting(self, fitting: frozenset[tuple[str, bool]] | None) -> None:
        """While a wire is pulled: the ports that it fits stand out, others fade, and so do nodes without any."""
        if fitting != self.fitting:
            self.fitting = fitting
            self.update()

    def delete(self) -> None:
        """Away, and out of the circle of references with its ports: collecting such circles crashes Qt."""
        super().delete()
        for port in self.ports.values():
            port.wires.clear()
        self.ports.clear()
        self.hovered = None

    # what is where

    def boundingRect(self) -> QRectF:
        """With room for badge, ports and ring."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """What can be grabbed: the box alone."""
        return self._outline

    @property
    def rect(self) -> QRectF:
        """The box in scene coordinates."""
        return self._rect.translated(self.pos())

    def on_title(self, at: QPointF) -> bool:
        """Whether a scene position is on the name."""
        inner = at - self.pos()
        return next(label for label in self.shape_.labels if label.name == "title").rect.contains(inner)

    def chip_at(self, at: QPointF) -> str:
        """The output whose type chip is at a scene position, or nothing."""
        inner = at - self.pos()
        found = (label.name for label in self.shape_.labels if label.style == "chip" and label.rect.contains(inner))
        return next(found, "").removeprefix("chip.")

    @property
    def title_rect(self) -> QRectF:
        """The name in scene coordinates."""
        return next(label.rect for label in self.shape_.labels if label.name == "title").translated(self.pos())

    def badge_rect(self, scale: float) -> QRectF:
        """The mark of a problem in scene coordinates as it is seen at a scale; empty where there is none."""
        return self._badge(scale).translated(self.pos()) if self.face.problem else QRectF()

    def _badge(self, scale: float) -> QRectF:
        """From far away it grows upwards: it would lie on the name otherwise."""
        size = min(max(BADGE, LEGIBLE / scale), LARGEST_BADGE)
        return QRectF(self.shape_.width - size * 0.62, BADGE * 0.55 - size, size, size)

    @property
    def _mark(self) -> QRectF:
        """Where it stands that it is frozen: at the other corner, out of the node, which is no wider for it."""
        return QRectF(-BADGE * 0.38, -BADGE * 0.45, BADGE, BADGE)

    @property
    def _veiled(self) -> bool:
        """Whether a wire is pulled that no port of it takes."""
        return self.fitting is not None and not self.fitting

    @property
    def _warmth(self) -> float:
        return self.face.heat.warmth if self.face.heat else 0.0

    @property
    def _plate(self) -> QRectF:
        """Where the figure stands that is shown on demand: across the lower edge."""
        text = self.face.heat.text if self.face.heat else ""
        return QRectF(EDGE, self.shape_.height - PLATE / 3, wide(text, "number") + 2 * CHIP_PAD, PLATE)

    # painting

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the node; far away its shape, colour and name, farther the name not either."""
        theme, scale = current(), seen_at(painter, option)
        if scale < NEAR:
            self._paint_far(painter, theme)
            if scale >= FAR:
                self._paint_name(painter, theme, scale)
            self._paint_badge(painter, scale)
            return
        seen = painter.opacity()
        if self.face.bypassed:
            painter.setOpacity(seen * BYPASSED)
        self._paint_box(painter, theme)
        family = paint.family_colour(theme, self.face.family)
        icon = icon_pixmap(f"family-{self.face.family}", family, 14, 2.0)
        if icon.isNull():
            painter.setPen(paint.pen(family, 1.6))
            painter.drawEllipse(self.shape_.icon.center(), 4.0, 4.0)
        else:
            painter.drawPixmap(self.shape_.icon, icon, QRectF(icon.rect()))
        painter.setOpacity(seen)
        if self._veiled:
            painter.fillPath(self._outline, paint.colour(theme.canvas, VEIL))
        if self.isSelected():
            self._paint_line(painter, *self._rim(theme, family))
        if self.face.bypassed:
            self._paint_way_through(painter, theme)
            painter.setOpacity(seen * PASSED_OVER)
        self._paint_labels(painter, theme)
        self._paint_progress(painter, theme)
        if self.face.heat and self.face.heat.text:
            paint.plate(painter, self._plate, self.face.heat)
        painter.setOpacity(seen)
        self._paint_ports(painter, theme)
        painter.setOpacity(seen)
        if self.face.frozen:
            paint.mark(painter, self._mark, "frozen")
        self._paint_badge(painter, scale)

    def _paint_labels(self, painter: QPainter, theme: Theme) -> None:
        faint = veiled(theme) if self._veiled else ""
        for label in self.shape_.labels:
            if label.style == "chip":
                paint.chip(painter, label, faint)
            else:
                paint.text(painter, label, faint or getattr(theme, "text" if self._warmth else COLOURS[label.style]))

    def _paint_badge(self, painter: QPainter, scale: float) -> None:
        if self.face.problem:
            paint.badge(painter, self._badge(scale), self.face.problem.severity)

    def _paint_box(self, painter: QPainter, theme: Theme) -> None:
        family = paint.family_colour(theme, self.face.family)
        painter.setPen(paint.NO_PEN)
        painter.setBrush(paint.colour("#000000", theme.shadow))
        painter.drawPath(self._outline.translated(0, 2.0))
        if self.isSelected():
            painter.setPen(paint.pen(theme.accent, 6.0, alpha=70))
        ground = paint.blend(theme.node, theme.heat, TINT * self._warmth).name()
        painter.setBrush(paint.blend(ground, family, theme.tint) if self.face.pill else paint.colour(ground))
        painter.drawPath(self._outline)
        if self.shape_.header:
            painter.setPen(paint.NO_PEN)
            painter.setBrush(paint.blend(ground, family, theme.tint))
            painter.drawPath(self._top)
        if not self.isSelected():
            self._paint_line(painter, *self._rim(theme, family))

    def _paint_line(self, painter: QPainter, code: str, width: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(paint.pen(code, width, dashed=not self.face.known))
        painter.drawPath(self._outline)

    def _paint_way_through(self, painter: QPainter, theme: Theme) -> None:
        """From the input that goes through a bypassed node to all its outputs, beside the word that says so."""
        room = QPainterPath()
        room.addRect(self._bounds)
        for label in self.shape_.labels:
            if label.style == "summary":
                room.addRect(label.rect.adjusted(-3, 0, 4, 0))  # what is inside of both lies outside
        painter.save()
        painter.setClipPath(room)
        painter.setBrush(paint.colour(theme.node, 0))
        slots = self.shape_.inlets.get(self.face.bypassed, ())
        for outlet in self.face.outlets if slots else ():
            painter.setPen(paint.pen(paint.kind_colour(theme, outlet.kind), 2.0, dashed=True))
            painter.drawPath(soft(slots[0], self.shape_.outlets[outlet.name]))
        painter.restore()

    def _rim(self, theme: Theme, family: str) -> tuple[str, float]:
        if self.isSelected():
            return theme.accent, 1.6
        if self.face.problem and self.face.problem.severity == ERROR:
            return theme.error, 1.4
        if self._warmth:
            return paint.blend(theme.border, theme.heat, 0.3 + 0.7 * self._warmth).name(), 1.0 + 2.0 * self._warmth
        return paint.blend(theme.border, family, 0.28).name(), 1.0

    def _paint_progress(self, painter: QPainter, theme: Theme) -> None:
        progress = self.face.progress
        if progress is None:
            return
        track = QRectF(ROUND, self.shape_.height - 4.0, self.shape_.width - 2 * ROUND, 3.0)
        painter.setPen(paint.NO_PEN)
        painter.setBrush(paint.colour(theme.border))
        painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(max(3.0, track.width() * min(1.0, max(0.0, progress.share))))
        painter.setBrush(paint.colour(theme.running))
        painter.drawRoundedRect(track, 1.5, 1.5)
        if progress.left:
            self._paint_left(painter, theme, progress.left)

    def _paint_left(self, painter: QPainter, theme: Theme, words: str) -> None:
        """How long the rest takes, at the right end of the last line, where nothing else stands."""
        width, last = wide(words, "summary"), self.shape_.height - LINE
        rect = QRectF(self.shape_.width - ROUND - width, last - ROUND / 2, width, LINE)
        if not any(label.rect.adjusted(-ROUND, 0, ROUND, 0).intersects(rect) for label in self.shape_.labels):
            paint.text(painter, Label("left", words, rect, "summary"), theme.running)

    def _paint_ports(self, painter: QPainter, theme: Theme) -> None:
        for inlet in self.face.inlets:
            self._stand_out(painter, theme, inlet.name, False)
            self._paint_inlet(painter, theme, inlet)
        for outlet in self.face.outlets:
            self._stand_out(painter, theme, outlet.name, True)
            code = paint.kind_colour(theme, outlet.kind)
            painter.setPen(paint.pen(theme.canvas, 2.0))
            painter.setBrush(paint.colour(code))
            radius = SOLID_DOT + (1.5 if self._hovers(outlet.name, True) else 0.0)
            paint.dot(painter, self.shape_.outlets[outlet.name], radius, outlet.kind)

    def _paint_inlet(self, painter: QPainter, theme: Theme, inlet: Inlet) -> None:
        slots = self.shape_.inlets[inlet.name]
        grown = 1.5 if self._hovers(inlet.name, False) else 0.0
        code = paint.severity_colour(theme, inlet.severity) if inlet.severity else paint.kind_colour(theme, inlet.kind)
        radius = SOLID_DOT + grown + (1.8 if inlet.name == MORE else 0.0)
        painter.setPen(paint.pen(theme.canvas, 2.0))
        hollow = not inlet.wires and (inlet.optional or inlet.severity == OPEN or inlet.name == MORE)
        painter.setBrush(paint.colour(theme.node if hollow else code))
        if inlet.many:
            tall = QRectF(slots[0], slots[-1]).adjusted(-radius, -radius - 2.5, radius, radius + 2.5)
            painter.drawRoundedRect(tall, radius, radius)
            if hollow:
                painter.setPen(paint.pen(code, 1.5))
                painter.drawRoundedRect(tall.adjusted(0.8, 0.8, -0.8, -0.8), radius, radius)
            return
        paint.dot(painter, slots[0], radius, inlet.kind if inlet.wires else "")
        if hollow:
            painter.setPen(paint.pen(code, 1.5))
            painter.drawEllipse(slots[0], radius - 0.8, radius - 0.8)
            if inlet.name == MORE:
                _plus(painter, slots[0])

    def _stand_out(self, painter: QPainter, theme: Theme, name: str, output: bool) -> None:
        """A ring around a port that the pulled wire fits; the next one is painted pale where it does not."""
        if self.fitting is None:
            return
        fits = (name, output) in self.fitting
        painter.setOpacity(1.0 if fits else PALE)
        if fits:
            slots = (self.shape_.outlets[name],) if output else self.shape_.inlets[name]
            painter.setPen(paint.pen(theme.accent, 1.6))
            painter.setBrush(paint.colour(theme.accent, 60))
            painter.drawRoundedRect(QRectF(slots[0], slots[-1]).adjusted(-RING, -RING, RING, RING), RING, RING)

    def _hovers(self, name: str, output: bool) -> bool:
        return self.hovered is not None and (self.hovered.name, self.hovered.output) == (name, output)

    def _paint_far(self, painter: QPainter, theme: Theme) -> None:
        family = paint.family_colour(theme, self.face.family)
        wrong = self.face.problem is not None and self.face.problem.severity == ERROR
        if self.isSelected():  # a ring around it: layers have the colour of the accent anyway
            painter.setPen(paint.pen(theme.accent, CHOSEN / 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._rect.adjusted(-CHOSEN, -CHOSEN, CHOSEN, CHOSEN))
        if self.face.bypassed:
            painter.setOpacity(painter.opacity() * BYPASSED)
        outer, inner = self._far
        painter.fillRect(outer, paint.colour(theme.error if wrong else family))
        if self.face.heat:  # colour tells it alone then
            painter.fillRect(inner, paint.blend(theme.node, theme.heat, 0.85 * self.face.heat.warmth))
        else:
            painter.fillRect(inner, paint.blend(theme.node, family, 0.35))
        if self._veiled:
            painter.fillRect(outer, paint.colour(theme.canvas, VEIL))

    def _paint_name(self, painter: QPainter, theme: Theme, scale: float) -> None:
        """All nodes lose their names at one scale: what is too small to be read by then is cut, and as large as any."""
        if self._alone[1] * scale < SMALLEST and self._cut is None:
            self._cut = name_alone(self.shape_, cuts=True)
        text, size, at = self._alone if self._cut is None or self._alone[1] * scale >= SMALLEST else self._cut
        paint.words(painter, at, text, name_font(size), veiled(theme) if self._veiled else theme.text)


def veiled(theme: Theme) -> str:
    """The colour of text on a node that a pulled wire does not fit."""
    return paint.blend(theme.canvas, theme.text, VEILED).name()


def _plus(painter: QPainter, at: QPointF) -> None:
    arm = SLOT / 5
    painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
    painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))


def _many(face: Face) -> dict[str, bool]:
    """Which inlets take many wires."""
    return {inlet.name: inlet.many for inlet in face.inlets}
