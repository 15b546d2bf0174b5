"""A larger window to write a function in, over the main one."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from editor.source.text import CodeText


def write_large(parent: QWidget, title: str, text: str) -> str | None:
    """Let the user write; the new text, or None where they turned it down."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.resize(760, 520)
    code = CodeText(px=13)
    code.setAccessibleName(title)
    code.setPlainText(text)
    kinds = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    buttons = QDialogButtonBox(kinds)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(code)
    layout.addWidget(buttons)
    code.setFocus(Qt.FocusReason.OtherFocusReason)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    written = code.toPlainText()
    dialog.deleteLater()
    return written if accepted else None
