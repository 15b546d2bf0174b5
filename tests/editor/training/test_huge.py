"""A loss that is finite, but too large for an axis: told as what it is, of one run and of several."""

import math

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.training.export import rows
from editor.training.plot import Curves
from editor.training.record import Record
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import record_of

LOSSES = [2.3, 4e11, 6e23, 2.788e30, math.inf, math.nan, math.inf]


@pytest.fixture
def curves(qapp: QApplication, qtbot: QtBot) -> Curves:
    """Curves of nothing yet, on the screen."""
    theme.apply(qapp, "dark")
    made = Curves()
    made.resize(1000, 240)
    qtbot.addWidget(made)
    made.show()
    return made


def grown(losses: list[float]) -> Record:
    """A run with a loss that grows beyond all bounds."""
    return record_of([{"event": "step", "step": at, "epoch": 1, "loss": loss} for at, loss in enumerate(losses, 1)])


def test_that_a_finite_loss_is_not_said_to_be_none(curves: Curves) -> None:
    curves.show_record(grown(LOSSES))
    warning = curves.legend.warning
    assert warning.whole == "1 value beyond 1e30, first at step 4; 3 values not finite, first at step 5"
    assert curves.loss.curves[("marks",)].xData.tolist() == [4, 5]
    assert b'"training",4,2.788e+30\n' in b"".join(rows(curves.runs))
    curves.show_record(grown(LOSSES[:4]))
    assert warning.whole == "1 value beyond 1e30, first at step 4"


def test_that_runs_that_are_compared_have_both_told_apart(curves: Curves, events: Events) -> None:
    curves.compare([("run 1, a", grown(LOSSES)), ("run 2, b", record_of(events())), ("run 3, c", grown(LOSSES[1:]))])
    warning = curves.legend.warning
    assert warning.whole == "runs 1, 3 beyond 1e30, first at step 3; runs 1, 3 not finite, first at step 4"


def test_that_a_run_that_is_set_back_has_forgotten_both(curves: Curves) -> None:
    record = grown(LOSSES)
    record.take({"event": "step", "step": 5, "epoch": 1, "loss": 1.0})
    curves.show_record(record)
    assert curves.legend.warning.whole == "1 value beyond 1e30, first at step 4"
    record.take({"event": "step", "step": 3, "epoch": 1, "loss": 1.0})
    curves.draw()
    assert curves.legend.warning.whole == ""
