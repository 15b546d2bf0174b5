"""Questions and dialogs for files look like the rest of the window on every desktop."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QMessageBox, QToolButton, QTreeView
from pytestqt.qtbot import QtBot

from editor import theme
from editor.window import Window
from tests.editor.test_files import Button, answer, edit, graph_file


def test_that_a_question_has_no_icons_also_where_the_desktop_wishes_for_them(
    window: Window, qapp: QApplication, tmp_path: Path
) -> None:
    window.files.open(graph_file(tmp_path))
    edit(window)
    qapp.setStyleSheet("QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 1; }")
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    window.close()
    qapp.setStyleSheet("")
    assert isinstance(window.question, QMessageBox)
    buttons = [*window.question.buttons(), *window.findChildren(QDialogButtonBox)[0].buttons()]
    assert [button.text().replace("&", "") for button in buttons][:3] == ["Save", "Cancel", "Discard"]
    assert all(button.icon().isNull() for button in buttons)
    answer(window, Button.Cancel)


def test_that_the_dialog_for_files_has_our_icons(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    window.files.open(graph_file(tmp_path))
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = window.findChildren(QFileDialog)
    (back,) = dialog.findChildren(QToolButton, "backButton")
    (rows,) = dialog.findChildren(QTreeView, "treeView")

    def drawn(icon: QIcon) -> QImage:
        return icon.pixmap(16).toImage()

    def listed() -> dict[str, QIcon]:
        model, root = rows.model(), rows.rootIndex()
        found = (model.index(row, 0, root) for row in range(model.rowCount(root)))
        return {each.data(): each.data(Qt.ItemDataRole.DecorationRole) for each in found}

    assert drawn(back.icon()) == drawn(theme.icon("chevron-left", size=16))
    qtbot.waitUntil(lambda: len(listed()) == 2)
    assert {name: drawn(icon) == drawn(theme.icon("folder", size=16)) for name, icon in listed().items()} == {
        "inner": True,
        "small.json": False,
    }
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
