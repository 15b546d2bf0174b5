"""A run that did not end well, or was not finite: no mark of it has a colour of success."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from editor.looks import chrome, theme
from editor.looks.pieces import colour
from editor.running.life import State
from editor.running.session import Session
from editor.training.epochs import EpochTable
from editor.training.panel import TrainingPanel
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import begin, feed, panel, record_of, session

__all__ = ["panel", "session"]  # fixtures


@pytest.mark.parametrize(
    ("end", "token"),
    [
        ({"event": "finished", "train": {"loss": "NaN"}}, "error"),
        ({"event": "failed", "message": "no memory"}, "error"),
        ({"event": "finished", "stopped": True}, "warning"),
        ({"event": "finished"}, "accent"),
    ],
)
def test_that_the_bar_of_a_run_that_did_not_end_well_has_the_colour_of_its_word(
    panel: TrainingPanel, session: Session, qtbot: QtBot, events: Events, end: dict[str, Any], token: str
) -> None:
    panel.setStyleSheet(chrome.sheet(theme.DARK))
    bar = panel.progress.bar

    def ink() -> QColor:
        return bar.grab().toImage().pixelColor(9, 2)

    *before, _ = events(epochs=2)
    begin(session)
    feed(session, [*before, end])
    session.life.become(State.IDLE)
    session.run_ended.emit(end)
    qtbot.waitUntil(lambda: ink() == colour(token))
    begin(session)
    feed(session, before)
    qtbot.waitUntil(lambda: ink() == colour("accent"))


def test_that_a_figure_that_is_not_finite_is_red_in_the_best_epoch_too(session: Session) -> None:
    epoch = {"event": "epoch", "epoch": 1, "best": 1, "validation": {"loss": "NaN", "accuracy": 0.5}}
    table = EpochTable()
    table.show_record(record_of([epoch]))
    table.more()
    model = table.figures
    inks = [model.data(model.index(0, at), Qt.ItemDataRole.ForegroundRole) for at in range(3)]
    assert inks == [colour("good"), colour("error"), colour("good")]
