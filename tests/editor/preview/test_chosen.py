"""What is said where nothing is chosen goes once something is shown, or the user has gone on to something else."""

from collections.abc import Callable

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


def by_click(window: Window) -> None:
    """Go to the inspector."""
    QTest.mouseClick(window.inspector, Qt.MouseButton.LeftButton)


def by_key(window: Window) -> None:
    """Go to a panel by its key."""
    QTest.keyClick(window.canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("goes_on", [by_click, by_key])
def test_that_a_selection_is_asked_for_only_until_the_user_goes_on(
    window: Window, qtbot: QtBot, goes_on: Callable[[Window], None]
) -> None:
    window.document.open(Graph({"wine": Node("wine", "data.Wine")}), None)
    window.frame.show_canvas()
    window.canvas.setFocus()
    for _ in range(2):  # asked again, it is said again
        QTest.keyClick(window.canvas, Qt.Key.Key_P)
        assert window.strip.sentence.whole == "Select a node or a wire to see what is on it."
    QTest.keyClick(window.canvas, Qt.Key.Key_Control)  # which does nothing by itself
    assert window.strip.sentence.whole
    goes_on(window)
    assert window.strip.sentence.whole == ""
    window.say("The run cannot be asked to pause: no such folder")
    goes_on(window)
    assert window.strip.sentence.whole  # others stay until what they tell of is over
