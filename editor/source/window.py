"""A larger window to write a function in, over the main one."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QVBoxLayout, QWidget

from editor.looks.dialogs import lay_over, page_of, without_icons
from editor.looks.pieces import Line
from editor.source.text import CodeText

Button = QMessageBox.StandardButton


class LargeWindow(QDialog):
    """`written` takes the text, and says whether it could; what was typed is given up only where that is said."""

    def __init__(self, part: QWidget, title: str, text: str, written: Callable[[str], bool]) -> None:
        super().__init__(page_of(part))
        self.written = written
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(760, 520)
        self.code = CodeText(px=13)
        self.code.setAccessibleName(title)
        self.code.setPlainText(text)
        self.code.entered.connect(self.accept)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton("Apply", QDialogButtonBox.ButtonRole.AcceptRole)
        without_icons(buttons.buttons())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        self.gone = Line("What this was written for is gone from the graph. Copy the text before you close.", "error")
        self.gone.hide()
        for widget in (self.code, self.gone, buttons):
            layout.addWidget(widget)

    def accept(self) -> None:
        """Give the text, where there still is what it was written for."""
        if self.code.document().isModified() and not self.written(self.code.toPlainText()):
            self.gone.show()
        else:
            super().accept()

    def reject(self) -> None:
        """Cancel, Escape, or the window is closed: that gives nothing up that was typed without a question."""
        if not self.code.document().isModified():
            super().reject()
            return
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.windowTitle(), "Apply what you wrote?")
        box.setInformativeText("It is lost otherwise.")
        take = box.addButton("Apply", QMessageBox.ButtonRole.AcceptRole)
        box.setStandardButtons(box.standardButtons() | Button.Discard | Button.Cancel)
        box.setDefaultButton(take)
        lay_over(box, self)
        take.clicked.connect(self.accept)
        box.button(Button.Discard).clicked.connect(lambda: super(LargeWindow, self).reject())
        box.finished.connect(box.deleteLater)
        box.open()


def write_large(part: QWidget, title: str, text: str, written: Callable[[str], bool]) -> None:
    """Let the user write over the window of `part`, which may go; `written` takes a text, and says whether it could."""
    window = LargeWindow(part, title, text, written)
    window.open()
    window.code.setFocus(Qt.FocusReason.OtherFocusReason)
