"""A larger window to write a function in, over the main one."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from editor.dialogs import page_of, without_icons
from editor.pieces import Line
from editor.source.text import CodeText


def write_large(part: QWidget, title: str, text: str, written: Callable[[str], bool]) -> None:
    """Let the user write over the window of `part`, which may go; `written` takes a text, and says whether it could."""
    dialog = QDialog(page_of(part))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.resize(760, 520)
    code = CodeText(px=13)
    code.setAccessibleName(title)
    code.setPlainText(text)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    buttons.addButton("Take it", QDialogButtonBox.ButtonRole.AcceptRole)
    without_icons(buttons.buttons())
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    gone = Line("What this was written for is gone from the graph. Copy the text before you close.", "error")
    gone.hide()
    layout.addWidget(code)
    layout.addWidget(gone)
    layout.addWidget(buttons)

    def accept() -> None:
        if code.document().isModified() and not written(code.toPlainText()):
            gone.show()
        else:
            dialog.accept()

    buttons.accepted.connect(accept)
    dialog.open()
    code.setFocus(Qt.FocusReason.OtherFocusReason)
