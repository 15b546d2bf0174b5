"""What is going on in a process, over the window: one sentence, a bar, and a way out that no stray Enter takes."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QProgressBar, QVBoxLayout, QWidget

from editor.looks.dialogs import without_icons
from editor.looks.pieces import Line

WIDTH = 420


class ProgressDialog(QDialog):
    """Emits `canceled` when the user wants it to end, by its button or Escape; it opens after `shown_after` ms."""

    canceled = Signal()

    def __init__(self, label: str, shown_after: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(WIDTH)
        self.label = Line(label, "text", 13).wrapped()
        self.bar = QProgressBar(minimum=0, maximum=0, textVisible=False)
        self.bar.setFixedHeight(4)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.no = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        without_icons(buttons.buttons())
        self.no.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        for each in (self.label, self.bar, buttons):
            column.addWidget(each)
        self.timer = QTimer(self, singleShot=True, interval=shown_after)
        self.timer.timeout.connect(self.open)
        self.timer.start()

    def tell(self, sentence: str) -> None:
        """What is being done."""
        self.label.setText(sentence)

    def count(self, done: int, of: int) -> None:
        """How much is done; before this the bar only moves."""
        self.bar.setMaximum(of)
        self.bar.setValue(done)

    def reject(self) -> None:
        """Wish for an end; it goes once that has come."""
        self.canceled.emit()

    def finish(self) -> None:
        """It has ended, in whatever way."""
        self.timer.stop()
        self.hide()
        self.deleteLater()
