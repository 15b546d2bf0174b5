"""A button that has just come to mean something else by itself: who presses it meant what it said before."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.window.window import Window
from runtime.train.process import Trainer
from tests.editor.running.test_life import edited, let, made, makers, started

__all__ = ["edited", "let", "made", "makers", "started"]

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
OVER = {"event": "finished", "stopped": False}


@pytest.fixture
def told(
    edited: Window, qtbot: QtBot, let: Any, started: Any, monkeypatch: pytest.MonkeyPatch
) -> list[list[dict[str, Any]]]:
    """What a run that goes on is about to tell, at half past nothing by the window's clock."""
    to_come: list[list[dict[str, Any]]] = []
    monkeypatch.setattr(Trainer, "new_events", lambda _: to_come.pop() if to_come else [])
    monkeypatch.setattr(Trainer, "pause", lambda *_: None)
    edited.document.history.setClean()
    let.set()
    with qtbot.waitSignal(edited.session.run_started):
        edited.run_or_stop()
    edited.session.life.clock = lambda: 30.0
    return to_come


@pytest.mark.parametrize("key", [False, True])
def test_that_a_press_on_stop_as_the_run_ends_begins_no_other(
    edited: Window, qtbot: QtBot, told: list[list[dict[str, Any]]], key: bool
) -> None:
    session, button = edited.session, edited.bar.run_button

    def press() -> None:
        if key:
            QTest.keyClick(edited, Qt.Key.Key_Return, CONTROL)
        else:
            QTest.mouseClick(button, LEFT)

    with qtbot.waitSignal(session.run_ended):
        told.append([OVER])
    assert button.text().startswith("Run ")
    for moment in (30.1, 30.4):
        session.life.clock = lambda moment=moment: moment  # type: ignore[misc]  # a default, not an argument
        press()
        assert not session.at_work
    session.life.clock = lambda: 30.6
    press()
    assert session.at_work


def test_that_a_button_that_is_held_down_as_the_run_ends_begins_no_other(
    edited: Window, qtbot: QtBot, told: list[list[dict[str, Any]]]
) -> None:
    button = edited.bar.run_button
    QTest.mousePress(button, LEFT)
    with qtbot.waitSignal(edited.session.run_ended):
        told.append([OVER])
    edited.session.life.clock = lambda: 40.0
    QTest.mouseRelease(button, LEFT)
    assert not edited.session.at_work


def test_that_a_press_on_pause_as_somebody_else_pauses_lets_no_run_go_on(
    edited: Window, qtbot: QtBot, told: list[list[dict[str, Any]]]
) -> None:
    pausing, button = edited.session.pausing, edited.bar.pause_button
    with qtbot.waitSignal(pausing.changed):
        told.append([{"event": "paused"}])
    assert button.text() == "Continue"
    edited.session.life.clock = lambda: 30.4
    QTest.mouseClick(button, LEFT)
    assert pausing.asked
    QTest.keyClick(edited, Qt.Key.Key_P, CONTROL)
    assert pausing.asked
    edited.session.life.clock = lambda: 30.6
    QTest.keyClick(edited, Qt.Key.Key_P, CONTROL)
    assert not pausing.asked
