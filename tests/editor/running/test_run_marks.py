"""How far a run is, where its panel is not looked at: on the optimizer, and in the title with the time left."""

import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from editor.running import run_marks
from editor.running.life import State
from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.places import EXAMPLES
from tests.editor.conftest import Open


def told(window: Window, *events: dict[str, Any]) -> None:
    """Events as the session tells them."""
    for event in events:
        window.session.happened.emit(event)


def step(number: int) -> dict[str, Any]:
    """A step of a run of 100, each of which takes a second."""
    return {"event": "step", "step": number, "epoch": 1, "loss": 0.25, "samples": 32, "seconds": float(number)}


def test_that_progress_and_time_left_stand_in_the_title_and_on_the_optimizer(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(1000, 600)
    window.files.open(Path(EXAMPLES / "two_models.json"))
    own = window.windowTitle()
    assert own.startswith("two_models")
    window.session.life.become(State.RUNS)
    told(window, {"event": "started", "device": "cpu", "epochs": 2, "steps_per_epoch": 50}, step(10))
    qtbot.waitUntil(lambda: window.windowTitle() == f"10% - {own}")
    told(window, step(40))
    qtbot.waitUntil(lambda: window.windowTitle() == f"40%, 1:00 left - {own}")
    shown = window.canvas.progress["adam"]
    assert (shown.text, shown.left, shown.share) == ("loss 0.25, 1:00 left", "1:00 left", 0.4)
    window.document.filed.emit()
    assert window.windowTitle() == f"40%, 1:00 left - {own}"
    told(window, {"event": "paused"})
    qtbot.waitUntil(lambda: window.windowTitle() == f"40%, paused - {own}")
    assert window.canvas.progress["adam"].left == "paused"
    assert window.strip.stage.text() == "paused at epoch 1 of 2"
    told(window, {"event": "unpaused"}, step(41))
    qtbot.waitUntil(lambda: window.windowTitle() == f"41%, 59 s left - {own}")
    window.session.life.become(State.IDLE)
    window.session.run_ended.emit({"event": "finished"})
    assert window.windowTitle() == own
    assert "adam" not in window.canvas.progress


def test_that_a_run_of_another_graph_leaves_the_nodes_of_the_open_one_alone(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(1000, 600)
    window.files.open(Path(EXAMPLES / "two_models.json"))
    session = window.session
    session.run_graph = applied(session.document.graph, [("set", "adam", "lr", 0.5)])
    session.life.become(State.RUNS)
    session.run_started.emit()
    told(window, {"event": "started", "device": "cpu", "epochs": 2, "steps_per_epoch": 50}, step(10))
    qtbot.waitUntil(lambda: window.windowTitle().startswith("10% - "))
    assert "adam" not in window.canvas.progress
    session.life.become(State.IDLE)


def test_that_the_icon_of_the_program_bears_the_progress_where_it_can(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    badges: list[int] = []
    monkeypatch.setattr(run_marks, "BADGES", (sys.platform,))
    monkeypatch.setattr(QGuiApplication, "setBadgeNumber", lambda _, percent: badges.append(percent))
    window = open_window(1000, 600)
    window.session.life.become(State.RUNS)
    told(window, {"event": "started", "device": "cpu", "epochs": 2, "steps_per_epoch": 50}, step(40))
    qtbot.waitUntil(lambda: badges == [40])
    window.session.life.become(State.IDLE)
    window.session.run_ended.emit({"event": "finished"})
    assert badges == [40, 0]
