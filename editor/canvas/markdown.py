"""Markdown on the canvas: parsed and broken into lines once, drawn line by line as far as there is room."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QPainter,
    QPalette,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from editor.looks.theme import Theme, family_font, mono_font

MOST, MOST_LINES = 4_000, 150  # characters and lines that are parsed: more takes longer than a moment, and nobody sees
MOST_CELLS = 150  # of tables, which take longest; more of them stand there as they were typed
HEADINGS = (17, 15, 13)  # pixels
APART, INDENT = 5.0, 18.0  # below a paragraph, and left of a list
CUT, BELOW = "…", 14.0  # what stands below the last line that is shown, and the room for it
Feature = QTextDocument.MarkdownFeature


class Inert(QTextDocument):
    """A document that loads nothing: a picture that its text names may be anywhere."""

    def loadResource(self, kind: int, name: object) -> object:
        """An empty picture, so that nobody looks for another one."""
        empty = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        empty.fill(0)
        return empty


class Markdown:
    """A text laid out in a width, in the colours of a theme."""

    def __init__(self, text: str, width: float, theme: Theme) -> None:
        shown = "\n".join(text[:MOST].splitlines()[:MOST_LINES])
        self.whole = len(shown) >= len(text.rstrip("\n"))
        self.theme = theme
        self.document = Inert()
        self.document.setUndoRedoEnabled(False)
        self.document.setDocumentMargin(0)
        self.document.setIndentWidth(INDENT)
        self.document.setDefaultFont(family_font(12))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document.setDefaultTextOption(option)
        tables = Feature.MarkdownDialectGitHub if shown.count("|") <= MOST_CELLS else Feature.MarkdownDialectCommonMark
        self.document.setMarkdown(shown, tables | Feature.MarkdownNoHTML)
        self._dress()
        self.set_width(width)

    def set_width(self, width: float) -> None:
        """Break the lines elsewhere."""
        self.document.setTextWidth(max(width, 20.0))
        self.height = self.document.size().height()
        layout = self.document.documentLayout()
        self.ends: list[float] = []  # how far down each line reaches
        for block in _blocks(self.document):
            top, lines = layout.blockBoundingRect(block).top(), block.layout()
            self.ends += [top + lines.lineAt(at).rect().bottom() for at in range(lines.lineCount())]

    def draw(self, painter: QPainter, place: QRectF) -> None:
        """Draw what fits; where lines are left out an ellipsis says so."""
        fits = self.whole and self.height <= place.height() + 0.5
        room = place.height() - (0.0 if fits else BELOW)
        last = self.height if fits else max((end for end in self.ends if end <= room), default=0.0)
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, QColor(self.theme.text))
        context.palette = palette
        context.clip = QRectF(0, 0, place.width(), last)
        painter.save()
        painter.translate(place.topLeft())
        painter.setClipRect(QRectF(0, 0, place.width(), last))
        self.document.documentLayout().draw(painter, context)
        painter.restore()
        if not fits and place.height() >= BELOW:
            painter.setFont(family_font(12, 600))
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(place.topLeft() + QPointF(0, last + 10.0), CUT)

    def _dress(self) -> None:
        """Headings that are no posters, room between paragraphs, and no line that cannot be broken."""
        for block in [*_blocks(self.document)]:
            cursor, shape = QTextCursor(block), block.blockFormat()
            code = shape.nonBreakableLines()
            shape.setNonBreakableLines(False)
            follows, cell = block.next(), cursor.currentTable() is not None
            close = cell or not follows.isValid() or (block.textList() and follows.textList())
            shape.setTopMargin(0)
            shape.setBottomMargin(0 if close or (code and follows.blockFormat().nonBreakableLines()) else APART)
            cursor.setBlockFormat(shape)
            for start, length, look in _pieces(block):
                cursor.setPosition(start)
                cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(self._look(look, shape.headingLevel(), code))

    def _look(self, look: QTextCharFormat, level: int, code: bool) -> QTextCharFormat:
        """How a piece of text looks that the Markdown made a link, code, or part of a heading of a level."""
        if level:
            look.clearProperty(QTextCharFormat.Property.FontSizeAdjustment)
            look.setProperty(QTextCharFormat.Property.FontPixelSize, HEADINGS[min(level, len(HEADINGS)) - 1])
        if level or look.fontWeight() > QFont.Weight.DemiBold:  # no bolder letters are shipped, and drawn ones smear
            look.setFontWeight(QFont.Weight.DemiBold)
        if code or look.fontFixedPitch():
            look.setFontFamilies([mono_font(11).family()])
            look.setProperty(QTextCharFormat.Property.FontPixelSize, 11)
            look.setForeground(QColor(self.theme.code["string"]))
        if look.isAnchor():
            look.setForeground(QColor(self.theme.frames["blue"]))
        return look


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _pieces(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """The parts of a block that look alike."""
    found, at = [], block.begin()
    while not at.atEnd():
        piece = at.fragment()
        found.append((piece.position(), piece.length(), piece.charFormat()))
        at += 1
    return found
