"""The symbols of epochs: there while they can be told apart, at the width that a chart has."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.training.plot import Curves
from tests.editor.training.conftest import Events
from tests.editor.training.test_panel import record_of

KEY = "loss", "validation", "epochs"


@pytest.fixture
def curves(qapp: QApplication, qtbot: QtBot, events: Events) -> Curves:
    """Those of a run of 120 epochs."""
    theme.apply(qapp, "dark")
    made = Curves()
    made.resize(900, 220)
    qtbot.addWidget(made)
    made.show()
    made.show_record(record_of(events(epochs=120, steps=5)))
    QApplication.processEvents()
    return made


def apart(curves: Curves) -> bool:
    """Whether the epochs of the loss have symbols."""
    return curves.loss.curves[KEY].opts["symbol"] is not None


def test_that_symbols_go_where_they_would_lie_over_one_another(curves: Curves, qtbot: QtBot) -> None:
    assert curves.loss.item.vb.width() < 8 * 119 and not apart(curves)
    curves.resize(2400, 220)
    qtbot.waitUntil(lambda: curves.loss.item.vb.width() >= 8 * 121)
    curves.draw()
    assert apart(curves)
    curves.resize(900, 220)
    qtbot.waitUntil(lambda: curves.loss.item.vb.width() < 8 * 119)
    qtbot.waitUntil(lambda: not apart(curves))


def test_that_whoever_zooms_in_sees_symbols(curves: Curves, qtbot: QtBot) -> None:
    curves.loss.setFocus()
    for _ in range(12):
        QTest.keyClick(curves.loss, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: apart(curves))


def test_that_a_short_run_has_symbols(curves: Curves, events: Events) -> None:
    curves.show_record(record_of(events(epochs=12, steps=5)))
    assert apart(curves)
