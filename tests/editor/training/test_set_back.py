"""Views of a run that goes on from a checkpoint: what it had told after that is taken from them again."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.running.session import Session
from editor.training.panel import TrainingPanel
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import begin, feed, panel, session

__all__ = ["panel", "session"]


def until(events: list[dict[str, Any]], epoch: int) -> int:
    """Where the first step of an epoch is among events."""
    return next(at for at, event in enumerate(events) if event["event"] == "step" and event["epoch"] == epoch)


@pytest.fixture
def nine(panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot) -> list[dict[str, Any]]:
    """The events of 20 epochs; of nine of them the panel has rows."""
    told = events(epochs=20)
    begin(session)
    feed(session, told[: until(told, 10)])
    qtbot.waitUntil(lambda: panel.table.figures.rowCount() == 9)
    QApplication.processEvents()
    return told


def rows(panel: TrainingPanel) -> list[str]:
    """The epochs that stand in the table, without the tick of the best one."""
    figures = panel.table.figures
    return [figures.index(row, 0).data().split()[-1] for row in range(figures.rowCount())]


def test_that_a_table_that_is_painted_before_it_is_told_of_fewer_epochs_paints_what_it_has(
    panel: TrainingPanel, session: Session, nine: list[dict[str, Any]], qtbot: QtBot
) -> None:
    feed(session, [{"event": "stage", "stage": "reading data"}, nine[2], nine[until(nine, 7)]])
    assert len(session.record.epochs) == 6
    panel.table.grab()  # paints each cell at once
    assert rows(panel) == [str(epoch) for epoch in range(1, 10)]
    qtbot.waitUntil(lambda: rows(panel) == [str(epoch) for epoch in range(1, 7)])
    panel.grab()
    feed(session, nine[until(nine, 7) + 1 : until(nine, 9)])
    qtbot.waitUntil(lambda: rows(panel) == [str(epoch) for epoch in range(1, 9)])


def test_that_epochs_that_are_told_again_at_once_stand_in_the_table_as_they_are_now(
    panel: TrainingPanel, session: Session, nine: list[dict[str, Any]], qtbot: QtBot
) -> None:
    other = {side: {"loss": 0.125, "accuracy": 0.5} for side in ("train", "validation")}
    again = [event | other if event["event"] == "epoch" else event for event in nine]
    curves = panel.curves
    assert curves is not None
    curves.draw()
    feed(session, [nine[2], *again[until(nine, 7) : until(nine, 10)]])  # nine rows as before
    figures = panel.table.figures
    qtbot.waitUntil(lambda: [figures.index(row, 1).data() for row in (5, 6, 8)] == ["0.333", "0.125", "0.125"])
    qtbot.waitUntil(lambda: not curves.timer.isActive())
    drawn = curves.loss.curves["loss", "validation", "epochs"].yData
    assert drawn[5:9].tolist() == pytest.approx([2.2 / 6, 0.125, 0.125, 0.125])


def test_that_a_run_that_begins_again_from_its_first_step_has_no_row(
    panel: TrainingPanel, session: Session, nine: list[dict[str, Any]], qtbot: QtBot
) -> None:
    feed(session, [nine[2], nine[until(nine, 1)]])
    panel.table.grab()
    qtbot.waitUntil(lambda: panel.table.figures.rowCount() == 0)
    panel.grab()


def test_that_a_run_that_goes_on_says_that_it_reads_data_until_its_first_step(
    panel: TrainingPanel, session: Session, nine: list[dict[str, Any]], qtbot: QtBot
) -> None:
    stage, bar = panel.progress.stage, panel.progress.bar
    session.record.go_on(20)
    session.run_started.emit()
    feed(session, [{"event": "stage", "stage": "reading data"}])
    qtbot.waitUntil(lambda: stage.whole == "Reading data")
    assert bar.maximum() == 0
    feed(session, [nine[2], nine[until(nine, 7)]])
    qtbot.waitUntil(lambda: stage.whole == "Epoch 7 of 20, step 241")
    assert bar.value() == round(1000 * 241 / 800)


def test_that_a_figure_that_some_epochs_lack_has_a_column_in_which_these_have_nothing(
    panel: TrainingPanel, session: Session, qtbot: QtBot
) -> None:
    begin(session)
    figures = panel.table.figures
    for epoch, more in ((1, {}), (2, {"validation": {"loss": 0.5}}), (3, {})):
        feed(session, [{"event": "epoch", "epoch": epoch, "train": {"loss": 1.0}, **more}])
    qtbot.waitUntil(lambda: figures.rowCount() == 3 and figures.columnCount() == 3)
    assert [figures.index(row, 2).data() for row in range(3)] == ["", "0.5000", ""]
