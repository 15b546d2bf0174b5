"""The question before Python from a graph runs for the first time, with the text that would run."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from editor.looks import theme
from editor.looks.pieces import Line

WIDEST, BESIDE = 1100, 96  # px of the dialog, and of what is left and right of its lines


class TrustDialog(QDialog):
    """Emits `trusted` with the texts when the user says yes; closing it any other way runs nothing."""

    trusted = Signal(list)

    def __init__(self, texts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Python in this graph")
        widest = max((QFontMetrics(theme.code_font(12)).size(0, text).width() for _, text in texts), default=0)
        room = parent.window().width() - 40 if parent else WIDEST
        self.resize(min(max(640, widest + BESIDE), room, WIDEST), 480)
        self.texts = [text for _, text in texts]
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        one = len(texts) == 1
        column.addWidget(Line(f"Run {'this' if one else 'these'} Python?", "text", 17, 600))
        about = (
            "The graph brings Python of its own. It can do to this computer whatever you can. "
            "Run it if you wrote it or have read it; you are asked again only when it changes."
        )
        column.addWidget(Line(about, "muted", 13).wrapped())
        for node, text in texts:
            column.addWidget(Line(node, "text", 13, 600))
            column.addWidget(_shown(text), 1)
        column.addWidget(self._buttons())
        self.no.setDefault(True)  # Enter runs nothing

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.yes = box.addButton("Trust and run", QDialogButtonBox.ButtonRole.AcceptRole)
        self.no = box.addButton("Do not run", QDialogButtonBox.ButtonRole.RejectRole)
        self._restyle()
        theme.theme_changes.changed.connect(self._restyle)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _restyle(self) -> None:
        self.yes.setIcon(theme.icon("trust"))

    def accept(self) -> None:
        """Yes."""
        super().accept()
        self.trusted.emit(self.texts)


def _shown(text: str) -> QPlainTextEdit:
    """The text to be read, every character of it visible for what it is."""
    view = QPlainTextEdit(readOnly=True, lineWrapMode=QPlainTextEdit.LineWrapMode.NoWrap)
    view.setAccessibleName("Python that would run")
    view.setFont(theme.code_font(12))
    view.setPlainText("".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in text))
    return view
