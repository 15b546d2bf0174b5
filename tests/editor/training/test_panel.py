"""Training panel, curves and log, fed with events; what is held is what a person sees."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.document.document import Document
from editor.looks import chrome, theme
from editor.running.life import State
from editor.running.session import Session
from editor.training.epochs import aligned, decimals
from editor.training.log import LogPanel
from editor.training.panel import TrainingPanel
from editor.training.plot import Curves
from editor.training.progress import LEAST
from editor.training.record import Record
from runtime.graph.model import Graph, Node
from runtime.train.outcome import DIVERGED
from tests.editor.training.conftest import Events


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    """A session that runs nothing; its signals are emitted by the test."""
    theme.apply(qapp, "dark")
    document = Document()
    document.open(Graph(nodes={"wine": Node("wine", "data.Wine")}), None)
    made = Session(document)
    yield made
    made.close()  # what it follows would be told to panels that are gone


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TrainingPanel:
    """The panel at the foot of a window."""
    made = TrainingPanel(session)
    made.resize(1100, 210)
    qtbot.addWidget(made)
    made.show()
    return made


def begin(session: Session) -> None:
    """What the session does when a run begins."""
    session.life.become(State.RUNS)
    session.run_time, session.run_name = datetime(2026, 1, 2, 14, 2), "first run"
    session.run_graph, session.last_events, session.record = session.document.graph, [], Record()
    session.run_started.emit()


def feed(session: Session, events: list[dict[str, object]]) -> None:
    """Events as the session tells them."""
    for event in events:
        session.happened.emit(event)


def record_of(events: list[dict[str, Any]]) -> Record:
    """What events have told."""
    record = Record()
    for event in events:
        record.take(event)
    return record


def show(session: Session, events: list[dict[str, Any]]) -> None:
    """What the session does with a run that is over."""
    session.last_events, session.record = events, record_of(events)
    session.run_shown.emit()


def test_that_stages_are_said_until_the_first_step(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    begin(session)
    feed(session, events()[:2])
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Reading data")
    assert panel.progress.bar.maximum() == 0
    feed(session, events()[2:60])
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Epoch 2 of 3, step 56")
    assert panel.progress.bar.value() == round(1000 * 56 / 120)
    assert panel.progress.device.whole == "cpu: no GPU"
    assert panel.progress.left.text().endswith("left")


def test_that_the_curve_grows_and_the_table_has_a_row_an_epoch(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    begin(session)
    feed(session, events()[:20])
    assert panel.curves is not None
    curves = panel.curves
    qtbot.waitUntil(lambda: len(curves.loss.curves["train", "raw"].xData) == 17)
    feed(session, events()[20:])
    session.life.become(State.IDLE)
    session.run_ended.emit(events()[-1])
    qtbot.waitUntil(lambda: len(curves.loss.curves["train", "raw"].xData) == 120)
    qtbot.waitUntil(lambda: panel.table.figures.rowCount() == 3)
    heads = [panel.table.figures.headerData(at, Qt.Orientation.Horizontal) for at in range(5)]
    assert heads == ["epoch\n", "loss\ntrain", "loss\nvalidation", "accuracy\ntrain", "accuracy\nvalidation"]
    assert panel.progress.stage.whole == "Finished: 3 epochs in 2 s"
    assert curves.beside.isVisible()


def test_that_the_run_bar_says_what_has_changed_since(panel: TrainingPanel, session: Session, qtbot: QtBot) -> None:
    begin(session)
    assert panel.progress.run.whole == "2 Jan 14:02, first run"
    session.document.do([("add", "flat", "nn.Flatten", {})], "add")
    qtbot.waitUntil(lambda: panel.progress.run.whole == "running the graph of 2 Jan 14:02, 1 change since")


def test_that_a_failure_names_its_node(panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot) -> None:
    begin(session)
    last: dict[str, object] = {
        "event": "failed",
        "node": "model",
        "message": "mat1 and mat2 shapes cannot be multiplied. " * 14,
    }
    feed(session, [*events()[:10], last, {"event": "epoch", "epoch": 1, "train": {"loss": 1.0}}])
    session.life.become(State.IDLE)
    session.run_ended.emit(last)
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Failed at step 7")
    assert panel.progress.device.whole.startswith("model: mat1")
    QApplication.processEvents()
    words, run = panel.words.viewport(), panel.progress.run
    assert panel.table.isVisible()
    assert panel.words.fade.isVisible()  # the line at the lower edge does not look cut
    panel.words.verticalScrollBar().setValue(panel.words.verticalScrollBar().maximum())
    assert words.rect().contains(run.rect().translated(run.mapTo(words, QPoint())))
    assert not panel.words.fade.isVisible()


def test_that_a_failure_is_at_the_step_that_it_is_about(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    panel.setStyleSheet(chrome.sheet(theme.DARK))
    begin(session)
    feed(session, events()[:10])
    qtbot.waitUntil(lambda: panel.progress.stage.whole.startswith("Epoch "))
    told = "The gradient that root gives to size.output became infinite at step 3: 5 of 1,000 numbers. Keep what comes "
    told += "into it within its range (torch.clamp), or train more gently. A smaller lr or clip_grad_norm may help. "
    told += "Its batch is kept: reproduce.py in the run's folder shows it again."  # a line more beside a scroll bar
    last: dict[str, object] = {"event": "failed", "node": "loss", "message": told, "step": 3}
    session.life.become(State.IDLE)
    feed(session, [last])
    session.run_ended.emit(last)
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Failed at step 3")
    qtbot.waitUntil(lambda: panel.words.height() > LEAST)
    qtbot.waitUntil(lambda: not panel.words.verticalScrollBar().isVisible())
    assert panel.progress.height() == panel.words.height()  # nothing is cut while there is room
    assert not panel.words.fade.isVisible()


def test_that_a_run_that_is_to_stop_or_pause_says_so_before_its_first_step(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    begin(session)
    feed(session, events()[:2])
    session.pausing.asked = True
    session.pausing.changed.emit()
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Pausing when the data is read")
    assert panel.progress.bar.maximum() == 0
    feed(session, [events()[2], {"event": "paused"}])
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Paused before the first step")
    assert panel.progress.bar.maximum() > 0  # nothing moves
    session.life.become(State.STOPS)
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Stopping")


def test_that_the_last_run_of_an_opened_graph_is_shown(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    show(session, events())
    assert panel.curves is not None and panel.place.currentWidget() is panel.curves
    assert panel.progress.run.whole == "The last run of this graph"
    show(session, [])
    assert panel.place.currentWidget() is panel.empty


def shown_curves(qtbot: QtBot, events: list[dict[str, object]]) -> Curves:
    """Curves of a run on the screen."""
    record = record_of(events)
    curves = Curves()
    curves.resize(900, 240)
    qtbot.addWidget(curves)
    curves.show()
    curves.show_record(record)
    QApplication.processEvents()
    return curves


def test_that_values_that_are_not_finite_are_marked_and_counted(session: Session, qtbot: QtBot, events: Events) -> None:
    curves = shown_curves(qtbot, events(bad=frozenset({7, 8, 50})))
    assert curves.loss.curves[("marks",)].xData.tolist() == [7, 50], "where they begin"
    assert curves.loss.curves[("lost",)].xData.tolist() == [7, 8, 8], "as far as that goes on"
    assert curves.legend.warning.whole == "3 values not finite, first at step 7"


def test_that_a_log_axis_says_what_it_cannot_show(session: Session, qtbot: QtBot) -> None:
    steps: list[dict[str, object]] = [{"event": "step", "step": n, "epoch": 1, "loss": n - 3.0} for n in range(1, 20)]
    curves = shown_curves(qtbot, steps)
    QTest.mouseClick(curves.log, Qt.MouseButton.LeftButton)
    assert curves.legend.warning.whole == "3 values of zero or less have no place on a log axis"
    assert np.isfinite(curves.loss.item.vb.viewRange()).all()


def test_that_the_wheel_zooms_and_auto_comes_back(session: Session, qtbot: QtBot, events: Events) -> None:
    curves = shown_curves(qtbot, events())
    before = curves.loss.span()
    middle = curves.loss.viewport().rect().center()
    place = QPointF(middle)
    wheel = QWheelEvent(
        place,
        QPointF(curves.loss.viewport().mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 480),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(curves.loss.viewport(), wheel)
    assert curves.loss.span()[1] - curves.loss.span()[0] < before[1] - before[0]
    assert not curves.auto.isChecked()
    qtbot.waitUntil(lambda: "outside the view" in curves.legend.aside.whole)
    assert curves.legend.warning.whole == ""  # it is no error
    QTest.mouseClick(curves.auto, Qt.MouseButton.LeftButton)
    assert curves.loss.span() == pytest.approx(before)
    assert curves.legend.aside.whole == ""


def test_that_the_pointer_reads_the_values(session: Session, qtbot: QtBot, events: Events) -> None:
    curves = shown_curves(qtbot, events())
    place = curves.loss.item.vb.mapViewToScene(QPointF(60, 1.0))
    curves.loss.scene().sigMouseMoved.emit(place)
    assert curves.reading.text.startswith("step 60   training 0.6132   mean ")
    assert "validation 1.1" in curves.reading.text and "accuracy validation 0.75" in curves.reading.text
    assert curves.reading.isVisible() and curves.beside.line.isVisible()
    assert curves.loss.line.isVisible()


def test_that_a_hundred_thousand_points_are_drawn_at_most_twenty_times_a_second(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    begin(session)
    many = events(epochs=10, steps=10_000)
    began = time.perf_counter()
    feed(session, many)
    assert panel.curves is not None
    curves = panel.curves
    qtbot.waitUntil(lambda: not curves.timer.isActive())
    seconds = time.perf_counter() - began
    assert curves.drawn <= 20 * seconds + 20
    assert curves.record.loss.size == 100_000
    assert len(curves.loss.curves["train", "raw"].xData) < 6000
    spent = time.process_time()
    curves.draw()
    assert time.process_time() - spent < 0.1


def test_that_the_figures_of_the_test_stand_below_the_stage_and_end_the_log(
    panel: TrainingPanel, session: Session, qtbot: QtBot, events: Events
) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    begin(session)
    *before, end = events(epochs=1)
    feed(session, before)
    assert not panel.progress.measured.isVisible()
    feed(session, [end | {"test": {"accuracy": 0.9, "loss": 0.25}}])
    session.life.become(State.IDLE)
    session.run_ended.emit(end)
    qtbot.waitUntil(panel.progress.measured.isVisible)
    assert panel.progress.measured.text().replace("\u00a0", " ") == "test  loss 0.25  accuracy 0.9"
    assert log.text.toPlainText().split("\n")[-1].endswith("   test  loss 0.25      accuracy 0.9")


def test_that_a_run_that_diverged_is_not_shown_as_a_success(
    panel: TrainingPanel, session: Session, qtbot: QtBot, events: Events
) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    begin(session)
    *before, end = events(epochs=2)
    end |= {"train": {"loss": "NaN"}}
    feed(session, [*before, end])
    session.life.become(State.IDLE)
    session.run_ended.emit(end)
    qtbot.waitUntil(lambda: panel.progress.stage.whole.startswith("Diverged: 2 epochs"))
    assert panel.progress.device.whole == DIVERGED
    assert log.text.toPlainText().split("\n")[-1] == DIVERGED


def test_that_another_theme_changes_colours_and_nothing_else(
    panel: TrainingPanel, session: Session, events: Events, qapp: QApplication, qtbot: QtBot
) -> None:
    begin(session)
    feed(session, events(epochs=5))
    session.life.become(State.IDLE)
    session.run_ended.emit(events()[-1])
    curves = panel.curves
    assert curves is not None
    log = LogPanel(session)
    qtbot.addWidget(log)
    log.resize(500, 200)
    log.show()
    qtbot.waitUntil(lambda: panel.progress.stage.whole.startswith("Finished") and not curves.timer.isActive())

    def show(name: str) -> None:
        theme.apply(qapp, name)
        for each in (panel, log):
            each.setStyleSheet(chrome.small(theme.current()))  # as their window does it, before they take their colours
        theme.theme_changes.changed.emit()
        QApplication.processEvents()

    show("light")
    show("dark")
    before = panel.grab().toImage(), log.grab().toImage()
    axis = curves.beside.item.getAxis("left")
    show("light")
    assert axis.autoSIPrefixScale == 1.0
    light = panel.grab().toImage()
    assert light.pixelColor(1, panel.height() - 2).lightness() > 200
    assert light.pixelColor(curves.mapTo(panel, QPoint(3, 3))).lightness() > 200
    show("dark")
    assert (panel.grab().toImage(), log.grab().toImage()) == before


def test_that_a_long_reason_of_a_failure_is_there_in_full(panel: TrainingPanel, session: Session, qtbot: QtBot) -> None:
    begin(session)
    reason = "The run was ended by SIGKILL after step 1,204; the system may have run out of memory (128 GB in use)."
    last: dict[str, object] = {"event": "failed", "message": reason}
    feed(session, [last])
    session.life.become(State.IDLE)
    session.run_ended.emit(last)
    said = panel.progress.device
    qtbot.waitUntil(lambda: said.whole == reason and said.height() >= said.heightForWidth(said.width()) > 25)
    assert "…" not in said.text()
    assert panel.empty.text().startswith("This run ended before its first step")
    session.run_shown.emit()  # the same graph, opened again
    assert panel.empty.text().startswith("This run ended before its first step")
    assert said.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_that_figures_of_the_table_line_up_and_fit(
    panel: TrainingPanel, session: Session, events: Events, qtbot: QtBot
) -> None:
    begin(session)
    told = events(epochs=12)
    for at, event in enumerate(told):
        if event["event"] == "epoch":
            told[at] = {**event, "train": {"loss": 2.3 / 2 ** event["epoch"], "accuracy": 1.0}}
    feed(session, told)
    table = panel.table
    qtbot.waitUntil(lambda: table.figures.rowCount() == 12)
    shown = [table.figures.data(table.figures.index(row, 1)) for row in range(12)]
    assert (shown[0], shown[-1]) == ("1.15000", "0.00056")
    metrics = table.fontMetrics()
    assert all(metrics.horizontalAdvance(text) + 6 <= table.columnWidth(1) for text in shown)
    qtbot.waitUntil(lambda: panel.words.height() >= panel.progress.heightForWidth(panel.words.width()))
    row = table.rowAt(0)  # of a row that is cut no more is seen than the edge below its text
    qtbot.waitUntil(lambda: table.rowViewportPosition(row) == 0 or table.rowViewportPosition(row + 1) <= 4)
    assert [aligned(value, decimals(3e-9, 5e9)) for value in (3e-9, 5e9, -2.0)] == ["3e-9", "5e9", "-2"]
