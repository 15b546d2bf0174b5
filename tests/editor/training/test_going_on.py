"""The row that lets a run go on, in a real window: its number and the words around it are seen whole."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.running.life import State
from editor.training.going_on import MOST, GoOnRow
from editor.training.record import Record
from editor.window.window import Window
from runtime.graph.edit import applied
from runtime.train.folder import prepare_run
from tests.editor.running.test_session import GRAPH, saved
from tests.editor.training.conftest import Events


@pytest.fixture
def row(window: Window, events: Events, qtbot: QtBot, tmp_path: Path) -> GoOnRow:
    """That of a run that was stopped while somebody looked."""
    session = window.session
    window.frame.show_canvas()
    window.show_training()
    panel = window.training
    assert panel is not None
    session.life.become(State.RUNS)
    session.run_time, session.run_name = datetime(2026, 1, 2, 17, 14), ""
    session.run_folder, session.record = tmp_path, Record()
    session.run_started.emit()
    session.last_events = []
    (tmp_path / "checkpoint.pt").touch()
    for event in events()[:-1]:
        session.happened.emit(event)
    qtbot.waitUntil(lambda: panel.progress.stage.whole.startswith("Epoch ") and panel.table.isVisible())
    session.life.become(State.IDLE)
    session.happened.emit({"event": "finished", "stopped": True})
    session.run_ended.emit(session.last_events[-1])
    made = panel.progress.go_on
    qtbot.waitUntil(made.isVisible)
    return made


def test_that_the_number_of_epochs_is_seen_whole_in_every_theme(
    row: GoOnRow, window: Window, qapp: QApplication, qtbot: QtBot
) -> None:
    row.epochs.setValue(MOST)
    line = row.epochs.lineEdit()
    assert line.text() == str(MOST)
    for name in theme.THEMES:
        theme.apply(qapp, name)
        QTest.qWait(0)
        margins = line.textMargins()
        needed = line.fontMetrics().horizontalAdvance(line.text()) + margins.left() + margins.right()
        assert needed <= line.width() <= row.epochs.width(), name


def test_that_the_words_are_whole_when_the_row_appears(row: GoOnRow, window: Window, qtbot: QtBot) -> None:
    panel = window.training
    assert panel is not None
    run, words = panel.progress.run, panel.words.viewport()
    assert run.whole == "the graph of 2 Jan 17:14, on cpu"

    def whole() -> bool:
        return words.rect().contains(run.rect().translated(run.mapTo(words, QPoint())))

    qtbot.waitUntil(whole)
    assert run.height() >= run.heightForWidth(run.width())


def test_that_a_run_whose_weights_do_not_fit_the_graph_is_not_gone_on_with_until_that_is_taken_back(
    window: Window, events: Events, qtbot: QtBot, tmp_path: Path
) -> None:
    session, document = window.session, window.document
    folder = prepare_run(GRAPH, saved(session, tmp_path), {})
    told = [*events()[:-1], {"event": "finished", "stopped": True}]
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in told))
    (folder / "checkpoint.pt").touch()
    session.show_run(folder)
    window.frame.show_canvas()
    window.show_training()
    panel = window.training
    assert panel is not None
    row, cannot = panel.progress.go_on, panel.progress.cannot
    qtbot.waitUntil(row.isVisible)
    assert row.button.isEnabled() and not cannot.isVisible()
    document.do([("set", "layer", "out_features", 5)], "wider")
    qtbot.waitUntil(cannot.isVisible)
    assert cannot.whole == (
        "Cannot go on. What that run kept does not fit the graph any more: layer.out_features was 3 and is 5; "
        "set it back, or run from scratch."
    )
    assert not row.button.isEnabled() and not row.epochs.isEnabled() and not row.isVisible()
    words, last, table = panel.words.viewport(), panel.progress.run, panel.table
    qtbot.waitUntil(lambda: words.rect().contains(last.rect().translated(last.mapTo(words, QPoint()))))
    assert not panel.words.fade.isVisible() and not panel.words.verticalScrollBar().isVisible()
    assert last.whole.endswith(", 1 change since") and table.viewport().height() >= 3 * table.rowHeight(0)
    document.do([("move", "layer", (400, 80))], "move")
    document.history.undo()
    document.history.undo()
    qtbot.waitUntil(row.button.isEnabled)
    qtbot.waitUntil(lambda: row.isVisible() and not cannot.isVisible())


def test_that_a_run_of_another_graph_is_said_to_be_one_and_no_changes_are_told(
    window: Window, events: Events, qtbot: QtBot, tmp_path: Path
) -> None:
    session, other = window.session, tmp_path / "other.json"
    told = [*events()[:-1], {"event": "finished", "stopped": True}]
    folder = prepare_run(applied(GRAPH, [("set", "layer", "out_features", 5)]), other, {})
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in told))
    (folder / "checkpoint.pt").touch()
    with qtbot.waitSignal(session.run_shown):
        window.document.open(GRAPH, saved(session, tmp_path))
    session.show_run(folder)
    window.frame.show_canvas()
    window.show_training()
    panel = window.training
    assert panel is not None
    assert panel.progress.run.whole.endswith('a run of "other", on cpu') and "since" not in panel.progress.run.whole
    qtbot.waitUntil(panel.progress.cannot.isVisible)
    said = 'Cannot go on. This is a run of another graph, "other": open that to go on with it.'
    assert panel.progress.cannot.whole == said
    with qtbot.waitSignal(session.run_shown):
        window.document.open(GRAPH, other)
    assert session.run_folder == folder
    assert "a run of" not in panel.progress.run.whole
