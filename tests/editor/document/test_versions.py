"""The versions of the open file: listed with what changed, compared, opened as a copy, given up."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from editor.document.versions import VersionSheet, when
from editor.window.window import Window
from runtime.graph.file import load
from runtime.places import versions_folder
from tests.editor.document.test_files import graph_file
from tests.editor.document.test_following import choose

Modifier, Left = Qt.KeyboardModifier, Qt.MouseButton.LeftButton


def listed(window: Window, qtbot: QtBot, count: int) -> VersionSheet:
    """The sheet by its keys, when it has read so many versions."""
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_H, Modifier.ControlModifier | Modifier.ShiftModifier)
    sheet = window.findChildren(VersionSheet)[-1]
    qtbot.waitUntil(lambda: sheet.tree.topLevelItemCount() == count)
    return sheet


def whats(sheet: VersionSheet) -> list[str]:
    """What changed with each version, newest first."""
    return [item.text(1) for at in range(sheet.tree.topLevelItemCount()) if (item := sheet.tree.topLevelItem(at))]


def test_that_each_save_keeps_what_was_there_before(shared_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window, file = shared_window, graph_file(tmp_path)
    first = file.read_bytes()
    window.files.open(file)
    for width in (7, 8):
        window.document.do([("set", "layer", "out_features", width)], "width")
        window.files.save()
    sheet = listed(window, qtbot, 3)
    assert whats(sheet) == ["layer.out_features 7 → 8", "layer.out_features 64 → 7", "2 nodes"]
    assert sheet.said.text() == "This is the open graph."
    QTest.keyClick(sheet.tree, Qt.Key.Key_End)
    assert sheet.said.text() == "Since then: layer.out_features 64 → 8"
    kept, saved = window.document.graph, file.read_bytes()
    QTest.mouseClick(sheet.copy, Left)
    assert window.document.graph == load(first)
    assert window.document.path is None
    assert file.read_bytes() == saved
    window.files.open(file)
    assert window.document.graph == kept


def test_that_versions_can_be_given_up(shared_window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window, file = shared_window, graph_file(tmp_path)
    window.files.open(file)
    window.document.do([("move", "layer", (40, 80))], "move")
    window.files.save()
    versions_folder(file).joinpath("broken.json").write_text("{")
    sheet = listed(window, qtbot, 3)
    assert whats(sheet) == ["cannot be read", "only places, notes or order", "2 nodes"]
    assert not sheet.copy.isEnabled()
    QTest.mouseClick(sheet.all_away, Left)
    assert isinstance(window.question, QMessageBox)
    QTest.keyClick(window.question, Qt.Key.Key_Return)
    assert versions_folder(file).exists(), "Enter gives nothing up"
    QTest.mouseClick(sheet.all_away, Left)
    choose(window, "Clear")
    qtbot.waitUntil(lambda: sheet.said.text().startswith("No version is kept yet."))
    assert not versions_folder(file).exists()
    assert file.exists()
    QTest.mouseClick(sheet.shut, Left)  # where a person looks for it, right of what gives something up
    assert not sheet.isVisible()


def test_that_a_day_is_named_where_it_is_another_one() -> None:
    now = datetime(2026, 3, 4, 14)
    assert when(datetime(2026, 3, 4, 9, 5, 7), now) == "09:05:07"
    assert when(datetime(2026, 3, 3, 9, 5), now) == "3 Mar 09:05"
    assert when(datetime(2025, 3, 3, 9, 5), now) == "3 Mar 2025 09:05"
