"""The log of a run: what it says of each event, and how much of it is there."""

import pytest
from pytestqt.qtbot import QtBot

from editor.running.session import Session
from editor.training import log as lines_of
from editor.training.log import EARLIER, LogPanel
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import begin, feed, session

__all__ = ["session"]  # a fixture


def test_that_the_log_has_a_line_for_what_matters(session: Session, qtbot: QtBot, events: Events) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    begin(session)
    feed(session, events(epochs=2))
    lines = log.text.toPlainText().split("\n")
    assert lines[0] == "14:02:00  first run"
    assert lines[3] == "on cpu (no GPU), 1,438 training rows, 359 validation rows"
    assert lines[4].startswith("epoch   1   train  ") and "loss 2 " in lines[4] and "accuracy 0.5" in lines[4]
    assert lines[-1] == "finished in 2 s"
    assert len(lines) == 7


def test_that_the_log_tells_learning_rates_that_change(session: Session, qtbot: QtBot) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    epoch = {"event": "epoch", "epoch": 1, "train": {"loss": 0.5}, "lr": {"adam": 0.0333333333, "sgd": 1e-07}}
    feed(session, [epoch, {**epoch, "lr": None}])
    lines = log.text.toPlainText().split("\n")
    assert lines[0].endswith("lr  adam 0.03333   sgd 1e-7")
    assert "lr" not in lines[1]


def test_that_the_log_names_the_node_that_failed(session: Session, qtbot: QtBot) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    feed(session, [{"event": "failed", "node": "model", "message": "no memory"}])
    assert log.text.toPlainText() == "failed  model: no memory"


def test_that_a_long_run_has_its_last_lines_here_and_is_told_where_all_are(
    session: Session, qtbot: QtBot, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_of, "MOST", 10)
    log = LogPanel(session)
    qtbot.addWidget(log)
    log.show()
    begin(session)
    *told, end = events(epochs=6)
    feed(session, told)
    assert len(log.text.toPlainText().split("\n")) == 10
    assert not log.earlier.isVisible()
    feed(session, [end])
    lines = log.text.toPlainText().split("\n")
    assert len(lines) == 10 and lines[0] == "starting torch" and lines[-1] == "finished in 5 s"
    assert log.earlier.isVisible() and log.earlier.text() == EARLIER
    begin(session)
    assert log.text.toPlainText() == "14:02:00  first run"
    assert not log.earlier.isVisible()
