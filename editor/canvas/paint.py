"""Colours and strokes of the canvas: theme tokens as Qt colours, blends, badges and chips."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from editor.canvas.measure import Label, font
from editor.theme import Theme, current, family_font
from runtime.check.problem import ERROR, WARNING

NO_PEN = QPen(Qt.PenStyle.NoPen)


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


def family_colour(theme: Theme, family: str) -> str:
    """The colour of a family; unknown node types are grey."""
    return theme.families.get(family, theme.muted)


def severity_colour(theme: Theme, severity: str) -> str:
    """Red, amber or grey."""
    return {ERROR: theme.error, WARNING: theme.warning}.get(severity, theme.muted)


def text(painter: QPainter, label: Label, code: str) -> None:
    """A label, its text centred upright in its rectangle."""
    painter.setFont(font(label.style))
    painter.setPen(colour(code))
    painter.drawText(label.start, label.text)


def chip(painter: QPainter, label: Label) -> None:
    """The type of an output: a small plate rimmed in the colour of its wire."""
    theme = current()
    rim = kind_colour(theme, label.kind)
    painter.setPen(pen(rim, 1.0, alpha=130))
    painter.setBrush(blend(theme.chip, rim, 0.10 if theme.name == "dark" else 0.05))
    painter.drawRoundedRect(label.plate, 5, 5)
    painter.setFont(font(label.style))
    painter.setPen(blend(theme.text, theme.muted, 0.25))
    painter.drawText(label.start, label.text)


@lru_cache(maxsize=2)
def _mark_font() -> QFont:
    return family_font(11, 600)


def badge(painter: QPainter, rect: QRectF, severity: str) -> None:
    """The mark at a node's corner: a red disc, an amber triangle, or a grey ring for what is not finished."""
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
    painter.setPen(colour(theme.canvas if theme.name == "dark" else "#ffffff"))
    painter.setFont(_mark_font())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), "!")
