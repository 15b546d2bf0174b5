"""Folds in the window: where the run is, a stretch of the curves for each, and at the end the mean of all."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from editor.running.life import State
from editor.running.past_run import past
from editor.running.session import Session
from editor.training.lines import LOSS, plots
from editor.training.log import LogPanel
from editor.training.panel import TrainingPanel
from editor.training.said import values_at
from tests.editor.training.test_panel import begin, feed, panel, record_of, session, show

__all__ = ["panel", "session"]  # fixtures
FILE = Path(__file__).with_name("folds.jsonl")  # as a run of five folds of six epochs of eight steps wrote it
FOLD = 48  # steps


@pytest.fixture
def told() -> list[dict[str, Any]]:
    """The events of that run."""
    return [json.loads(line) for line in FILE.read_text().splitlines()]


def up_to(events: list[dict[str, Any]], fold: int, step: int) -> list[dict[str, Any]]:
    """The events up to a step of a fold."""
    at = next(n for n, e in enumerate(events) if e["event"] == "step" and (e["fold"], e["step"]) == (fold, step))
    return events[: at + 1]


def test_that_steps_are_counted_through_all_folds(told: list[dict[str, Any]]) -> None:
    record = record_of(up_to(told, 3, 10))
    assert (record.fold, record.folds, record.step, record.total) == (3, 5, 2 * FOLD + 10, 5 * FOLD)
    assert record.share == pytest.approx((2 * FOLD + 10) / (5 * FOLD))
    assert record.starts == [FOLD + 0.5, 2 * FOLD + 0.5]
    assert [record.fold_at(step) for step in (1, FOLD, FOLD + 1, 2 * FOLD + 1)] == [1, 1, 2, 3]
    runs = [("", record)]
    assert values_at(runs, plots(runs)[LOSS], FOLD + 2)[0].name == f"fold 2, step {FOLD + 2}"
    assert record.loss.x.tolist() == list(range(1, 2 * FOLD + 11))
    assert record.loss.smooth[2 * FOLD] == record.loss.y[2 * FOLD]  # nothing of the fold before


def test_that_a_fold_that_goes_on_where_it_was_begins_no_other(told: list[dict[str, Any]]) -> None:
    begun, again = up_to(told, 2, 20), [event for event in told if event.get("fold") == 2]
    since = next(n for n, event in enumerate(again) if event["event"] == "step" and event["step"] == 17)
    record = record_of([*begun, again[0], *again[since:]])
    assert record.starts == [FOLD + 0.5]
    assert record.loss.x.tolist() == list(range(1, 2 * FOLD + 1))
    elsewhere = record_of([again[0], *again[since:]])
    assert (elsewhere.starts, elsewhere.fold_at(1), elsewhere.step) == ([], 2, 2 * FOLD)


def test_that_the_panel_says_which_fold_it_is_and_at_the_end_the_mean_of_all(
    panel: TrainingPanel, session: Session, qtbot: QtBot, told: list[dict[str, Any]]
) -> None:
    begin(session)
    some = up_to(told, 2, 15)
    feed(session, some)
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Fold 2 of 5, epoch 2 of 6, step 63")
    assert panel.progress.bar.value() == round(1000 * 63 / 240)
    assert session.place_done == "fold 2 of 5, epoch 2 of 6" and session.share_done == pytest.approx(63 / 240)
    assert not panel.progress.measured.isVisible()
    feed(session, told[len(some) :])
    session.life.become(State.IDLE)
    session.run_ended.emit(told[-1])
    qtbot.waitUntil(lambda: panel.progress.stage.whole == "Finished: 5 folds, 30 epochs")
    first, second = panel.progress.measured.text().replace("\u00a0", " ").split("\n")
    mean, spread = told[-1]["validation"], told[-1]["deviation"]["validation"]
    figures = [f"{name} {mean[name]:.4g} ± {spread[name]:.2g}" for name in ("loss", "accuracy")]
    assert first == "  ".join(["validation", *figures])
    assert second.startswith("test  loss ")


def test_that_the_table_has_a_row_for_each_epoch_of_each_fold(
    panel: TrainingPanel, session: Session, told: list[dict[str, Any]]
) -> None:
    show(session, told)
    figures = panel.table.figures
    assert figures.headerData(0, Qt.Orientation.Horizontal) == "fold,\nepoch"
    counted = [figures.data(figures.index(row, 0)) for row in range(figures.rowCount())]
    best = (4, 6)
    of_each = [(fold, epoch) for fold in range(1, 6) for epoch in range(1, 7)]
    assert counted == [f"{'✓ ' * (each == best)}{each[0]}, {each[1]}" for each in of_each]


def test_that_each_fold_is_a_stretch_of_the_curves_of_its_own(
    panel: TrainingPanel, session: Session, told: list[dict[str, Any]]
) -> None:
    show(session, told)
    assert panel.curves is not None
    for chart in (panel.curves.loss, panel.curves.beside):
        assert [border.value() for border in chart.borders] == [fold * FOLD + 0.5 for fold in (1, 2, 3, 4)]
        assert [border.label.format for border in chart.borders] == [f"fold {fold}" for fold in (2, 3, 4, 5)]
    for chart, key in (
        (panel.curves.loss, ("train", "smooth")),
        (panel.curves.beside, ("accuracy", "validation", "epochs")),
    ):
        x, y = chart.curves[key].getOriginalDataset()
        assert x[np.isnan(y)].tolist() == [fold * FOLD + 0.5 for fold in (1, 2, 3, 4)]
    assert panel.curves.legend.warning.whole == ""
    show(session, told[:3])
    assert panel.curves.loss.borders == []


def test_that_the_log_names_the_fold_of_each_epoch(
    session: Session, qtbot: QtBot, told: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "events.jsonl").write_bytes(FILE.read_bytes())
    session.last_events, session.record, _ = past(tmp_path)
    log = LogPanel(session)
    qtbot.addWidget(log)
    lines = [text for text, _ in log.lines]
    assert sum(line.startswith("fold 3  epoch ") for line in lines) == 6
    assert any(line.startswith("fold 3 of 5  on cpu") for line in lines)
    assert "validation  loss" in lines[-1] and "±" in lines[-1]
