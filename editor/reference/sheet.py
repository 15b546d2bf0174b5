"""A page of Markdown as it is shown: text, tables, code and a picture in the fonts and colours of the theme."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextBrowser

from editor.looks.pieces import colour
from editor.looks.theme import code_font, current, family_font
from editor.source.highlight import tokens

HEADINGS = {1: (20, 0, 8), 2: (14, 22, 6), 3: (13, 16, 4), 4: (12, 14, 4)}  # pixels, room above and below
TEXT, CODE = 13, 12  # pixels
PICTURE = "\ufffc"  # stands for one in the text of a block
PADDING = 5
SHARES = {2: (24, 76), 3: (24, 38, 38), 4: (22, 14, 28, 36)}  # of the width, by how many columns there are


class Sheet(QTextBrowser):
    """Shows Markdown; the reader keeps the place when the text below it grows."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: dict[str, QImage] = {}
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(18)
        self.document().setDefaultFont(family_font(TEXT))

    def show_markdown(self, text: str, pictures: dict[str, QImage]) -> None:
        """Show a text, with pictures by the names that it has for them."""
        place, self.pictures = self.verticalScrollBar().value(), pictures
        self.setMarkdown(text)
        whole = QTextCursor(self.document())
        whole.beginEditBlock()  # laid out once, at the end
        for block in _blocks(self.document()):
            _dress(block)
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _lay(frame)
        whole.endEditBlock()
        self.verticalScrollBar().setValue(place)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """The pictures come from here and not from any file."""
        return self.pictures.get(name if isinstance(name, str) else name.toString())

    def inner_width(self) -> int:
        """How wide a picture can be."""
        return max(200, self.viewport().width() - 2 * round(self.document().documentMargin()) - 4)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _dress(block: QTextBlock) -> None:
    """Give one paragraph, heading or line of code its looks."""
    level, shape = block.blockFormat().headingLevel(), QTextBlockFormat()
    if level:
        size, above, below = HEADINGS.get(level, HEADINGS[4])
        shape.setTopMargin(above)
        shape.setBottomMargin(below)
        _ink_all(block, family_font(size, 600), "text")
    elif _is_code(block):
        shape.setBackground(colour("raised"))
        shape.setBottomMargin(0 if _is_code(block.next()) else 10)
        _ink_code(block)
    else:
        close = block.textList() is not None or _in_table(block)
        shape.setTopMargin(0 if close else 4)
        shape.setBottomMargin(0 if close else 6)
        if PICTURE not in block.text():
            shape.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        _ink_words(block)
    QTextCursor(block).mergeBlockFormat(shape)


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence.value)


def _in_table(block: QTextBlock) -> bool:
    return QTextCursor(block).currentTable() is not None


def _chosen(block: QTextBlock, start: int, length: int) -> QTextCursor:
    """A part of a block."""
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + start)
    cursor.setPosition(block.position() + start + length, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _look(token: str, font: QFont | None = None) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(colour(token))
    if font is not None:
        made.setFont(font, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
    return made


def _ink_all(block: QTextBlock, font: QFont, token: str) -> None:
    """One look for all of it, and nothing left of what Markdown gave it."""
    _chosen(block, 0, block.length() - 1).setCharFormat(_look(token, font))


def _ink_words(block: QTextBlock) -> None:
    """Code within a sentence, and what stands out."""
    parts: list[tuple[int, int, QFont]] = []
    at = block.begin()
    while not at.atEnd():
        fragment = at.fragment()
        look = fragment.charFormat()
        if look.fontFixedPitch() or look.fontWeight() > QFont.Weight.Medium:
            font = code_font(CODE) if look.fontFixedPitch() else family_font(TEXT, 600)
            parts.append((fragment.position() - block.position(), fragment.length(), font))
        at += 1
    for start, length, font in parts:
        _chosen(block, start, length).setCharFormat(_look("text", font))


def _ink_code(block: QTextBlock) -> None:
    """A line of Python."""
    _ink_all(block, code_font(CODE), "text")
    for start, length, kind in tokens(block.text(), -1):
        if length:
            look = QTextCharFormat()
            look.setForeground(QColor(current().code[kind]))
            _chosen(block, start, length).mergeCharFormat(look)


def _lay(table: QTextTable) -> None:
    """Lines between rows, the titles of the columns muted."""
    shape: QTextTableFormat = table.format()
    shape.setBorder(0)
    shape.setCellPadding(PADDING)
    shape.setCellSpacing(0)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setBottomMargin(6)
    shares = SHARES.get(table.columns(), ())
    shape.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, share) for share in shares])
    table.setFormat(shape)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            look = cell.format().toTableCellFormat()
            look.setBottomBorder(1)
            look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            look.setBottomBorderBrush(colour("border"))
            cell.setFormat(look)
            if row == 0:
                _ink_all(cell.firstCursorPosition().block(), family_font(11, 500), "muted")
