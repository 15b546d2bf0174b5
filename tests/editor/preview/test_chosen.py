"""What is said where nothing is chosen goes once something is shown."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.window.window import Window
from runtime.graph.model import Graph, Node


def test_that_a_wire_is_not_asked_for_once_what_is_on_one_is_shown(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.previews.asking, "ask", lambda order: None)
    window.document.open(Graph({"wine": Node("wine", "data.Wine")}), None)
    window.frame.show_canvas()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.strip.sentence.whole == "Select a node or a wire to see what is on it.")
    window.canvas.select(["wine"])
    QTest.keyClick(window.canvas, Qt.Key.Key_P)
    qtbot.waitUntil(window.previews.panel.isVisible)
    assert window.strip.sentence.whole == ""
