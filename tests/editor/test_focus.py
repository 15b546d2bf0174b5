"""Keys go to what has the focus, Tab goes as the eye does, and what can have the focus has a name."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from editor.window import Window
from tests.editor.test_typing import graph

CONTROL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
KEYS = [
    (Qt.Key.Key_Delete, PLAIN),
    (Qt.Key.Key_D, CONTROL),
    (Qt.Key.Key_A, CONTROL),
    (Qt.Key.Key_F, PLAIN),
]


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


def test_that_tab_goes_from_the_canvas_over_the_form_to_the_bottom_and_the_strip(
    window: Window, tmp_path: Path
) -> None:
    opened(window, tmp_path)
    window.open_bottom("problems")
    window.show_node("wine")
    parts = {"side": window.inspector, "bottom": window.frame.bottom, "strip": window.strip}
    came: list[str] = []
    at: QWidget | None = window.canvas.view
    while at is not None and (at := at.nextInFocusChain()) is not None and at is not window.canvas.view:
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.focusProxy() is None:
            came += [name for name, part in parts.items() if part.isAncestorOf(at)]
    assert list(dict.fromkeys(came)) == ["side", "bottom", "strip"]
    assert sorted(came, key=list(parts).index) == came


def test_that_what_has_the_focus_has_a_name(window: Window) -> None:
    palette, popup = window.palette_panel, window.searching.popup
    parts = [window.canvas.view, palette.tree, palette.fold_button, popup.field, popup.list]
    parts += window.strip.findChildren(QProgressBar)
    assert all(part.accessibleName() for part in parts)
