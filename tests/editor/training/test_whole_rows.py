"""The table of epochs scrolls by whole rows: none is cut below the headings, whatever the height."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.looks import theme
from editor.training.epochs import ROW, EpochTable
from editor.training.record import Record
from tests.editor.training.conftest import told


@pytest.fixture
def table(qapp: QApplication, qtbot: QtBot) -> EpochTable:
    """A table that is on the screen and has no run yet."""
    theme.apply(qapp, "dark")
    made = EpochTable()
    made.resize(300, 150)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def trained(table: EpochTable, epochs: int) -> None:
    """A run goes on for so many epochs."""
    record = Record()
    table.show_record(record)
    for event in told(epochs=epochs):
        record.take(event)
        if event["event"] == "epoch":
            table.more()
            QApplication.processEvents()


def seen(table: EpochTable) -> tuple[int, int]:
    """The row at the upper edge, and how much of it is above that."""
    row = table.rowAt(0)
    return row, table.rowViewportPosition(row)


def turn(table: EpochTable, up: int) -> None:
    """Turn the wheel over the figures."""
    at, view = QPointF(20, 20), table.viewport()
    none, begun = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    held = Qt.KeyboardModifier.NoModifier
    turned = QWheelEvent(at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * up), none, held, begun, False)
    QApplication.sendEvent(view, turned)


@pytest.mark.parametrize("height", [100, 118, 131, 150, 357])
def test_that_no_row_is_cut_below_the_headings(table: EpochTable, height: int) -> None:
    table.resize(300, height)
    trained(table, 20)
    rows = table.viewport().height() // table.rowHeight(0)
    assert seen(table) == (20 - rows, 0)
    for up in (1, 1, -1):
        turn(table, up)
        assert seen(table)[1] == 0
    turn(table, -9)
    assert seen(table) == (20 - rows, 0), "as far down as before, the last row whole"


def test_that_rows_fill_the_height_again_with_the_next_epoch(table: EpochTable) -> None:
    table.verticalHeader().setDefaultSectionSize(ROW + 8)
    trained(table, 20)
    height = table.viewport().height()
    assert table.rowHeight(0) == height // (height // ROW)
    assert seen(table) == (20 - height // ROW, 0)
