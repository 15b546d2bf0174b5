"""What the inspector shows of a frame: its title, its colour and its text in Markdown."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.line import CommitLine
from editor.inspector.note import COMMITS, NoteText
from editor.looks.pieces import Line
from editor.looks.theme import current, family_font, theme_changes
from editor.looks.unharmed import unharmed
from runtime.graph.frames import COLOURS, Frame

SIZE, LINES = 24, 24  # pixels of a colour; lines of a text that are seen at once
HELP = "Markdown: # heading, **bold**, *italic*, `code`, - list. " + COMMITS


class Swatch(QAbstractButton):
    """One colour; a ring around the one that the frame has."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setCheckable(True)
        self.setFixedSize(SIZE, SIZE)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme_changes.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(SIZE, SIZE)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """A disc of the colour, ringed where it is chosen or has the focus."""
        theme, painter = current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(self.rect()).adjusted(5, 5, -5, -5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.frames[self.name])
        painter.drawEllipse(disc)
        if self.isChecked() or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.text if self.isChecked() else theme.accent)
            painter.drawEllipse(disc.adjusted(-3, -3, 3, 3))


class FrameForm(QWidget):
    """Title, colour and text of one frame."""

    edits_made = Signal(object, str, str)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.kind = Line("", "muted", 11, 600)
        self.title = CommitLine()
        self.title.setFont(family_font(15, 600))
        self.title.setPlaceholderText("Title")
        self.title.setAccessibleName("Title of the frame")
        self.text = NoteText("Write here, in Markdown", LINES)
        self.swatches = {name: Swatch(name) for name in COLOURS}
        self.group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        for swatch in self.swatches.values():
            self.group.addButton(swatch)
            row.addWidget(swatch)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.kind)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(self.text)
        column.addWidget(Line(HELP, "muted", 11).wrapped())
        column.addStretch(1)
        self.title.committed.connect(lambda text: self._set("title", " ".join(text.split())))
        self.text.committed.connect(lambda text: self._set("text", text))
        self.group.buttonClicked.connect(self._colour)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show what the frame is now."""
        self.frame = frame
        self.kind.setText("Frame" if frame.title else "Note")
        self.title.keep(frame.title)
        self.text.keep(frame.text)
        self.swatches[frame.colour].setChecked(True)

    def commit(self) -> None:
        """Tell everything that was typed but not yet told."""
        self.title.commit()
        self.text.commit()

    def _colour(self, button: QAbstractButton) -> None:
        if isinstance(button, Swatch):
            self._set("colour", button.name)

    def _set(self, key: str, value: str) -> None:
        if value != getattr(self.frame, key):
            self.edits_made.emit([("frame", self.frame.id, {key: value})], f"Set the {key} of {self.frame.called}", "")
