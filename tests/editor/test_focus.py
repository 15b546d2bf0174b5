"""Keys go to what has the focus, Tab goes as the eye does, and what can have the focus has a name."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QProgressBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from editor.window.problem_row import RepairButton
from editor.window.window import Window
from tests.editor.test_typing import graph

CONTROL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
KEYS = [
    (Qt.Key.Key_Delete, PLAIN),
    (Qt.Key.Key_D, CONTROL),
    (Qt.Key.Key_A, CONTROL),
    (Qt.Key.Key_F, PLAIN),
]


def focus() -> QWidget:
    """What has it."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def opened(window: Window, folder: Path) -> None:
    """A graph in which the layer is chosen."""
    file = folder / "focus.json"
    file.write_text(json.dumps(graph()))
    window.files.open(file)
    window.activateWindow()
    QApplication.processEvents()
    window.show_node("layer")


@pytest.mark.parametrize(("key", "held"), KEYS)
def test_that_keys_of_the_canvas_do_nothing_in_the_palette(
    key: Qt.Key, held: Qt.KeyboardModifier, window: Window, tmp_path: Path
) -> None:
    opened(window, tmp_path)
    window.canvas.view.fitted = False
    window.palette_panel.tree.setFocus()
    QTest.keyClick(window.palette_panel.tree, key, held)
    assert list(window.document.graph.nodes) == ["wine", "rows", "layer"]
    assert window.canvas.selected() == ["layer"]
    assert not window.canvas.view.fitted


@pytest.mark.parametrize(("key", "held"), KEYS[:2])
def test_that_keys_of_the_canvas_do_nothing_behind_the_start_page(
    key: Qt.Key, held: Qt.KeyboardModifier, window: Window, tmp_path: Path
) -> None:
    opened(window, tmp_path)
    window.actions_by_name["start"].trigger()
    QTest.keyClick(window.start, key, held)
    window.actions_by_name["delete"].trigger()
    assert list(window.document.graph.nodes) == ["wine", "rows", "layer"]


def test_that_keys_are_the_canvas_s_once_a_graph_is_opened(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    assert window.canvas.view.hasFocus()
    QTest.keyClick(window.canvas.view, Qt.Key.Key_A, CONTROL)
    assert window.canvas.selected() == ["wine", "rows", "layer"]
    QTest.keyClick(window.canvas.view, Qt.Key.Key_D, CONTROL)
    assert len(window.document.graph.nodes) == 6
    QTest.keyClick(window.canvas.view, Qt.Key.Key_Delete)
    assert list(window.document.graph.nodes) == ["wine", "rows", "layer"]


def test_that_tab_goes_from_bar_to_strip_as_the_eye_does(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.open_bottom("problems")
    window.show_node("wine")
    window.by_keys.switch_outline()
    parts = {"bar": window.bar, "palette": window.palette_panel, "outline": window.by_keys.outline}
    parts |= {"side": window.frame.side, "bottom": window.frame.bottom, "strip": window.strip}
    for start, held, order in (
        (window.bar.run_button, PLAIN, list(parts)[:3]),
        (window.frame.side.tabs, PLAIN, list(parts)[3:]),
    ):
        start.setFocus()
        came: list[str] = []
        for _ in range(60):
            came += [name for name, part in parts.items() if part.isAncestorOf(focus())]
            QTest.keyClick(focus(), Qt.Key.Key_Tab, held)
            if focus() in (window.canvas.view, start):
                break
        assert list(dict.fromkeys(came))[: len(order)] == order


def test_that_tab_leaves_the_strip_for_the_bar(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)  # its form was made after the strip
    window.strip.panel_button.setFocus()
    QTest.keyClick(window.strip.panel_button, Qt.Key.Key_Tab)
    assert window.bar.isAncestorOf(focus())


def test_that_f6_goes_from_part_to_part_and_back(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    parts = [window.canvas, window.frame.side, window.strip, window.bar, window.palette_panel]
    window.canvas.setFocus()
    for part in [*parts[1:], parts[0]]:
        QTest.keyClick(focus(), Qt.Key.Key_F6)
        assert part.isAncestorOf(focus())
    QTest.keyClick(focus(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.palette_panel.isAncestorOf(focus())


def click_tab(window: Window, name: str) -> None:
    """On a tab of the panels at the bottom."""
    bottom = window.frame.bottom
    at = bottom.tabs.tabRect(list(bottom.panes).index(name)).center()
    QTest.mouseClick(bottom.tabs, Qt.MouseButton.LeftButton, pos=at)


@pytest.mark.parametrize("tab", ["problems", "training", "log", "try"])
def test_that_keys_stay_below_where_another_panel_is_clicked(tab: str, window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.canvas.select([])
    window.open_bottom("runs")
    QTest.mouseClick(window.runs.words, Qt.MouseButton.LeftButton)
    assert window.runs.words.hasFocus()
    click_tab(window, tab)
    assert window.frame.bottom.panes[tab].isAncestorOf(focus())
    QTest.keyClicks(focus(), "zz")
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert window.document.title == "focus"


def test_that_arrow_keys_are_the_panel_s_that_was_clicked(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.open_bottom("problems")
    window.bar.run_button.setFocus()
    click_tab(window, "runs")
    QTest.keyClick(focus(), Qt.Key.Key_Down)
    assert window.frame.bottom.panes["runs"].isAncestorOf(focus())


def test_that_the_canvas_has_the_keys_once_the_panels_are_closed(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    window.open_bottom("runs")
    QTest.mouseClick(window.runs.words, Qt.MouseButton.LeftButton)
    QTest.keyClick(focus(), Qt.Key.Key_J, CONTROL)
    assert window.canvas.view.hasFocus()


def test_that_what_has_the_focus_has_a_name(window: Window) -> None:
    palette, popup = window.palette_panel, window.searching.popup
    parts = [window.canvas.view, palette.tree, palette.fold_button, popup.field, popup.list]
    parts += window.strip.findChildren(QProgressBar)
    assert all(part.accessibleName() for part in parts)


def test_that_what_has_the_focus_is_seen(window: Window, tmp_path: Path) -> None:
    opened(window, tmp_path)
    parts = [window.bar.findChildren(QToolButton)[1], window.frame.side.tabs, window.palette_panel.fold_button]
    for part in parts:
        window.canvas.setFocus()
        before = part.grab().toImage()
        part.setFocus()
        assert part.grab().toImage() != before


@pytest.mark.parametrize("where", ["notice", "repair"])
def test_that_a_button_that_goes_as_it_is_pressed_leaves_the_keys_to_the_canvas(
    where: str, window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(window, tmp_path)
    if where == "repair":
        window.document.do([("set", "layer", "in_features", 60)], "pin")
        window.session.check_now()
        qtbot.waitUntil(lambda: any(each.isVisible() for each in window.inspector.findChildren(RepairButton)))
        button: QAbstractButton = next(each for each in window.inspector.findChildren(RepairButton) if each.isVisible())
    else:
        notice = window.files.following.notice
        notice.tell("It was changed.", ("open", "Load it", "Show it", lambda: None))
        button = notice.offers[0]
    button.setFocus()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.canvas.view.hasFocus)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_that_enter_goes_from_the_selected_node_to_its_first_parameter(
    key: Qt.Key, window: Window, tmp_path: Path
) -> None:
    opened(window, tmp_path)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas.view, key)
    first = next(iter(window.inspector.page.rows.values()))  # type: ignore[union-attr]  # the form of a node
    assert first.isAncestorOf(focus())
