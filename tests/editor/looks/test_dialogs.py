"""Questions and dialogs for files look like the rest of the window on every desktop."""

from pathlib import Path
from unittest.mock import patch

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QMessageBox,
    QPlainTextEdit,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
)
from pytestqt.qtbot import QtBot

from editor.dropping.sheet import DataSheet
from editor.looks import theme
from editor.looks.file_dialog import Places
from editor.outside.trust_dialog import TrustDialog
from editor.window.window import Window
from runtime.propose.columns import INPUT, NUMBER, Column
from runtime.propose.propose import Proposal
from tests.editor.document.test_files import Button, answer, edit, graph_file


def chosen_by(window: Window, key: Qt.Key, shift: Qt.KeyboardModifier | None = None, name: str = "") -> QFileDialog:
    """The dialog that a shortcut opens, once a name was given to it, with Enter."""
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, key, control | shift if shift else control)
    dialog = next(each for each in window.findChildren(QFileDialog) if each.isVisible())
    if name:
        dialog.selectFile(name)
        QTest.keyClick(dialog.findChildren(QLineEdit, "fileNameEdit")[0], Qt.Key.Key_Return)
    return dialog


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


def test_that_many_buttons_of_a_question_keep_its_margin(window: Window) -> None:
    window.files.following.ask_overwrite(Path("a.json"), None)
    box = window.question
    assert isinstance(box, QMessageBox)
    places = [each.geometry().translated(each.mapTo(box, QPoint()) - each.pos()) for each in box.buttons()]
    assert min(each.left() for each in places) == box.width() - 1 - max(each.right() for each in places) > 0


def test_that_a_dialog_has_an_edge_where_it_is_as_black_as_what_it_lies_on(window: Window, qapp: QApplication) -> None:
    theme.apply(qapp, "contrast")
    window.files.following.ask_overwrite(Path("a.json"), None)
    box = window.question
    assert isinstance(box, QMessageBox)
    seen = box.grab().toImage()
    right, foot = seen.width() - 1, seen.height() - 1
    edge, inside = QColor(theme.current().edge), QColor(theme.current().panel)
    middles = [(right // 2, 0), (right // 2, foot), (0, foot // 2), (right, foot // 2)]
    assert {seen.pixelColor(*at).name() for at in middles} == {edge.name()}
    assert seen.pixelColor(5, 5).name() == inside.name()
    theme.apply(qapp, "dark")


def test_that_the_dialog_for_files_has_our_icons_also_once_another_theme_is_chosen(
    window: Window, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
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
    (arrow, *_) = dialog.findChildren(QComboBox)[0].findChildren(QLabel)
    theme.apply(qapp, "light")  # from another tab
    assert drawn(back.icon()) == drawn(theme.icon("chevron-left", size=16))
    assert drawn(listed()["inner"]) == drawn(theme.icon("folder", size=16))
    muted = theme.icon_pixmap("chevron-down", theme.current().muted, 14, arrow.devicePixelRatioF())
    assert arrow.pixmap().toImage() == muted.toImage()
    theme.apply(qapp, "dark")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_the_dialog_for_files_shows_whole_columns_and_places_with_icons(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.files.open(graph_file(tmp_path))
    dialog = chosen_by(window, Qt.Key.Key_O)
    (rows,) = dialog.findChildren(QTreeView, "treeView")
    (side,) = dialog.findChildren(QListView, "sidebar")
    header = rows.header()
    qtbot.waitUntil(lambda: rows.model().rowCount(rows.rootIndex()) == 1)
    assert all(header.sectionSize(at) >= rows.sizeHintForColumn(at) for at in range(header.count()))
    assert header.length() <= rows.viewport().width()
    for row in range(side.model().rowCount()):
        option = QStyleOptionViewItem()
        delegate = side.itemDelegate()
        assert isinstance(delegate, Places)
        delegate.initStyleOption(option, side.model().index(row, 0))
        drawn = option.icon.pixmap(16).toImage()
        assert drawn in [theme.icon(name, size=16).pixmap(16).toImage() for name in ("computer", "home", "folder")]
    dialog.reject()


@pytest.mark.parametrize("replace", [True, False])
def test_that_saving_over_a_file_asks_as_all_our_questions_do(window: Window, tmp_path: Path, replace: bool) -> None:
    file = graph_file(tmp_path)
    before = file.read_bytes()
    window.files.open(file)
    edit(window)
    dialog = chosen_by(window, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier, "small.json")
    (box,) = dialog.findChildren(QMessageBox)
    assert box.text() == "small.json is there already."
    assert {button.text() for button in box.buttons()} == {"Replace", "Cancel"}
    assert box.icon() == QMessageBox.Icon.NoIcon
    assert file.read_bytes() == before
    next(each for each in box.buttons() if (each.text() == "Replace") is replace).click()
    assert dialog.isVisible() is not replace, "after Cancel another name can be typed"
    assert (file.read_bytes() != before) is replace
    dialog.reject()


def test_that_a_name_that_is_not_there_gets_a_question_of_ours(window: Window, tmp_path: Path) -> None:
    window.files.open(graph_file(tmp_path))
    dialog = chosen_by(window, Qt.Key.Key_O, name="gone.json")
    (box,) = dialog.findChildren(QMessageBox)
    assert box.text() == "gone.json is not there."
    box.button(Button.Ok).click()
    assert dialog.isVisible()
    dialog.reject()


def test_that_the_first_graph_of_all_is_saved_among_the_documents(window: Window, tmp_path: Path) -> None:
    with patch("editor.document.recent.user_documents_path", lambda: tmp_path):
        QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = window.findChildren(QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.reject()


@pytest.mark.parametrize(("order", "right"), [("0", True), ("3", False)], ids=["windows", "gnome"])
@pytest.mark.parametrize("several", [True, False])
def test_that_the_buttons_of_a_sheet_stand_in_the_order_of_the_platform(
    window: Window, order: str, right: bool, several: bool
) -> None:
    sheet = DataSheet("birds.csv", window)
    sheet.setStyleSheet(f"QDialogButtonBox {{ button-layout: {order}; }}")
    sheet.show()
    columns = (Column("wing", NUMBER, INPUT),)
    sheet.show_look({}, columns, lambda *_: Proposal((), "", "wing"), (lambda: "") if several else None)
    QApplication.processEvents()
    main = sheet.whole if several else sheet.only
    assert main.isVisible() and sheet.whole.isVisible() == several
    assert (sheet.no.x() > main.x()) == right, "where the platform has Cancel"
    assert main.isDefault() and sheet.no.icon().isNull()
    sheet.reject()


def test_that_code_is_asked_about_in_lines_that_are_read_whole(window: Window) -> None:
    code = "    return torch.stack([each for each in samples if each.isfinite().all()])  # " + "longer " * 3
    dialog = TrustDialog([("batches", code)], window)
    dialog.show()
    view = dialog.findChild(QPlainTextEdit)
    assert view is not None and view.horizontalScrollBar().maximum() == 0
    assert dialog.width() <= window.width()
    dialog.close()
