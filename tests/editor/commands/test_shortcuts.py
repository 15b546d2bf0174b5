"""The sheet of shortcuts: made from the actions, searched by words, edited, kept in the settings, conflicts told."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTreeWidgetItem

from editor.commands import keys
from editor.commands.actions import ACTIONS, DECLARED, HEADINGS, tell_keys
from editor.commands.shortcuts import ABOUT, KEYS, NAME, ShortcutSheet
from editor.looks.theme import theme_changes
from editor.window.window import Window
from runtime.places import read_settings, write_setting
from tests.editor.canvas.hand import two_models

CONTROL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def sheet(shared_window: Window) -> Iterator[ShortcutSheet]:
    """The sheet as Ctrl+/ opens it over two models."""
    shared_window.document.open(two_models(), None)
    shared_window.frame.show_canvas()
    shared_window.activateWindow()
    shared_window.canvas.setFocus()
    QApplication.processEvents()
    QTest.keyClick(shared_window.canvas.view, Qt.Key.Key_Slash, CONTROL)
    found = shared_window.findChild(ShortcutSheet)
    assert found is not None
    assert found.isVisible()
    yield found
    found.all_back.click()
    found.search.clear()
    found.close()


def rows(sheet: ShortcutSheet) -> dict[tuple[str, str], str]:
    """The rows that are seen: what an action is called and does, and its keys."""
    found = sheet.tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
    seen = [item for item in found if item.parent() is not None and not item.isHidden()]
    return {(item.text(NAME), item.text(ABOUT)): item.text(KEYS) for item in seen}


def chosen(sheet: ShortcutSheet) -> QTreeWidgetItem:
    """The chosen row."""
    item = sheet.tree.currentItem()
    assert item is not None
    return item


def find(sheet: ShortcutSheet, words: str) -> None:
    """Type into the search."""
    sheet.search.clear()
    QTest.keyClicks(sheet.search, words)


def press(sheet: ShortcutSheet, key: Qt.Key, held: Qt.KeyboardModifier = CONTROL) -> None:
    """New keys for the chosen row."""
    sheet.edit.setFocus()
    QTest.keyClick(sheet.edit, key, held)
    QApplication.processEvents()


def click(button: QPushButton) -> None:
    """A click with the left button."""
    QTest.mouseClick(button, LEFT, PLAIN, button.rect().center())


def on_canvas(window: Window, key: Qt.Key, held: Qt.KeyboardModifier = CONTROL) -> None:
    """A key on the canvas, whose window is the active one."""
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    QTest.keyClick(window.canvas.view, key, held)


def test_that_the_sheet_holds_every_action_with_its_keys(sheet: ShortcutSheet, shared_window: Window) -> None:
    shown = rows(sheet)
    for declared in ACTIONS:
        its = shared_window.actions_by_name[declared.name].shortcuts()
        assert shown[declared.text, declared.hint] == keys.either(each.toString() for each in its)
    assert shown["Adds", "a node"] == "Tab"
    assert shown["Goes", "into the selected definition, or to the parameters"] == "Return or Enter"
    assert shown["Cut wires", "by a stroke across them; or drag with Alt+Shift"] == "Ctrl+right drag"
    assert set(HEADINGS) <= set(DECLARED)


def test_that_the_mouse_has_rows_that_cannot_be_edited(sheet: ShortcutSheet) -> None:
    for words, how in (("stroke", "Ctrl+right drag"), ("dropped nothing", "Drag"), ("wheel", "Wheel")):
        find(sheet, words)
        assert (len(rows(sheet)), chosen(sheet).text(KEYS)) == (1, how)
        assert not sheet.edit.isEnabled()


def test_that_the_columns_keep_their_widths_when_few_rows_are_found(sheet: ShortcutSheet) -> None:
    name, about, its = (sheet.tree.columnWidth(column) for column in (NAME, ABOUT, KEYS))
    bar = sheet.tree.verticalScrollBar().width()  # which goes
    find(sheet, "duplicate with")
    QApplication.processEvents()
    assert len(rows(sheet)) == 1
    assert (sheet.tree.columnWidth(NAME), sheet.tree.columnWidth(KEYS)) == (name, its)
    assert about <= sheet.tree.columnWidth(ABOUT) <= about + bar


def test_that_every_hint_is_read_whole(sheet: ShortcutSheet) -> None:
    longest = max(sheet.tree.fontMetrics().horizontalAdvance(about) for _, about in rows(sheet))
    assert longest + 8 <= sheet.tree.columnWidth(ABOUT)


@pytest.mark.parametrize(
    ("words", "first"),
    [("duplic", "duplicate"), ("ctrl+g", "group"), ("centres column", "align_column"), ("NODES cursor", "paste")],
)
def test_that_words_and_keys_find_an_action(sheet: ShortcutSheet, words: str, first: str) -> None:
    find(sheet, words)
    assert chosen(sheet).data(0, Qt.ItemDataRole.UserRole) == first
    assert 0 < len(rows(sheet)) < 8


def test_that_columns_stand_where_they_were_when_few_rows_are_found(sheet: ShortcutSheet) -> None:
    before = sheet.tree.columnWidth(NAME)
    find(sheet, "arrange")
    QApplication.processEvents()
    assert sheet.tree.columnWidth(NAME) == before > sheet.tree.sizeHintForColumn(NAME)


def test_that_what_is_said_outlives_a_change_of_theme(sheet: ShortcutSheet) -> None:
    find(sheet, "no such thing")
    theme_changes.changed.emit()
    assert sheet.said.text() == "No action is called no such thing or has such keys."
    assert not sheet.edit.isEnabled()


def test_that_words_that_find_nothing_leave_nothing_to_be_changed(sheet: ShortcutSheet) -> None:
    find(sheet, "duplic")
    find(sheet, "zebra")
    assert rows(sheet) == {}
    assert sheet.said.text() == "No action is called zebra or has such keys."
    assert not sheet.edit.isEnabled()


def test_that_new_keys_are_obeyed_kept_and_shown(sheet: ShortcutSheet, shared_window: Window) -> None:
    find(sheet, "duplicate")
    press(sheet, Qt.Key.Key_U)
    assert sheet.said.text() == "Duplicate has Ctrl+U now."
    assert sheet.focusWidget() is sheet.edit, "Space would press another button"
    assert chosen(sheet).text(KEYS) == "Ctrl+U"
    assert read_settings()["shortcuts"] == {"duplicate": "Ctrl+U"}
    assert shared_window.actions_by_name["duplicate"].toolTip().endswith("(Ctrl+U)")
    shared_window.canvas.select(["flat"])
    on_canvas(shared_window, Qt.Key.Key_D)
    assert "flat_2" not in shared_window.document.graph.nodes
    on_canvas(shared_window, Qt.Key.Key_U)
    assert "flat_2" in shared_window.document.graph.nodes
    click(sheet.back)
    assert read_settings()["shortcuts"] == {}
    assert shared_window.actions_by_name["duplicate"].shortcut().toString() == "Ctrl+D"


def test_that_redo_has_the_keys_of_other_programs_too_as_long_as_no_other_action_has_them(
    sheet: ShortcutSheet, shared_window: Window
) -> None:
    history = shared_window.document.history
    shared_window.document.do([("remove", "flat")], "remove")
    history.undo()
    on_canvas(shared_window, Qt.Key.Key_Y)
    assert not history.canRedo()
    find(sheet, "ctrl+y")
    assert chosen(sheet).text(NAME) == "Redo"
    assert chosen(sheet).text(KEYS) == "Ctrl+Shift+Z or Ctrl+Y"
    find(sheet, "duplicate")
    press(sheet, Qt.Key.Key_Y)
    assert [each.toString() for each in shared_window.actions_by_name["redo"].shortcuts()] == ["Ctrl+Shift+Z"]
    on_canvas(shared_window, Qt.Key.Key_Z)
    on_canvas(shared_window, Qt.Key.Key_Y)
    assert history.canRedo()


def test_that_enter_goes_from_the_words_to_the_keys(sheet: ShortcutSheet) -> None:
    sheet.activateWindow()
    find(sheet, "duplicate")
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    assert sheet.isVisible()
    assert sheet.edit.hasFocus()
    QTest.keyClick(sheet.edit, Qt.Key.Key_U, CONTROL)
    assert read_settings()["shortcuts"] == {"duplicate": "Ctrl+U"}


def test_that_keys_of_another_action_are_told_and_taken_only_when_asked(
    sheet: ShortcutSheet, shared_window: Window
) -> None:
    find(sheet, "duplicate")
    press(sheet, Qt.Key.Key_G)
    assert sheet.said.text() == "Ctrl+G belongs to Group, which would have none."
    assert "shortcuts" not in read_settings() or read_settings()["shortcuts"] == {}
    theme_changes.changed.emit()  # another theme takes the question away no more
    assert sheet.said.text() == "Ctrl+G belongs to Group, which would have none."
    assert sheet.take.isVisible()
    click(sheet.take)
    made = shared_window.actions_by_name
    assert (made["duplicate"].shortcut().toString(), made["group"].shortcut().toString()) == ("Ctrl+G", "")
    assert made["group"].toolTip() == "Group: the selection into a definition"
    find(sheet, "group selection into")
    assert sheet.said.text() == "Ctrl+G belongs to Duplicate now."
    find(sheet, "duplicate")
    click(sheet.none)
    assert read_settings()["shortcuts"] == {"duplicate": "", "group": ""}
    click(sheet.all_back)
    assert {name: action.shortcut().toString() for name, action in made.items()} == {
        name: keys.normal(its) for name, its in DECLARED.items()
    }


@pytest.mark.parametrize(
    ("action", "key", "held", "why"),
    [
        ("save", Qt.Key.Key_S, PLAIN, "S alone is for typing; hold Ctrl or Alt with it."),
        ("save", Qt.Key.Key_S, SHIFT, "Shift+S alone is for typing; hold Ctrl or Alt with it."),
        ("duplicate", Qt.Key.Key_Space, PLAIN, "Space is taken: on the canvas it adds a node"),
    ],
)
def test_that_keys_that_cannot_be_are_told(
    sheet: ShortcutSheet, action: str, key: Qt.Key, held: Qt.KeyboardModifier, why: str
) -> None:
    sheet.choose(action)
    press(sheet, key, held)
    assert sheet.said.text().startswith(why)
    assert not sheet.take.isVisible()
    assert read_settings().get("shortcuts", {}) == {}


def test_that_chosen_keys_outlive_the_window_and_what_is_wrong_in_the_settings_is_passed_over() -> None:
    wrong = {"nothing": "Ctrl+U", "save": 7, "open": "Ctrl+Nonsense", "undo": "Tab", "redo": "Ctrl+K, Ctrl+L"}
    write_setting("shortcuts", {**wrong, "duplicate": "ctrl+u", "fit": "Ctrl+E", "panel": ""})
    found = keys.assigned(DECLARED)
    changed = {name: its for name, its in found.items() if its != DECLARED[name]}
    assert changed == {"duplicate": "Ctrl+U", "fit": "Ctrl+E", "panel": "", "export": ""}


@pytest.mark.parametrize("text", ['{"shortcuts": [1]}', '{"shortcuts": null}', "[]", "nonsense"])
def test_that_settings_of_another_shape_leave_the_keys_as_declared(text: str, user_folders: Path) -> None:
    write_setting("shortcuts", {})
    (file,) = user_folders.rglob("settings.json")
    file.write_text(text)
    assert keys.assigned(DECLARED) == DECLARED
    assert json.dumps(DECLARED)


def test_that_each_of_the_keys_of_which_the_empty_canvas_tells_adds_a_node(shared_window: Window) -> None:
    window = shared_window
    write_setting("shortcuts", {"search": "Ctrl+U"})
    tell_keys(window.actions_by_name)
    window.files.new()
    told = window.hint.finding.text()
    assert told.startswith("Tab, Space or Ctrl+U finds a node")
    assert window.bar.search.toolTip() == "Add a node: by what it does; on the canvas Tab or Space too (Ctrl+U)"
    for key, held in ((Qt.Key.Key_Tab, PLAIN), (Qt.Key.Key_Space, PLAIN), (Qt.Key.Key_U, CONTROL)):
        window.activateWindow()
        window.canvas.setFocus()
        QApplication.processEvents()
        QTest.keyClick(window.canvas.view, key, held)
        assert window.searching.popup.isVisible(), key
        QTest.keyClick(window.searching.popup.field, Qt.Key.Key_Escape)
    write_setting("shortcuts", {})
    tell_keys(window.actions_by_name)
    assert window.hint.finding.text().startswith("Tab, Space or Ctrl+F finds")
