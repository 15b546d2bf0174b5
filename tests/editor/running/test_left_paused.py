"""A graph is left while its run stands still: the question says so, and whether it goes on is answered."""

import errno
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from editor.document.leaving import leave_all
from editor.running.life import State
from editor.window.window import Window
from runtime.train.process import Trainer
from tests.editor.conftest import Open
from tests.editor.running.test_life import edited
from tests.editor.window.test_window import press

__all__ = ["edited"]

PAUSED, GOES_ON = {"event": "paused"}, {"event": "unpaused"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What runs were asked for: to stand still, or to go on."""
    found: list[bool] = []
    monkeypatch.setattr(Trainer, "new_events", lambda _: [])
    monkeypatch.setattr(Trainer, "pause", lambda _, paused: found.append(paused))
    monkeypatch.setattr(Trainer, "stop", lambda _: None)
    return found


@pytest.fixture
def paused(edited: Window, asked: list[bool]) -> Window:
    """A window whose run stands still; nothing else is at stake."""
    edited.document.history.setClean()
    stand_still(edited)
    return edited


def stand_still(window: Window) -> None:
    """A run that has done so."""
    window.session.life.become(State.RUNS)
    window.session.happened.emit(PAUSED)


def asks(window: Window) -> tuple[QMessageBox, list[str]]:
    """The question, and its buttons."""
    assert isinstance(window.question, QMessageBox)
    return window.question, [each.text().replace("&", "") for each in window.question.buttons()]


@pytest.mark.parametrize(("words", "goes"), [("Let it go on", [False]), ("Leave it paused", [])])
def test_that_a_run_that_is_left_goes_on_only_as_it_was_answered(
    paused: Window, asked: list[bool], words: str, goes: list[bool]
) -> None:
    paused.close()
    box, buttons = asks(paused)
    assert box.text() == "The run of this graph is paused."
    assert sorted(buttons) == ["Cancel", "Leave it paused", "Let it go on", "Stop it"]
    assert asked == []
    press(paused, words)
    assert asked == goes
    assert not paused.isVisible() and not paused.session.at_work


def test_that_the_key_for_yes_lets_a_paused_run_go_on(paused: Window, asked: list[bool]) -> None:
    paused.close()
    box, _ = asks(paused)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert asked == [False] and not paused.isVisible()


def test_that_a_run_that_goes_on_again_is_asked_about_as_one_that_does(paused: Window, asked: list[bool]) -> None:
    paused.session.happened.emit(GOES_ON)
    paused.close()
    box, buttons = asks(paused)
    assert box.text() == "This graph is still being trained." and "Leave it paused" not in buttons
    press(paused, "Let it go on")
    assert asked == [] and not paused.isVisible()


def test_that_a_run_that_ends_stays_asked_to(paused: Window, asked: list[bool]) -> None:
    paused.session.life.stop()
    paused.close()
    _, buttons = asks(paused)
    assert "Leave it paused" not in buttons
    press(paused, "Let it go on")
    assert asked == []


def test_that_a_window_stays_whose_run_cannot_be_asked_to_go_on(
    paused: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Trainer, "pause", fail)
    paused.close()
    press(paused, "Let it go on")
    assert paused.isVisible() and paused.session.running and paused.session.pausing.asked
    assert paused.strip.sentence.whole == "The run cannot be asked to go on: No space left on device"
    paused.close()
    press(paused, "Leave it paused")
    assert not paused.isVisible()


@pytest.mark.parametrize(("words", "goes"), [("Let them go on", [False]), ("Leave them as they are", [])])
def test_that_of_several_runs_those_that_are_paused_are_counted(
    open_window: Open, asked: list[bool], qtbot: QtBot, words: str, goes: list[bool]
) -> None:
    windows, left = [open_window(1366, 768) for _ in range(2)], list[bool]()
    stand_still(windows[0])
    windows[1].session.life.become(State.RUNS)
    leave_all(lambda: windows, lambda _: None, lambda: left.append(True), lambda: None)
    box, buttons = asks(windows[-1])
    assert box.text() == "2 graphs are still being trained, 1 of them paused."
    assert sorted(buttons) == ["Cancel", "Leave them as they are", "Let them go on", "Stop them"]
    press(windows[-1], words)
    assert asked == goes and left == [True]
