"""Colours and strokes of the canvas: theme tokens as Qt colours, blends, badges and chips."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGlyphRun, QPainter, QPen, QPolygonF, QTextLayout

from editor.canvas.heat import Heat
from editor.canvas.measure import Label, font
from editor.looks.theme import Theme, current, drawn_font, icon_pixmap
from runtime.check.problem import ERROR, WARNING

TINTED = 0.3  # of the plate of the warmest node: its text can still be read
NO_PEN = QPen(Qt.PenStyle.NoPen)
SQUARE = ((-0.95, -0.95), (0.95, -0.95), (0.95, 0.95), (-0.95, 0.95))
DIAMOND = ((-1.25, 0), (0, -1.25), (1.25, 0), (0, 1.25))
ARROW = ((-0.9, -1.15), (1.3, 0), (-0.9, 1.15))
CORNERS = {"int": SQUARE, "bool": SQUARE, "text": ARROW, "picture": ARROW, "loss": DIAMOND}  # of ports; float is round
ENDLESS = 1e6  # a line of text is not broken
LONG_DASHES = [8.0, 3.4]


@lru_cache(maxsize=256)
def colour(code: str, alpha: int = 255) -> QColor:
    """A token as a colour."""
    made = QColor(code)
    made.setAlpha(alpha)
    return made


@lru_cache(maxsize=256)
def blend(under: str, over: str, share: float) -> QColor:
    """`share` of one colour over another, opaque."""
    a, b = QColor(under), QColor(over)
    mixed = [round(x + (y - x) * share) for x, y in zip(a.getRgb(), b.getRgb(), strict=True)]
    return QColor(*mixed[:3])


def ground(theme: Theme, code: str) -> str:
    """What tints a ground below letters of a colour: the same hue, light where dark letters would make it grey."""
    hue, saturation, value, _ = QColor(code).getHsv()
    return QColor.fromHsv(hue, saturation, 245 if theme.name == "light" else value).name()


@lru_cache(maxsize=256)
def pen(code: str, width: float, dashed: bool = False, alpha: int = 255) -> QPen:
    """A stroke with round ends."""
    made = QPen(colour(code, alpha), width)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setDashPattern([3.0, 2.6])
    return made


def kind_colour(theme: Theme, kind: str) -> str:
    """The colour of what a wire carries."""
    return theme.kinds.get(kind, theme.kinds["unknown"])


def dot(painter: QPainter, at: QPointF, radius: float, kind: str) -> None:
    """A port in the shape of what it carries, so that colour is not the only sign of it; most are round."""
    corners = CORNERS.get(kind)
    if corners is None:
        painter.drawEllipse(at, radius, radius)
    else:
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) * radius for x, y in corners]))


def family_colour(theme: Theme, family: str) -> str:
    """The colour of a family; unknown node types are grey."""
    return theme.families.get(family, theme.muted)


def severity_colour(theme: Theme, severity: str) -> str:
    """Red, amber or grey."""
    return {ERROR: theme.error, WARNING: theme.warning}.get(severity, theme.muted)


def text(painter: QPainter, label: Label, code: str) -> None:
    """A label, its text centred upright in its rectangle."""
    words(painter, label.start, label.text, font(label.style), code)


@lru_cache(maxsize=20_000)
def _glyphs(text: str, font: QFont) -> tuple[QGlyphRun, ...]:
    """A text laid out once, from its base line on: to do so costs twice as much as to draw it."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(ENDLESS)
    layout.endLayout()
    base = QPointF(0.0, line.ascent())
    runs = layout.glyphRuns()
    for run in runs:
        run.setPositions([at - base for at in run.positions()])
    return tuple(runs)


def words(painter: QPainter, at: QPointF, text: str, font: QFont, code: str) -> None:
    """A line of text from the start of its base line."""
    painter.setPen(colour(code))
    for run in _glyphs(text, font):
        painter.drawGlyphRun(at, run)


def chip(painter: QPainter, label: Label, code: str = "") -> None:
    """The type of an output: a small plate rimmed in the colour of its wire; its text may have a colour of its own."""
    theme = current()
    rim = kind_colour(theme, label.kind)
    painter.setPen(pen(rim, 1.0, alpha=60 if code else 130))
    painter.setBrush(blend(theme.chip, rim, theme.plate))
    painter.drawRoundedRect(label.plate, 5, 5)
    text(painter, label, code or blend(theme.text, theme.muted, 0.25).name())


def plate(painter: QPainter, rect: QRectF, heat: Heat) -> None:
    """A figure across the lower edge of a node: a plate in the colour of warmth, fuller the warmer it is."""
    theme = current()
    painter.setPen(pen(blend(theme.border, theme.heat, heat.warmth).name(), 1.0))
    painter.setBrush(blend(theme.chip, theme.heat, TINTED * heat.warmth))
    painter.drawRoundedRect(rect, 5, 5)
    text(painter, Label("heat", heat.text, rect.adjusted(6, 0, 0, 0), "number"), theme.text)


@lru_cache(maxsize=2)
def _mark_font() -> QFont:
    return drawn_font(11, 600)


def mark(painter: QPainter, rect: QRectF, icon: str) -> None:
    """What is special about a node, at its corner: an icon on a plate."""
    theme = current()
    painter.setPen(pen(theme.muted, 1.0))
    painter.setBrush(colour(theme.node))
    painter.drawEllipse(rect)
    drawn = icon_pixmap(icon, theme.text, round(rect.width()) - 4, 2.0)
    painter.drawPixmap(rect.adjusted(2, 2, -2, -2), drawn, QRectF(drawn.rect()))


def badge(painter: QPainter, rect: QRectF, severity: str) -> None:
    """The mark at a node's corner or on a wire: a red disc, an amber triangle, a grey ring for what is not finished."""
    painter.save()
    painter.translate(rect.center())
    painter.scale(rect.width() / 15.0, rect.height() / 15.0)
    _badge(painter, QRectF(-7.5, -7.5, 15.0, 15.0), severity)
    painter.restore()


def _badge(painter: QPainter, rect: QRectF, severity: str) -> None:
    theme = current()
    fill = severity_colour(theme, severity)
    painter.setPen(pen(theme.canvas, 2.0))
    if severity == ERROR:
        painter.setBrush(colour(fill))
        painter.drawEllipse(rect)
    elif severity == WARNING:
        x, y, r = rect.center().x(), rect.center().y(), rect.width() / 2
        painter.setBrush(colour(fill))
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - r), QPointF(x + r * 1.1, y + r * 0.9), QPointF(x - r * 1.1, y + r * 0.9)])
        )
        rect = rect.translated(0, 1.2)
    else:
        painter.setBrush(colour(theme.node))
        painter.drawEllipse(rect)
        painter.setPen(pen(fill, 1.4))
        painter.drawEllipse(rect.adjusted(1.5, 1.5, -1.5, -1.5))
        for step in (-3.0, 0.0, 3.0):
            painter.drawPoint(QPointF(rect.center().x() + step, rect.center().y()))
        return
    painter.setPen(colour(theme.on_mark))
    painter.setFont(_mark_font())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), "!")
