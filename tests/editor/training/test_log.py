"""The log of a run: what it says of each event, and how much of it is there."""

import pytest
import shiboken6
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


def test_that_the_log_says_when_a_run_stood_still(session: Session, qtbot: QtBot) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    feed(session, [{"event": "paused"}, {"event": "unpaused"}])
    assert log.text.toPlainText().split("\n") == ["paused", "goes on"]


def test_that_the_log_names_the_node_that_failed(session: Session, qtbot: QtBot) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    feed(session, [{"event": "failed", "node": "model", "message": "no memory"}])
    assert log.text.toPlainText() == "failed  model: no memory"


@pytest.fixture
def small(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> LogPanel:
    """A log that holds 40 lines, which is narrow and shows a few of them; 39 are there."""
    monkeypatch.setattr(lines_of, "MOST", 40)
    log = LogPanel(session)
    qtbot.addWidget(log)
    log.resize(220, 300)
    log.show()
    feed(session, [stage(number) for number in range(39)])
    return log


def stage(number: int) -> dict[str, object]:
    return {"event": "stage", "stage": f"stage {number}"}


def test_that_the_log_follows_a_run_where_the_sentence_above_it_takes_several_lines(
    small: LogPanel, session: Session, qtbot: QtBot
) -> None:
    bar = small.text.verticalScrollBar()
    height = small.text.height()
    assert bar.value() == bar.maximum()
    feed(session, [stage(39), stage(40)])
    qtbot.waitUntil(lambda: small.text.height() < height - 3 * small.text.fontMetrics().height())
    assert bar.value() == bar.maximum()
    feed(session, [stage(41)])
    assert bar.value() == bar.maximum()
    assert small.text.toPlainText().endswith("stage 41")


def test_that_who_reads_further_up_goes_on_with_the_same_lines(small: LogPanel, session: Session) -> None:
    bar = small.text.verticalScrollBar()
    bar.setValue(12)
    for number in range(39, 45):
        feed(session, [stage(number)])
        assert small.text.firstVisibleBlock().text() == "stage 12"
    bar.setValue(bar.maximum())
    feed(session, [stage(45)])
    assert bar.value() == bar.maximum()


WHY = "there is no file of this name any more in any folder; put it back, or choose another one in the inspector"


def test_that_a_long_sentence_is_broken_where_columns_stay_beside_each_other(
    small: LogPanel, session: Session, events: Events
) -> None:
    feed(session, [{"event": "failed", "node": "model", "message": WHY}])
    failed = small.text.document().lastBlock()
    assert small.text.horizontalScrollBar().maximum() == 0
    assert failed.lineCount() > 3 and failed.text() == f"failed  model: {WHY}"
    columns = next(event for event in events(epochs=1) if event["event"] == "epoch")
    feed(session, [columns])
    assert small.text.document().lastBlock().lineCount() == 1 and small.text.horizontalScrollBar().maximum() > 0
    small.text.selectAll()
    for copied in (small.text.toPlainText(), small.text.textCursor().selection().toPlainText()):
        assert copied.split("\n")[-2:][0] == failed.text()
        assert copied.split("\n")[-1].startswith("epoch   1   train  loss ")


def test_that_the_log_follows_a_run_whose_sentences_are_broken(small: LogPanel, session: Session) -> None:
    bar = small.text.verticalScrollBar()
    for number in range(100):
        feed(session, [{"event": "warning", "message": WHY[: 1 + 7 * number % len(WHY)]}, stage(number)])
        assert small.at_end and bar.value() == bar.maximum()
    small.resize(400, 250)
    small.resize(180, 320)
    assert small.at_end and bar.value() == bar.maximum()


def test_that_who_reads_in_the_midst_of_a_broken_sentence_goes_on_there(small: LogPanel, session: Session) -> None:
    feed(session, [{"event": "warning", "message": f"{number} {WHY}"} for number in range(6)])
    bar = small.text.verticalScrollBar()
    third = small.text.document().findBlockByNumber(36)
    assert third.text().startswith("2 ") and third.lineCount() > 3
    bar.setValue(third.firstLineNumber() + 2)
    for number in range(39, 45):
        feed(session, [stage(number)])
        first = small.text.firstVisibleBlock()
        assert first.text().startswith("2 ") and bar.value() == first.firstLineNumber() + 2


def test_that_a_sentence_of_several_lines_counts_as_so_many(small: LogPanel, session: Session) -> None:
    feed(session, [{"event": "warning", "message": "one\ntwo\nthree"}])
    lines = small.text.toPlainText().split("\n")
    assert len(lines) == 40 and lines[0] == "stage 2" and lines[-3:] == ["one", "two", "three"]
    assert small.earlier.isVisible()
    feed(session, [{"event": "stage", "stage": ""}])
    assert len(small.lines) == 40 == small.text.blockCount()


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


def test_that_the_log_follows_also_where_python_has_lost_sight_of_its_scroll_bar(
    session: Session, qtbot: QtBot, events: Events
) -> None:
    log = LogPanel(session)
    qtbot.addWidget(log)
    log.resize(300, 90)
    log.show()
    begin(session)
    # As was seen once, in a window that had done much.
    shiboken6.invalidate(log.text.verticalScrollBar())  # type: ignore[no-untyped-call]  # it has no types
    feed(session, events(epochs=20))
    bar = log.text.verticalScrollBar()
    assert bar.maximum() > 0 and bar.value() == bar.maximum()
