"""How a node type is shown in a list: its family's icon and colour, its title, where torch keeps it, what it does."""

import html
from typing import Any

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.looks import theme
from editor.looks.unharmed import unharmed
from editor.palette.offer import SHELF
from runtime.spec.node import Spec

NODE_TYPE = "application/x-torchweave-node-type"
TYPE_ROLE = Qt.ItemDataRole.UserRole
PLACE_ROLE = Qt.ItemDataRole.UserRole + 1
HEADING_ROLE = Qt.ItemDataRole.UserRole + 2
CHAIN_ROLE = Qt.ItemDataRole.UserRole + 3
ROW = 26
TORCH_PLACES = ("nn", "optim", "torch", "Tensor")
Index = QModelIndex | QPersistentModelIndex


def family_icon(family: str) -> QIcon:
    """The icon of a family in the family's colour."""
    family = _drawn_as(family)
    return theme.icon(f"family-{family}", theme.current().families.get(family))


def _drawn_as(family: str) -> str:
    """What stands in the library looks like a definition."""
    return "definition" if family == SHELF else family


def first_sentence(text: str) -> str:
    """The first sentence of a documentation or a note, on one line."""
    line = " ".join(text.split())
    head, stop, _ = line.partition(". ")
    return head + "." if stop else line


def torch_place(spec: Spec) -> str:
    """The module in which torch keeps it: ``nn`` or ``optim``; nothing for node types of our own."""
    place = spec.type.rpartition(".")[0]
    return place if place in TORCH_PLACES else ""


def tooltip(spec: Spec) -> str:
    """The name as torch has it, and one sentence."""
    return f"<b>{html.escape(spec.type)}</b><br>{html.escape(first_sentence(spec.doc))}"


def mime(type_name: str) -> QMimeData:
    """What is dragged onto the canvas."""
    data = QMimeData()
    data.setData(NODE_TYPE, type_name.encode())
    return data


def drag_picture(spec: Spec, ratio: float) -> QPixmap:
    """A node type on its way to the canvas: a pill with icon and title."""
    shown, font, family = theme.current(), theme.family_font(13, 600), _drawn_as(spec.family)
    width = 46 + QFontMetrics(font).horizontalAdvance(spec.title)
    made = QPixmap(round(width * ratio), round(28 * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(shown.families[family]))
    painter.setBrush(QColor(shown.node))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, 27), 13.5, 13.5)
    painter.drawPixmap(10, 6, theme.icon_pixmap(f"family-{family}", shown.families[family], 16, ratio))
    painter.setFont(font)
    painter.setPen(QColor(shown.text))
    painter.drawText(QRectF(32, 0, width, 28), Qt.AlignmentFlag.AlignVCenter, spec.title)
    painter.end()
    return made


def shortened(text: str, metrics: QFontMetrics, room: int) -> str:
    """A text of so many pixels at most: three quarters of its beginning and one of its end, where it is too long."""
    kept = len(text)
    while metrics.horizontalAdvance(shown := _cut(text, kept)) > room and kept > 3:
        kept -= 1
    return shown


def _cut(text: str, kept: int) -> str:
    tail = kept // 4
    return text if kept >= len(text) else f"{text[: kept - tail]}…{text[len(text) - tail :]}"


class EntryDelegate(QStyledItemDelegate):
    """Rows of one height, with the torch module of a type in small letters at the right where there is room."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as high as the next."""
        return QSize(super().sizeHint(option, index).width(), ROW)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """A title that is too long keeps its end, where TransformerEncoder and TransformerEncoderLayer differ."""
        super().initStyleOption(option, index)
        shown: Any = option
        room = shown.rect.width() - self._before(shown)
        if room > 0:
            shown.text = shortened(shown.text, shown.fontMetrics, room)

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row, then the place."""
        super().paint(painter, option, index)
        place: Any = index.data(PLACE_ROLE)
        if not place:
            return
        font = theme.family_font(11)
        shown: Any = option
        rect: QRect = shown.rect
        title = QFontMetrics(shown.font).horizontalAdvance(index.data(Qt.ItemDataRole.DisplayRole))
        if self._before(shown) + title + QFontMetrics(font).horizontalAdvance(place) + 16 > rect.width():
            return
        chosen = bool(shown.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(theme.current().text if chosen else theme.current().muted))
        painter.drawText(rect.adjusted(0, 0, -8, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, place)
        painter.restore()

    @staticmethod
    def _before(shown: Any) -> int:
        return 30 if shown.features & QStyleOptionViewItem.ViewItemFeature.HasDecoration else 6
