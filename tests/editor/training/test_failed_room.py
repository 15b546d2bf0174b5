"""A run that fails in a real window: nothing below the canvas moves, and why it failed is read above its epochs."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.running.life import State
from editor.running.session import Session
from editor.training.panel import TrainingPanel
from editor.training.record import Record
from editor.window.window import Window
from tests.editor.training.conftest import Events

KILLED = (
    "The run's process was ended from outside (SIGKILL), as the system does where memory is short. Make the batch "
    "smaller, or num_workers. Its last checkpoint is of epoch 6: Continue goes on from there."
)


@pytest.fixture
def panel(window: Window, events: Events, qtbot: QtBot, tmp_path: Path) -> TrainingPanel:
    """That of a run in its tenth epoch, with a checkpoint."""
    session = window.session
    window.frame.show_canvas()
    window.show_training()
    made = window.training
    assert made is not None
    session.life.become(State.RUNS)
    session.run_time, session.run_name = datetime(2026, 1, 2, 17, 14), ""
    session.run_folder, session.record, session.last_events = tmp_path, Record(), []
    (tmp_path / "checkpoint.pt").touch()
    session.run_started.emit()
    for event in events(epochs=20)[:400]:
        session.happened.emit(event)
    qtbot.waitUntil(lambda: made.progress.stage.whole.startswith("Epoch ") and made.table.isVisible())
    return made


def fail(panel: TrainingPanel, session: Session, message: str, qtbot: QtBot) -> None:
    """The run ends so."""
    session.life.become(State.IDLE)
    session.happened.emit({"event": "failed", "node": "model_b", "message": message})
    session.run_ended.emit(session.last_events[-1])
    qtbot.waitUntil(lambda: panel.progress.stage.whole.startswith("Failed at step "))
    QApplication.processEvents()


def test_that_nothing_jumps_when_a_run_fails_and_the_reason_scrolls_above_the_epochs(
    panel: TrainingPanel, window: Window, qtbot: QtBot
) -> None:
    words, table = panel.words, panel.table
    QApplication.processEvents()
    before = panel.mapTo(window, QPoint()), panel.height()
    fail(panel, window.session, KILLED, qtbot)
    assert (panel.mapTo(window, QPoint()), panel.height()) == before
    assert table.isVisible() and table.viewport().height() >= 2 * table.rowHeight(0)
    why, last = panel.progress.device, panel.progress.run
    assert why.whole.endswith(KILLED) and why.height() >= why.heightForWidth(why.width())
    three = why.mapTo(words.viewport(), QPoint(0, 3 * why.fontMetrics().lineSpacing())).y()
    assert three < words.viewport().height() - words.fade.height() // 2, "three lines at once"
    assert words.fade.isVisible()
    bar = words.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert words.viewport().rect().contains(last.rect().translated(last.mapTo(words.viewport(), QPoint())))
    assert not words.fade.isVisible()


def test_that_the_folder_of_the_run_takes_no_lines_of_the_reason(
    panel: TrainingPanel, window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    ended = "The training process was ended after step 573. The checkpoint of epoch 9 is kept in"
    fail(panel, window.session, f"{ended} {tmp_path.resolve()}.", qtbot)
    assert panel.progress.device.whole == f"model_b: {ended} the run's folder."
